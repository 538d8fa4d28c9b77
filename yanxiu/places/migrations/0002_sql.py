"""Counters of seats and quota: kept by statement-level triggers from the rows that they count, refused to everybody else.

The CHECKs on programme_trainingclass and places_quotabalance then make an oversold class and an overdrawn quota impossible, raw SQL included.
"""

from django.db import migrations

COUNTED = "SELECT batch_id, school_path, {sign}1 AS n FROM {rows} WHERE state = 'standing'"
NEW, OLD = COUNTED.format(sign="", rows="new_rows"), COUNTED.format(sign="-", rows="old_rows")


def standing(event: str, source: str, tables: str) -> str:
    name = f"yx_standing_{event.lower()}"
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO places_standing AS s (batch_id, path, n)
    SELECT d.batch_id, '/' || array_to_string(a.codes[1:k], '/') || '/', sum(d.n)
      FROM (SELECT batch_id, school_path, sum(n) AS n FROM ({source}) r GROUP BY 1, 2 HAVING sum(n) <> 0) d
     CROSS JOIN LATERAL (SELECT string_to_array(trim(BOTH '/' FROM d.school_path), '/') AS codes) a
     CROSS JOIN LATERAL generate_series(1, cardinality(a.codes)) k
     GROUP BY 1, 2 HAVING sum(d.n) <> 0 ORDER BY 1, 2
    ON CONFLICT (batch_id, path) DO UPDATE SET n = s.n + excluded.n;
    RETURN NULL;
END $$;
CREATE TRIGGER stand_{event.lower()} AFTER {event} ON places_enrolment REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION {name}();"""


STANDING = "".join(
    (
        standing("INSERT", NEW, "NEW TABLE AS new_rows"),
        standing("UPDATE", f"{NEW} UNION ALL {OLD}", "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
        standing("DELETE", OLD, "OLD TABLE AS old_rows"),
    )
)
FORWARD = """
CREATE SEQUENCE places_arrival;

-- A row of counters changes with every list; with room in its page the new version stays there and no index is touched.
ALTER TABLE places_quotabalance SET (fillfactor = 50);
ALTER TABLE programme_trainingclass SET (fillfactor = 50);
ALTER TABLE places_standing SET (fillfactor = 50);

-- A class is found by its id alone (IS NOT DISTINCT): an equal batch would look like an index as good, which then reads all its classes for each.
-- choices → seats used of the class, quota used of the school; one row each of class and school, since the act works through many choices at once
CREATE FUNCTION yx_places_apply(batches bigint[], classes bigint[], schools bigint[], numbers bigint[]) RETURNS void LANGUAGE plpgsql AS $$
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

CREATE FUNCTION yx_choice_insert() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE b bigint[]; c bigint[]; s bigint[]; n bigint[];
BEGIN
    SELECT array_agg(batch_id), array_agg(training_class_id), array_agg(school_id), array_agg(k) INTO b, c, s, n
      FROM (SELECT batch_id, training_class_id, school_id, count(*) AS k FROM new_rows WHERE occupies GROUP BY 1, 2, 3) r;
    IF b IS NOT NULL THEN PERFORM yx_places_apply(b, c, s, n); END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION yx_choice_update() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE b bigint[]; c bigint[]; s bigint[]; n bigint[];
BEGIN
    SELECT array_agg(batch_id), array_agg(training_class_id), array_agg(school_id), array_agg(k) INTO b, c, s, n
      FROM (SELECT batch_id, training_class_id, school_id, sum(k)::bigint AS k FROM (
                SELECT batch_id, training_class_id, school_id, 1 AS k FROM new_rows WHERE occupies
                UNION ALL SELECT batch_id, training_class_id, school_id, -1 FROM old_rows WHERE occupies) u
             GROUP BY 1, 2, 3 HAVING sum(k) <> 0) r;
    IF b IS NOT NULL THEN PERFORM yx_places_apply(b, c, s, n); END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION yx_choice_delete() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE b bigint[]; c bigint[]; s bigint[]; n bigint[];
BEGIN
    SELECT array_agg(batch_id), array_agg(training_class_id), array_agg(school_id), array_agg(-k) INTO b, c, s, n
      FROM (SELECT batch_id, training_class_id, school_id, count(*) AS k FROM old_rows WHERE occupies GROUP BY 1, 2, 3) r;
    IF b IS NOT NULL THEN PERFORM yx_places_apply(b, c, s, n); END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER count_insert AFTER INSERT ON places_choice REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION yx_choice_insert();
CREATE TRIGGER count_update AFTER UPDATE ON places_choice REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION yx_choice_update();
CREATE TRIGGER count_delete AFTER DELETE ON places_choice REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION yx_choice_delete();

-- movements → received and passed on
CREATE FUNCTION yx_movement_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM new_rows m JOIN organisation_unit t ON t.id = m.taker_id LEFT JOIN organisation_unit g ON g.id = m.giver_id
         WHERE NOT coalesce(CASE m.kind
            WHEN 'approve' THEN m.giver_id IS NULL
            WHEN 'reduce' THEN t.level = 'province' AND g.parent_id = t.id
            WHEN 'allot' THEN t.parent_id = g.id
            WHEN 'give_back' THEN g.parent_id = t.id
            WHEN 'take_back' THEN g.parent_id = t.id AND t.level <> 'province'
            WHEN 'move' THEN g.parent_id = t.parent_id AND g.id <> t.id END, false)) THEN
        RAISE EXCEPTION 'a movement between units that do not stand so to each other' USING ERRCODE = 'check_violation', CONSTRAINT = 'movement_tree';
    END IF;
    INSERT INTO places_quotabalance (batch_id, unit_id, received, passed_on, used)
    SELECT DISTINCT batch_id, unit_id, 0, 0, 0 FROM (SELECT batch_id, taker_id AS unit_id FROM new_rows UNION SELECT batch_id, giver_id FROM new_rows WHERE giver_id IS NOT NULL) s
    ORDER BY 1, 2 ON CONFLICT DO NOTHING;
    UPDATE places_quotabalance q SET received = q.received + d.received, passed_on = q.passed_on + d.passed_on
      FROM (SELECT batch_id, unit_id, sum(received) AS received, sum(passed_on) AS passed_on FROM (
                SELECT batch_id, taker_id AS unit_id, amount AS received, 0 AS passed_on FROM new_rows WHERE kind IN ('approve', 'allot', 'move')
                UNION ALL SELECT batch_id, giver_id, -amount, 0 FROM new_rows WHERE kind IN ('move', 'give_back', 'take_back', 'reduce')
                UNION ALL SELECT batch_id, giver_id, 0, amount FROM new_rows WHERE kind = 'allot'
                -- what an office gives back leaves circulation: the province holds nothing
                UNION ALL SELECT m.batch_id, m.taker_id, 0, -m.amount FROM new_rows m JOIN organisation_unit t ON t.id = m.taker_id
                           WHERE m.kind IN ('give_back', 'take_back') AND t.level <> 'province') r
             GROUP BY 1, 2) d
     WHERE q.batch_id = d.batch_id AND q.unit_id = d.unit_id;
    RETURN NULL;
END $$;
CREATE TRIGGER apply_insert AFTER INSERT ON places_quotamovement REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION yx_movement_insert();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON places_quotamovement FOR EACH STATEMENT EXECUTE FUNCTION yx_append_only();

-- enrolments → how many stand below each unit of their path; under the batch's lock like all that changes them
{standing}

-- nobody else touches the counters: a direct statement is at trigger depth 1
CREATE FUNCTION yx_counter_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'counters of % are kept by their triggers only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON places_quotabalance FOR EACH ROW WHEN (pg_trigger_depth() < 1) EXECUTE FUNCTION yx_counter_guard();
CREATE TRIGGER guard_insert BEFORE INSERT ON places_quotabalance FOR EACH ROW
    WHEN (pg_trigger_depth() < 1 AND (NEW.received <> 0 OR NEW.passed_on <> 0 OR NEW.used <> 0)) EXECUTE FUNCTION yx_counter_guard();
CREATE TRIGGER guard BEFORE UPDATE OF used ON programme_trainingclass FOR EACH ROW WHEN (pg_trigger_depth() < 1 AND OLD.used <> NEW.used) EXECUTE FUNCTION yx_counter_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial"), ("events", "0002_sql")]
    operations = [migrations.RunSQL(FORWARD.replace("{standing}", STANDING), migrations.RunSQL.noop)]
