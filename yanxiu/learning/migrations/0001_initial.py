import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
import yanxiu.learning.models
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalogue', '0001_initial'),
        ('organisation', '0001_initial'),
        ('places', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='LearnerTime',
            fields=[
                ('enrolment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='time', serialize=False, to='places.enrolment')),
                ('seconds', models.IntegerField(default=0)),
                ('days', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, help_text='seconds credited by day of the batch, the first day first', size=None)),
                ('first_at', models.DateTimeField(null=True)),
                ('last_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='LearningMeter',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='learning_meter', serialize=False, to='organisation.person')),
                ('session', models.UUIDField(help_text='the live one; the next five columns are its own', null=True, unique=True)),
                ('started_at', models.DateTimeField(null=True)),
                ('reported_at', models.DateTimeField(help_text='of the last accepted report', null=True)),
                ('used', models.IntegerField(default=0, help_text='seconds credited: never more than it lasted')),
                ('filled_at', models.DateTimeField(help_text='up to when the bucket was filled')),
                ('level', models.BigIntegerField(default=0, help_text='credit in the bucket, microseconds of material')),
                ('answers', models.IntegerField(default=0, help_text='presence checks answered so far')),
                ('periods', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, help_text='seconds credited since the last answer (last), and between the answers before it', size=None)),
                ('texts', models.JSONField(default=dict, help_text="item → spans of the session's own seconds already judged")),
                ('enrolment', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.enrolment')),
            ],
        ),
        migrations.CreateModel(
            name='EndedSession',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField()),
                ('reported_at', models.DateTimeField()),
                ('used', models.IntegerField(default=0)),
                ('texts', models.JSONField(default=dict)),
                ('enrolment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.enrolment')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.person')),
            ],
            options={
                'indexes': [models.Index(fields=['reported_at'], name='ended_session_reported')],
            },
        ),
        migrations.CreateModel(
            name='ItemTime',
            fields=[
                ('pk', models.CompositePrimaryKey('enrolment_id', 'item_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('cells', yanxiu.learning.models.CellsField(default=b'')),
                ('seconds', models.IntegerField(default=0, help_text='credited; video: number of set bits')),
                ('position', models.IntegerField(default=0, help_text='where to go on, seconds')),
                ('refused', models.JSONField(default=list, help_text='[[from, to, reason code, when (unix seconds)]], not credited; of a text: from 0, summed by code')),
                ('changed_at', models.DateTimeField()),
                ('enrolment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='item_times', to='places.enrolment')),
                ('item', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.item')),
            ],
        ),
        migrations.CreateModel(
            name='TimeAppeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('spans', models.JSONField(help_text='[[from, to, reason code]] of the item, seconds')),
                ('text', models.TextField()),
                ('state', models.CharField(choices=[('open', '待处理'), ('granted', '已同意'), ('declined', '未同意')], default='open', max_length=10)),
                ('at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True, default='')),
                ('granted_seconds', models.IntegerField(default=0)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.person')),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='time_appeals', to='places.enrolment')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.item')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('enrolment', 'item'), name='time_appeal_one_open')],
            },
        ),
    ]
