import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('events', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Course',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.CharField(max_length=80, unique=True)),
                ('title', models.CharField(max_length=120)),
                ('subject', models.CharField(max_length=20)),
                ('stages', models.JSONField(default=list, help_text='幼儿园 小学 初中 高中; several or all')),
            ],
        ),
        migrations.CreateModel(
            name='CourseVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('sha256', models.CharField(help_text='of the folder: the same folder again makes no new version', max_length=64)),
                ('title', models.CharField(max_length=120)),
                ('summary', models.TextField()),
                ('aims', models.JSONField(default=list)),
                ('author', models.JSONField(default=dict)),
                ('keywords', models.JSONField(default=list)),
                ('seconds', models.IntegerField(help_text='material in all, seconds: video length and text at reading speed')),
                ('loaded_at', models.DateTimeField()),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='catalogue.course')),
            ],
        ),
        migrations.CreateModel(
            name='Item',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(help_text="stable over versions: the file's name, or chapter-position", max_length=80)),
                ('chapter', models.SmallIntegerField()),
                ('chapter_title', models.CharField(max_length=120)),
                ('position', models.SmallIntegerField(help_text='in the whole course, from 1')),
                ('kind', models.CharField(choices=[('text', '文本'), ('video', '视频'), ('file', '文件'), ('quiz', '测验'), ('homework', '作业'), ('discussion', '讨论')], max_length=12)),
                ('title', models.CharField(max_length=120)),
                ('characters', models.IntegerField(default=0, help_text="of a text, without spaces: what a policy's reading speed is applied to")),
                ('seconds', models.IntegerField(default=0, help_text='creditable: video length; text: length ÷ the reading speed it was loaded with, at least a minute')),
                ('body', models.TextField(blank=True, default='', help_text='clean HTML (text, discussion prompt, homework prompt)')),
                ('data', models.JSONField(default=dict, help_text='quiz: questions with answers; homework: min_chars, criteria, result; never sent whole to a browser')),
                ('pictures', models.JSONField(default=list, help_text='SHA-256 of the pictures that the body shows')),
                ('captions', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='events.storedfile')),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='events.storedfile')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='catalogue.courseversion')),
            ],
            options={
                'ordering': ['position'],
            },
        ),
        migrations.AddConstraint(
            model_name='courseversion',
            constraint=models.UniqueConstraint(fields=('course', 'number'), name='course_version_number'),
        ),
        migrations.AddConstraint(
            model_name='courseversion',
            constraint=models.UniqueConstraint(fields=('course', 'sha256'), name='course_version_content'),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.UniqueConstraint(fields=('version', 'position'), name='item_position'),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.UniqueConstraint(fields=('version', 'key'), name='item_key'),
        ),
    ]
