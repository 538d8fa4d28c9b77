"""Fewer indexes for a choice to be written into, and room in the counters' pages.

Class and school of a choice are found by their lines, by batch and path: an index for each alone was read by nothing. A row of counters changes with
every list; with room in its page the new version stays there and no index is touched.
"""

import django.db.models.deletion
from django.db import migrations, models

ROOM = """
ALTER TABLE places_quotabalance SET (fillfactor = 50);
ALTER TABLE programme_trainingclass SET (fillfactor = 50);
"""


class Migration(migrations.Migration):
    dependencies = [("organisation", "0001_initial"), ("places", "0002_sql"), ("programme", "0001_initial")]
    operations = [
        migrations.AlterField(
            model_name="choice",
            name="training_class",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="choices",
                to="programme.trainingclass",
            ),
        ),
        migrations.AlterField(
            model_name="choice",
            name="school",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisation.unit",
            ),
        ),
        migrations.AlterField(
            model_name="enrolment",
            name="school",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisation.unit",
            ),
        ),
        migrations.RunSQL(ROOM, migrations.RunSQL.noop),
    ]
