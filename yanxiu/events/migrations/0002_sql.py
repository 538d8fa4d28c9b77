"""The domain's clock in SQL, and the record's append-only guard."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION yx_now() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
    SELECT coalesce((SELECT coalesce(frozen_at, clock_timestamp() + "offset") FROM events_installation WHERE id = 1), clock_timestamp())
$$;
CREATE FUNCTION yx_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events_event FOR EACH STATEMENT EXECUTE FUNCTION yx_append_only();
CREATE FUNCTION yx_mode_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the mode of an installation never changes';
END $$;
CREATE TRIGGER mode_fixed BEFORE UPDATE OF mode ON events_installation FOR EACH ROW WHEN (OLD.mode IS DISTINCT FROM NEW.mode) EXECUTE FUNCTION yx_mode_fixed();
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
