"""Sums a school and class follow the learners' rows by difference, in the same statement; the learning act adds seconds by one function.

Seconds grow thousands of times a second: that function adds them to the learner and to the sums, and the trigger of an update does nothing
when nothing else has changed.
"""

from django.db import migrations

COLUMNS = ["seconds", "works_due", "works_done", "marks_sum", "marks_count"]
KEPT = ["learners", *COLUMNS, "talkers", "decided", "passed"]
ONE = {"learners": "1", "talkers": "(posts > 0)::int", "decided": "decided::int", "passed": "passed::int"}


def terms(table: str, sign: str, *, credited: bool = True) -> str:
    one = ONE if credited else {**ONE, "seconds": "0"}
    values = ", ".join(f"{sign}({one.get(name, name)})::bigint AS {name}" for name in KEPT)
    return f"SELECT batch_id, training_class_id, school_id, school_path, class_path, {values} FROM {table}"


def apply(source: str) -> str:
    sums = ", ".join(f"sum({name}) AS {name}" for name in KEPT)
    changed = " OR ".join(f"sum({name}) <> 0" for name in KEPT)
    names = ", ".join(KEPT)
    sets = ", ".join(f"{name} = u.{name} + excluded.{name}" for name in KEPT)
    return f"""
    INSERT INTO monitoring_unitfigures AS u (batch_id, training_class_id, school_id, school_path, class_path, {names})
    SELECT batch_id, training_class_id, school_id, school_path, class_path, {sums} FROM ({source}) r
     GROUP BY 1, 2, 3, 4, 5 HAVING {changed} ORDER BY 2, 3
    ON CONFLICT (training_class_id, school_id) DO UPDATE SET {sets};
    """


def function(name: str, source: str, first: str = "") -> str:
    return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {first} {apply(source)} RETURN NULL; END $$;"


def unless_changed() -> str:
    names = ", ".join(["enrolment_id", *COLUMNS[1:], "posts", "decided", "passed", "training_class_id", "school_id"])
    return f"IF NOT EXISTS (SELECT {names} FROM new_rows EXCEPT SELECT {names} FROM old_rows) THEN RETURN NULL; END IF;"


FORWARD = f"""
{function("yx_figures_insert", terms("new_rows", ""))}
{function("yx_figures_update", terms("new_rows", "", credited=False) + " UNION ALL " + terms("old_rows", "-", credited=False), unless_changed())}
{function("yx_figures_delete", terms("old_rows", "-"))}
CREATE TRIGGER sum_insert AFTER INSERT ON monitoring_learnerfigures REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION yx_figures_insert();
CREATE TRIGGER sum_update AFTER UPDATE ON monitoring_learnerfigures REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION yx_figures_update();
CREATE TRIGGER sum_delete AFTER DELETE ON monitoring_learnerfigures REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION yx_figures_delete();

CREATE FUNCTION yx_learning_credited(ids bigint[], deltas int[]) RETURNS void LANGUAGE sql AS $$
    WITH credited AS (
        UPDATE monitoring_learnerfigures f SET seconds = f.seconds + d.n
          FROM (SELECT id, sum(n)::int AS n FROM unnest(ids, deltas) AS r(id, n) GROUP BY id ORDER BY id) d
         WHERE f.enrolment_id = d.id RETURNING f.training_class_id, f.school_id, d.n)
    UPDATE monitoring_unitfigures u SET seconds = u.seconds + d.n
      FROM (SELECT training_class_id, school_id, sum(n) AS n FROM credited GROUP BY 1, 2 ORDER BY 1, 2) d
     WHERE u.training_class_id = d.training_class_id AND u.school_id = d.school_id
$$;
ALTER TABLE monitoring_learnerfigures SET (fillfactor = 80);
ALTER TABLE monitoring_unitfigures SET (fillfactor = 80);
"""


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
