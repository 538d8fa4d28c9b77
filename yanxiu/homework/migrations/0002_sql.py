"""Marked works of a class and item follow the works by difference, in the same statement. What waits is counted live: it hangs on the clock."""

from django.db import migrations

MARKED = "SELECT training_class_id, item_id, {sign}1 AS n FROM {table} WHERE state = 'marked'"
NEW, OLD = MARKED.format(sign="", table="new_rows"), MARKED.format(sign="-", table="old_rows")


def function(name: str, source: str) -> str:
    return f"""
    CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO homework_markedworks AS m (training_class_id, item_id, n)
    SELECT training_class_id, item_id, sum(n) FROM ({source}) r GROUP BY 1, 2 HAVING sum(n) <> 0 ORDER BY 1, 2
    ON CONFLICT (training_class_id, item_id) DO UPDATE SET n = m.n + excluded.n;
    RETURN NULL; END $$;
    """


FORWARD = f"""
{function("yx_marked_insert", NEW)}
{function("yx_marked_update", f"{NEW} UNION ALL {OLD}")}
{function("yx_marked_delete", OLD)}
CREATE TRIGGER marked_insert AFTER INSERT ON homework_work REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION yx_marked_insert();
CREATE TRIGGER marked_update AFTER UPDATE ON homework_work REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION yx_marked_update();
CREATE TRIGGER marked_delete AFTER DELETE ON homework_work REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION yx_marked_delete();
"""


class Migration(migrations.Migration):
    dependencies = [("homework", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
