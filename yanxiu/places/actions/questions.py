"""What an act on places asks the database, in SQL: the statements of its first group, in the order in which they are sent (reading.py)."""

_LIVE = "('holding', 'waiting', 'enrolled')"

# Every statement here is "these ids, by index". Planned on an empty table (a window opening!) a hash or merge join reads the whole of it ever after,
# and so does `= ANY` of many where another index looks as cheap: hence no such joins, and one look-up a person.
LOCK = """
SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true), set_config('enable_material', 'off', true),
       pg_advisory_xact_lock(%s)"""
BATCH = """
SELECT yx_now(), clock_timestamp(), coalesce((SELECT frozen_at IS NOT NULL FROM events_installation WHERE id = 1), false),
       b.number, g.series, g.year, b.choice_opens, b.enrolment_opens, b.starts, b.ends, b.lapsed_at IS NOT NULL, v.id, v.sha256, w.sha256,
       CASE WHEN v.sha256 = ANY(%s::text[]) THEN NULL ELSE v.text END, CASE WHEN w.sha256 = ANY(%s::text[]) THEN NULL ELSE w.text END
  FROM programme_batch b
  JOIN programme_programme g ON g.id = b.programme_id
  JOIN programme_policyversion v ON v.id = b.policy_id
  JOIN LATERAL (SELECT sha256, text FROM programme_policyversion WHERE programme_id = g.id ORDER BY number DESC LIMIT 1) w ON true
 WHERE b.id = %s"""
NUMBERS = """
SELECT nextval('places_arrival'), nextval('places_choice_id_seq'), CASE WHEN %s THEN nextval('places_enrolment_id_seq') END
  FROM generate_series(1, %s)"""
CLASSES = """
SELECT id, seats, used, name, path, stages::text, opened_at FROM programme_trainingclass WHERE id = ANY(%s::bigint[]) AND batch_id = %s"""
PERSONS = """
SELECT p.id, p.school_id, p.school_path, p.stage, p.on_roster, p.on_duty, q.received, q.passed_on, q.used
  FROM organisation_person p LEFT JOIN places_quotabalance q ON q.batch_id = %s AND q.unit_id = p.school_id
 WHERE p.id = ANY(%s::bigint[])"""
# First the places, then what belongs to them: a plan made while nobody has chosen would begin at the classes ever after.
PLACES = f"""
WITH c AS MATERIALIZED (
    SELECT c.* FROM unnest(%s::bigint[]) p
     CROSS JOIN LATERAL (SELECT * FROM places_choice WHERE batch_id = %s AND person_id = p AND state IN {_LIVE} LIMIT 1) c)
SELECT c.person_id, c.id, c.number, c.training_class_id, c.school_id, c.school_path, c.state, c.occupies, c.at, c.by_school, c.proposed_at IS NOT NULL, e.id,
       s.received, s.passed_on, s.used, k.id, k.seats, k.used, k.name, k.path, k.stages::text, k.opened_at
  FROM c
  JOIN programme_trainingclass k ON k.id = c.training_class_id
  LEFT JOIN places_enrolment e ON e.choice_id = c.id
  LEFT JOIN places_quotabalance s ON s.batch_id = c.batch_id AND s.unit_id = c.school_id"""
# What stands against a person, or lifts it: a row each; most have none. Past participation is found by identity too: last year's file may name
# people who joined the roster later. All by index on the persons given, whatever the plan was made on.
AGAINST = """
WITH g AS MATERIALIZED (
    SELECT b.id AS batch, p.id, p.series, p.year,
           ARRAY(SELECT generate_series(p.year - (SELECT (text::jsonb -> 'repeat' ->> 'gap_years')::int FROM programme_policyversion
                                                   WHERE programme_id = p.id ORDER BY number DESC LIMIT 1), p.year - 1)::smallint) AS years
      FROM programme_batch b JOIN programme_programme p ON p.id = b.programme_id WHERE b.id = %(batch)s)
SELECT person_id, max(until) AS barred, NULL::int AS took_part, false AS exempt, NULL::int AS elsewhere
  FROM places_bar WHERE person_id = ANY(%(persons)s::bigint[]) AND lifted_at IS NULL GROUP BY 1
UNION ALL
SELECT person_id, NULL, year, false, NULL FROM organisation_pastparticipation
 WHERE person_id = ANY(%(persons)s::bigint[]) AND series = (SELECT series FROM g) AND year = ANY((SELECT years FROM g)::smallint[])
UNION ALL
SELECT p.id, NULL, h.year, false, NULL FROM organisation_pastparticipation h JOIN organisation_person p ON p.identity_hash = h.identity_hash
 WHERE h.series = (SELECT series FROM g) AND h.year = ANY((SELECT years FROM g)::smallint[])
   AND h.identity_hash = ANY(ARRAY(SELECT identity_hash FROM organisation_person WHERE id = ANY(%(persons)s::bigint[])))
UNION ALL
SELECT person_id, NULL, NULL, true, NULL FROM places_exemption
 WHERE person_id = ANY(%(persons)s::bigint[]) AND programme_id = (SELECT id FROM g) AND withdrawn_at IS NULL
UNION ALL
SELECT o.person_id, NULL, NULL, false, b.number FROM g CROSS JOIN unnest(%(persons)s::bigint[]) a
 CROSS JOIN LATERAL (SELECT person_id, batch_id FROM places_choice WHERE once_key = g.series || ':' || g.year || ':' || a LIMIT 1) o
  JOIN programme_batch b ON b.id = o.batch_id WHERE o.batch_id <> g.batch"""
KEYS = """
SELECT r.presser, r.key::text, r.body_hash, r.answer FROM unnest(%s::bigint[], %s::uuid[]) u (presser, key)
 CROSS JOIN LATERAL (SELECT * FROM places_placerequest WHERE presser = u.presser AND key = u.key LIMIT 1) r"""
UNITS = """
SELECT u.id, coalesce(q.received, 0), coalesce(q.passed_on, 0), coalesce(q.used, 0), u.parent_id, u.level, u.path
  FROM organisation_unit u LEFT JOIN places_quotabalance q ON q.batch_id = %s AND q.unit_id = u.id
 WHERE u.id = ANY(%s::bigint[])"""
# Nothing comes free by a person who only waits; and what has something free has no line to move (rules/seats.py), unless this very list uses it
# up before: then the rule asks for more, and the `whole` is read.
# Of a class's line only those whose school has quota left, or may get some in this very list, can be served: the others keep their place unread.
# Of a school's line in the same way those whose class has a seat left or may get one. The order inside the lines does not outlive the joins
# around them: without the last ORDER BY it is the plan's, and a table that grows changes the plan.
LINES = """
WITH touched (c, s) AS MATERIALIZED (
    SELECT CASE WHEN %(whole)s OR k.used >= k.seats THEN p.c END, CASE WHEN %(whole)s OR q.received - q.passed_on - q.used <= 0 THEN p.s END
      FROM unnest(%(persons)s::bigint[]) a
     CROSS JOIN LATERAL (SELECT training_class_id AS c, school_id AS s, occupies FROM places_choice
                          WHERE batch_id = %(batch)s AND person_id = a AND state IN ('holding', 'waiting', 'enrolled') LIMIT 1) p
      JOIN programme_trainingclass k ON k.id = p.c
      LEFT JOIN LATERAL (SELECT * FROM places_quotabalance WHERE batch_id = %(batch)s AND unit_id = p.s LIMIT 1) q ON true
     WHERE %(whole)s OR p.occupies
    UNION ALL SELECT NULL, school_id FROM organisation_person WHERE id = ANY(%(moved)s::bigint[])
    UNION ALL SELECT unnest(%(classes)s::bigint[]), NULL
    UNION ALL SELECT NULL, unnest(%(schools)s::bigint[])),
lines AS (
    SELECT k.c AS of_class, NULL::bigint AS of_school, k.most, w.*
      FROM (SELECT c, count(*) + %(more)s AS most FROM touched WHERE c IS NOT NULL GROUP BY c) k
      LEFT JOIN LATERAL (
        SELECT w.id, w.number, w.person_id, w.training_class_id, w.school_id, w.school_path, w.at
          FROM places_choice w LEFT JOIN places_quotabalance q ON q.batch_id = w.batch_id AND q.unit_id = w.school_id
         WHERE w.training_class_id = k.c AND w.state = 'waiting' AND (q.received - q.passed_on - q.used > 0 OR w.school_id IN (SELECT s FROM touched))
         ORDER BY w.number LIMIT k.most) w ON true
    UNION ALL
    SELECT NULL, k.s, k.most, w.*
      FROM (SELECT s, count(*) + %(more)s AS most FROM touched WHERE s IS NOT NULL GROUP BY s) k
      LEFT JOIN LATERAL (
        SELECT w.id, w.number, w.person_id, w.training_class_id, w.school_id, w.school_path, w.at
          FROM places_choice w JOIN programme_trainingclass c ON c.id = w.training_class_id
         WHERE w.batch_id = %(batch)s AND w.school_id = k.s AND w.state = 'waiting' AND (c.used < c.seats OR c.id IN (SELECT c FROM touched))
         ORDER BY w.number LIMIT k.most) w ON true)
SELECT l.*, c.seats, c.used, c.name, c.path, q.received, q.passed_on, q.used,
       EXISTS (SELECT 1 FROM places_choice o WHERE o.once_key = g.series || ':' || g.year || ':' || l.person_id AND o.batch_id <> b.id),
       CASE WHEN %(names)s THEN (SELECT name FROM organisation_person WHERE id = l.person_id) END
  FROM lines l
  JOIN programme_batch b ON b.id = %(batch)s JOIN programme_programme g ON g.id = b.programme_id
  LEFT JOIN programme_trainingclass c ON c.id = l.training_class_id
  LEFT JOIN places_quotabalance q ON q.batch_id = b.id AND q.unit_id = l.school_id
 ORDER BY l.number"""

# Everything that lives under a school which closes.
OF_SCHOOLS = f"""
SELECT c.id, c.number, c.person_id, c.training_class_id, c.school_id, c.school_path, c.state, c.occupies, c.at, c.by_school, c.proposed_at IS NOT NULL, e.id,
       EXISTS (SELECT 1 FROM places_choice o WHERE o.once_key = g.series || ':' || g.year || ':' || c.person_id AND o.batch_id <> b.id),
       k.seats, k.used, k.name, k.path
  FROM places_choice c
  JOIN programme_batch b ON b.id = c.batch_id JOIN programme_programme g ON g.id = b.programme_id
  JOIN programme_trainingclass k ON k.id = c.training_class_id
  LEFT JOIN places_enrolment e ON e.choice_id = c.id
 WHERE c.batch_id = %s AND c.school_id = ANY(%s::bigint[]) AND c.state IN {_LIVE} ORDER BY c.number"""

OFFICES = """
SELECT a.id, a.person_id, a.role, u.path FROM access_appointment a JOIN organisation_unit u ON u.id = a.unit_id
 WHERE a.id = ANY(%s::bigint[]) AND a.period @> yx_now()"""
