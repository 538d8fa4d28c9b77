"""Fewer indexes for a choice to be written into, and room in the counters' pages.

Class and school of a choice are found by their lines, by batch and path: an index for each alone was read by nothing. A balance is found by batch and
unit: on an empty table an index of the batch alone looked as good, and then all balances of the batch were read for each. A row of counters changes with
every list; with room in its page the new version stays there and no index is touched.
"""

import django.db.models.deletion
from django.db import migrations, models

ROOM = """
ALTER TABLE places_quotabalance SET (fillfactor = 50);
ALTER TABLE programme_trainingclass SET (fillfactor = 50);
"""
# As it was, but a class is found by its id alone: an equal batch would look like an index as good, which then reads all classes of the batch for each.
APPLY = """
CREATE OR REPLACE FUNCTION yx_places_apply(batches bigint[], classes bigint[], schools bigint[], numbers bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE wanted int; done int;
BEGIN
    WITH d AS (SELECT c, b, sum(n) AS n FROM unnest(classes, batches, numbers) u (c, b, n) GROUP BY 1, 2 HAVING sum(n) <> 0),
    u AS (UPDATE programme_trainingclass c SET used = c.used + d.n FROM d WHERE c.id = d.c AND c.batch_id IS NOT DISTINCT FROM d.b RETURNING 1)
    SELECT (SELECT count(*) FROM d), (SELECT count(*) FROM u) INTO wanted, done;
    IF done <> wanted THEN
        RAISE EXCEPTION 'a place in a class that is not of its batch' USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'choice_class';
    END IF;
    WITH d AS (SELECT b, s, sum(n) AS n FROM unnest(batches, schools, numbers) u (b, s, n) GROUP BY 1, 2 HAVING sum(n) <> 0),
    u AS (UPDATE places_quotabalance q SET used = q.used + d.n FROM d WHERE q.batch_id = d.b AND q.unit_id = d.s RETURNING 1)
    SELECT (SELECT count(*) FROM d), (SELECT count(*) FROM u) INTO wanted, done;
    IF done <> wanted THEN
        RAISE EXCEPTION 'a place without quota' USING ERRCODE = 'check_violation', CONSTRAINT = 'balance_never_negative';
    END IF;
END $$;
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
        migrations.AlterField(
            model_name="quotabalance",
            name="batch",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="balances",
                to="programme.batch",
            ),
        ),
        migrations.RunSQL(ROOM, migrations.RunSQL.noop),
        migrations.RunSQL(APPLY, migrations.RunSQL.noop),
    ]
