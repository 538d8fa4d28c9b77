"""Revocations as rows: whoever raises an account's epoch or closes it, the stream process hears of it within a second."""

from django.db import migrations

FORWARD = """
CREATE TABLE access_revocation (
    account_id bigint NOT NULL,
    epoch int NOT NULL,
    active boolean NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()  -- real time: it protects
);
CREATE INDEX access_revocation_at ON access_revocation (at);
CREATE FUNCTION yx_revoked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM access_revocation WHERE at < clock_timestamp() - interval '1 day';
    INSERT INTO access_revocation (account_id, epoch, active) VALUES (NEW.id, NEW.epoch, NEW.is_active);
    RETURN NULL;
END $$;
CREATE TRIGGER revoked AFTER UPDATE OF epoch, is_active ON access_account FOR EACH ROW
    WHEN (OLD.epoch IS DISTINCT FROM NEW.epoch OR OLD.is_active IS DISTINCT FROM NEW.is_active) EXECUTE FUNCTION yx_revoked();
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
