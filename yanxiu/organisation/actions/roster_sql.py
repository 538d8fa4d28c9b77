"""The statements of roster imports. `%(import)s` is the import; empty outcome: not judged yet.

One that names `%(first)s` and `%(last)s`, ids of rows, goes in pieces.
"""

from datetime import datetime

from yanxiu.events import actions as events
from yanxiu.events.models import Event
from yanxiu.organisation.actions.people import moved_event
from yanxiu.organisation.models import RosterImport, RosterRow

LOCK = 73_002
ROWS = "organisation_rosterrow"

PLANNED_BY = (
    "id",
    "roster_import_id",
    "number",
    "outcome",
    "person_id",
    "identity_hash",
    "teacher_number",
    "school_id",
)
REACH = f"SELECT coalesce(min(id), 1), coalesce(max(id), 0) FROM {ROWS} WHERE roster_import_id = %(import)s"

# Begin anew: who was thought gone is asked for again.
_FORGET = f"DELETE FROM {ROWS} WHERE roster_import_id = %(import)s AND outcome = 'gone'"
# Every row that the reader took, judged at once, and kept (and then written, piece by piece) only where the judgement is another than before: each row is wide, and a province has
# 850,000. The first row of an identity number counts, the others say which one that is; so with teacher numbers among those that are left.
_JUDGED_BEFORE = "DROP TABLE IF EXISTS pg_temp.roster_said"
_JUDGE = f"""
CREATE TEMP TABLE roster_said ON COMMIT DROP AS
WITH taken AS (
    SELECT r.*, min(number) OVER (PARTITION BY identity_hash) AS first FROM (
        SELECT id, number, outcome, person_id, fields, problems, name, identity_hash, phone_hash, teacher_number, school_id, stage, subject, title, on_duty
          FROM {ROWS} WHERE roster_import_id = %(import)s AND raw_sealed IS NULL AND outcome <> 'gone') r
), told AS (
    SELECT r.*, CASE WHEN number = first AND teacher_number IS NOT NULL
                     THEN min(number) FILTER (WHERE number = first) OVER (PARTITION BY teacher_number) END AS first_teacher FROM taken r
), found AS (
    SELECT r.*, p.id AS known, p.school_id IS DISTINCT FROM r.school_id AS moves, {{differences}} AS differs, t.id IS NOT NULL AS teacher_taken
      FROM told r
      LEFT JOIN organisation_person p ON p.identity_hash = r.identity_hash
      LEFT JOIN organisation_person t ON t.teacher_number = r.teacher_number AND t.identity_hash IS DISTINCT FROM r.identity_hash
), judged AS (
    SELECT id, outcome, person_id, fields, problems,
           CASE WHEN number <> first THEN jsonb_build_object('column', 'identity', 'code', 'identity_twice', 'value', first::text)
                WHEN number <> first_teacher THEN jsonb_build_object('column', 'teacher_number', 'code', 'teacher_number_twice', 'value', first_teacher::text)
                WHEN teacher_taken THEN jsonb_build_object('column', 'teacher_number', 'code', 'teacher_number_taken', 'value', teacher_number) END AS against,
           CASE WHEN known IS NULL THEN 'new' WHEN moves THEN 'moved' WHEN differs <> '[]' THEN 'changed' ELSE 'same' END AS will, known, differs
      FROM found
), said AS (
    SELECT id, outcome, person_id, fields, problems, CASE WHEN against IS NULL THEN will ELSE 'refused' END AS will,
           CASE WHEN against IS NULL THEN known END AS known,
           CASE WHEN against IS NULL AND known IS NOT NULL THEN differs ELSE '[]' END AS differs,
           CASE WHEN against IS NULL THEN '[]' ELSE jsonb_build_array(against) END AS against
      FROM judged
)
SELECT id, will, known, differs, against FROM said
 WHERE (outcome, person_id, fields, problems) IS DISTINCT FROM (will, known, differs, against)
"""
_ORDERED = "CREATE INDEX ON roster_said (id)"
_WRITE = f"""
UPDATE {ROWS} r SET outcome = s.will, person_id = s.known, fields = s.differs, problems = s.against
  FROM roster_said s WHERE s.id BETWEEN %(first)s AND %(last)s AND r.id = s.id
"""


def _differences() -> str:
    """The names of what differs; what the file does not say does not differ."""
    said = {
        "phone": "phone_hash",
        "teacher_number": "teacher_number",
        "stage": "stage",
        "subject": "subject",
        "title": "title",
        "on_duty": "on_duty",
    }
    cases = [
        "CASE WHEN r.name <> p.name THEN '[\"name\"]'::jsonb ELSE '[]' END",
        "CASE WHEN NOT p.on_roster THEN '[\"on_roster\"]'::jsonb ELSE '[]' END",
    ]
    cases += [
        f"CASE WHEN r.{c} IS NOT NULL AND r.{c} IS DISTINCT FROM p.{c} THEN '[\"{name}\"]'::jsonb ELSE '[]' END"
        for name, c in said.items()
    ]
    return "(" + " || ".join(f"({case})" for case in cases) + ")"


# Nobody has gone whom the file may mean in a row that could not be read: by identity number, teacher number, or name at the same school.
_GONE = f"""
INSERT INTO {ROWS} (roster_import_id, number, outcome, name, name_key, name_grams, identity_mask, phone_mask, person_id, school_id, fields, problems)
SELECT %(import)s, 0, 'gone', p.name, p.name_key, '{{{{}}}}', p.identity_mask, '', p.id, p.school_id, '[]', '[]' FROM organisation_person p
WHERE %(complete)s AND p.school_path LIKE %(below)s AND p.on_roster
  AND NOT EXISTS (SELECT 1 FROM {ROWS} r WHERE r.roster_import_id = %(import)s AND r.identity_hash = p.identity_hash)
  AND NOT EXISTS (SELECT 1 FROM {ROWS} r WHERE r.roster_import_id = %(import)s AND r.outcome = 'refused' AND r.teacher_number = p.teacher_number)
  AND NOT EXISTS (SELECT 1 FROM {ROWS} r WHERE r.roster_import_id = %(import)s AND r.outcome = 'refused' AND r.identity_hash IS NULL
                  AND r.name = p.name AND (r.school_id = p.school_id OR r.school_id IS NULL))
"""

_RESET = f"""
UPDATE {ROWS} SET outcome = '', person_id = NULL, fields = '[]', problems = '[]'
WHERE roster_import_id = %(import)s AND (outcome NOT IN ('', 'refused') OR (outcome = 'refused' AND raw_sealed IS NULL))
"""
_REPEATED = f"""
UPDATE {ROWS} r SET outcome = 'refused', problems = jsonb_build_array(jsonb_build_object('column', 'identity', 'code', 'identity_twice', 'value', f.first::text))
FROM (SELECT id, number, first_value(number) OVER w AS first FROM {ROWS}
      WHERE roster_import_id = %(import)s AND outcome = '' WINDOW w AS (PARTITION BY identity_hash ORDER BY number, id)) f
WHERE r.id = f.id AND f.number <> f.first
"""
_PAST_KNOWN = f"""
UPDATE {ROWS} r SET person_id = p.id, name = p.name,
    outcome = CASE WHEN p.school_path NOT LIKE %(below)s THEN 'refused' ELSE '' END,
    problems = CASE WHEN p.school_path NOT LIKE %(below)s
        THEN jsonb_build_array(jsonb_build_object('column', 'identity', 'code', 'person_outside', 'value', '')) ELSE r.problems END
FROM organisation_person p WHERE r.roster_import_id = %(import)s AND r.outcome = '' AND p.identity_hash = r.identity_hash
"""
# Somebody who is not on any roster: only the province may say that she took part; a county would bar strangers.
_PAST_UNKNOWN = f"""
UPDATE {ROWS} SET outcome = 'refused', problems = jsonb_build_array(jsonb_build_object('column', 'identity', 'code', 'person_unknown', 'value', ''))
WHERE roster_import_id = %(import)s AND outcome = '' AND person_id IS NULL AND NOT %(province)s
"""
_PAST_SAME = f"""
UPDATE {ROWS} r SET outcome = 'same' FROM organisation_pastparticipation p
WHERE r.roster_import_id = %(import)s AND r.outcome = '' AND p.series = %(series)s AND p.year = %(year)s AND p.identity_hash = r.identity_hash
"""

_NEW = f"UPDATE {ROWS} SET outcome = 'new' WHERE roster_import_id = %(import)s AND outcome = ''"

JUDGE = {
    "roster": (_FORGET, _JUDGED_BEFORE, _JUDGE.format(differences=_differences()), _ORDERED, _WRITE, _GONE.format()),
    "past": (_FORGET, _RESET, _REPEATED, _PAST_KNOWN, _PAST_UNKNOWN, _PAST_SAME, _NEW),
}

_INSERT = f"""
INSERT INTO organisation_person (name, name_key, name_grams, identity_sealed, identity_hash, identity_mask, phone_sealed, phone_hash, phone_mask,
    teacher_number, school_id, school_path, stage, subject, title, on_roster, on_duty)
SELECT r.name, r.name_key, r.name_grams, r.identity_sealed, r.identity_hash, r.identity_mask, r.phone_sealed, r.phone_hash, r.phone_mask,
    r.teacher_number, r.school_id, u.path, coalesce(r.stage, ''), coalesce(r.subject, ''), coalesce(r.title, ''), true, coalesce(r.on_duty, true)
FROM {ROWS} r JOIN organisation_unit u ON u.id = r.school_id WHERE r.roster_import_id = %(import)s AND r.outcome = 'new' AND r.id BETWEEN %(first)s AND %(last)s ORDER BY r.number
"""
_UPDATE = f"""
UPDATE organisation_person p SET name = r.name, name_key = r.name_key, name_grams = r.name_grams,
    phone_sealed = CASE WHEN r.phone_hash IS DISTINCT FROM p.phone_hash THEN coalesce(r.phone_sealed, p.phone_sealed) ELSE p.phone_sealed END,
    phone_mask = CASE WHEN r.phone_hash IS NULL THEN p.phone_mask ELSE r.phone_mask END, phone_hash = coalesce(r.phone_hash, p.phone_hash),
    teacher_number = coalesce(r.teacher_number, p.teacher_number), school_id = r.school_id, school_path = u.path, stage = coalesce(r.stage, p.stage),
    subject = coalesce(r.subject, p.subject), title = coalesce(r.title, p.title), on_duty = coalesce(r.on_duty, p.on_duty), on_roster = true, gone_at = NULL
FROM {ROWS} r JOIN organisation_unit u ON u.id = r.school_id
WHERE r.roster_import_id = %(import)s AND r.outcome IN ('changed', 'moved') AND r.id BETWEEN %(first)s AND %(last)s AND p.id = r.person_id
"""
_MARK_GONE = f"""
UPDATE organisation_person p SET on_roster = false, gone_at = %(now)s FROM {ROWS} r
WHERE r.roster_import_id = %(import)s AND r.outcome = 'gone' AND p.id = r.person_id
"""
# The people of a file may have been imported as past participants before they were on the roster.
_LINK_PAST = f"""
UPDATE organisation_pastparticipation a SET person_id = p.id FROM {ROWS} r JOIN organisation_person p ON p.identity_hash = r.identity_hash
WHERE r.roster_import_id = %(import)s AND r.outcome = 'new' AND a.person_id IS NULL AND a.identity_hash = r.identity_hash
"""
# Before the update: where the moved come from is what the event tells.
_REMEMBER = f"""
UPDATE {ROWS} r SET raw_sealed = NULL, problems = jsonb_build_array(jsonb_build_object('from', p.school_id, 'from_path', p.school_path))
FROM organisation_person p WHERE r.roster_import_id = %(import)s AND r.outcome = 'moved' AND p.id = r.person_id
"""
# A province has 850,000 wide rows: what the page lists of the new is kept, the rest is in the people now.
_TIDY = f"""
DELETE FROM {ROWS} WHERE roster_import_id = %(import)s AND outcome IN ('new', 'same') AND id NOT IN (
    SELECT id FROM {ROWS} WHERE roster_import_id = %(import)s AND outcome = 'new' ORDER BY number, id LIMIT %(listed)s)
"""
_INSERT_PAST = f"""
INSERT INTO organisation_pastparticipation (series, year, identity_hash, person_id)
SELECT %(series)s, %(year)s, identity_hash, person_id FROM {ROWS} WHERE roster_import_id = %(import)s AND outcome = 'new'
ON CONFLICT (series, year, identity_hash) DO NOTHING
"""
APPLY = {"roster": (_REMEMBER, _INSERT, _UPDATE, _MARK_GONE, _LINK_PAST, _TIDY), "past": (_INSERT_PAST, _TIDY)}


def record_people(row: RosterImport, now: datetime) -> None:
    """An event a person who moved, has gone or was changed; in sets, so that the reactions work on sets."""
    for outcome in ("moved", "gone", "changed"):
        rows = (
            RosterRow.objects.filter(roster_import=row, outcome=outcome)
            .select_related("school")
            .order_by("number", "id")
        )
        batch: list[Event] = []
        for r in rows.defer("raw_sealed", "identity_sealed", "phone_sealed").iterator(chunk_size=2000):
            batch.append(_event(outcome, r, row.by_id, now))
            if len(batch) == 2000:
                events.record_many(batch)
                batch = []
        if batch:
            events.record_many(batch)


def _event(outcome: str, r: RosterRow, by: int | None, now: datetime) -> Event:
    path = r.school.path if r.school else ""
    assert r.person_id is not None
    if outcome == "moved":
        origin = r.problems[0]
        return moved_event(r.person_id, origin["from"], origin["from_path"], r.school_id, path, by=by)
    data = {"school": r.school_id} if outcome == "gone" else {"fields": r.fields}
    return Event(kind=f"organisation.{outcome}", at=now, actor=by, person=r.person_id, unit_path=path, data=data)
