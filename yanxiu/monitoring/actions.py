"""Keeps the figures: a learner's row is recomputed from the facts whenever an act changes them; the sums follow by trigger.

`recount` recomputes everything and names each difference; there must be none.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from yanxiu.events.models import Event

# One learner's figures from the facts. A returned or replaced enrolment has none.
FACTS = """
SELECT e.id AS enrolment_id, e.batch_id, e.training_class_id, e.school_id, e.school_path, e.class_path,
       coalesce(t.seconds, 0) AS seconds, coalesce(due.n, 0) AS works_due,
       coalesce(quiz.n, 0) + coalesce(work.done, 0) AS works_done,
       coalesce(post.n, 0) AS posts, coalesce(work.marks_sum, 0) AS marks_sum, coalesce(work.marks_count, 0) AS marks_count,
       coalesce(r.state IN ('marked', 'final'), false) AS decided,
       coalesce(r.state IN ('marked', 'final') AND r.passed, false) AS passed,
       CASE WHEN r.state IN ('marked', 'final') THEN r.total END AS total
  FROM places_enrolment e
  JOIN programme_trainingclass c ON c.id = e.training_class_id
  LEFT JOIN learning_learnertime t ON t.enrolment_id = e.id
  LEFT JOIN scoring_result r ON r.enrolment_id = e.id
  LEFT JOIN LATERAL (SELECT count(*) AS n FROM catalogue_item i WHERE i.version_id = c.version_id AND i.kind IN ('quiz', 'homework')) due ON true
  LEFT JOIN LATERAL (SELECT count(DISTINCT q.item_id) AS n FROM homework_quizattempt q WHERE q.enrolment_id = e.id AND q.submitted_at IS NOT NULL) quiz ON true
  LEFT JOIN LATERAL (SELECT count(*) FILTER (WHERE w.first_submitted_at IS NOT NULL) AS done,
                            coalesce(sum(w.points) FILTER (WHERE w.state = 'marked'), 0) AS marks_sum,
                            count(*) FILTER (WHERE w.state = 'marked') AS marks_count
                       FROM homework_work w WHERE w.enrolment_id = e.id) work ON true
  LEFT JOIN LATERAL (SELECT count(*) AS n FROM forum_post p WHERE p.enrolment_id = e.id AND p.verdict = '' AND p.removed_at IS NULL) post ON true
 WHERE e.state = 'standing'
"""
COLUMNS = [
    "enrolment_id",
    "batch_id",
    "training_class_id",
    "school_id",
    "school_path",
    "class_path",
    "seconds",
    "works_due",
    "works_done",
    "posts",
    "marks_sum",
    "marks_count",
    "decided",
    "passed",
    "total",
]
_VALUES = COLUMNS[1:]
_FOLLOWED = [
    name for name in _VALUES if name != "seconds"
]  # seconds are added by yx_learning_credited, to the sums too


@transaction.atomic
def refresh(enrolment_ids: Iterable[int]) -> None:
    """Recomputes these learners' rows, in the transaction of the act that changed their facts."""
    ids = sorted(set(enrolment_ids))
    if not ids:
        return
    same = " AND ".join(f"f.{name} IS NOT DISTINCT FROM excluded.{name}" for name in _FOLLOWED)
    sets = ", ".join(f"{name} = excluded.{name}" for name in _FOLLOWED)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM monitoring_learnerfigures f USING places_enrolment e WHERE e.id = f.enrolment_id AND e.id = ANY(%s) AND e.state <> 'standing'",
            [ids],
        )
        cursor.execute(
            f"INSERT INTO monitoring_learnerfigures AS f ({', '.join(COLUMNS)}) {FACTS} AND e.id = ANY(%s) ORDER BY e.id "
            f"ON CONFLICT (enrolment_id) DO UPDATE SET {sets} WHERE NOT ({same})",
            [ids],
        )


def follow(events: Sequence[Event]) -> None:
    """Reaction: an event about a person in a batch may have changed that learner's facts. A replacement names the successor too."""
    pairs = {(person, e.batch) for e in events if e.batch for person in (e.person, e.data.get("successor")) if person}
    if not pairs:
        return
    people, batches = zip(*sorted(pairs), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.id FROM places_enrolment e JOIN unnest(%s::bigint[], %s::bigint[]) AS w (person, batch) ON e.person_id = w.person AND e.batch_id = w.batch",
            [list(people), list(batches)],
        )
        ids = [row[0] for row in cursor.fetchall()]
    refresh(ids)


@dataclass(frozen=True)
class Kept:
    """A count kept by triggers elsewhere: `key` and `n` in `table`, and the statement that counts anew."""

    name: str
    table: str
    key: str
    counted: str

    @property
    def differing(self) -> str:
        return (
            f"SELECT row_to_json(k), coalesce(a.n, 0), coalesce(b.n, 0) FROM (SELECT {self.key}, n FROM {self.table}) a "
            f"FULL JOIN ({self.counted}) b USING ({self.key}) CROSS JOIN LATERAL (SELECT {self.key}) k WHERE coalesce(a.n, 0) <> coalesce(b.n, 0)"
        )


KEPT = (
    Kept(
        "marked works",
        "homework_markedworks",
        "training_class_id, item_id",
        "SELECT training_class_id, item_id, count(*)::int AS n FROM homework_work WHERE state = 'marked' GROUP BY 1, 2",
    ),
    Kept(
        "standing",
        "places_standing",
        "batch_id, path",
        "SELECT batch_id, left(school_path, k) AS path, count(*)::int AS n FROM places_enrolment, generate_series(2, length(school_path)) k "
        "WHERE state = 'standing' AND substr(school_path, k, 1) = '/' GROUP BY 1, 2",
    ),
)


@dataclass(frozen=True)
class Difference:
    table: str
    row: tuple[int | str, ...]
    kept: dict[str, object]
    counted: dict[str, object]


@transaction.atomic
def recount(*, mend: bool = False) -> list[Difference]:
    """Recomputes all figures from the facts. Returns what differs; with `mend` the figures are put right too."""
    names = ", ".join(_VALUES[5:])
    with connection.cursor() as cursor:
        cursor.execute(
            "LOCK TABLE monitoring_learnerfigures IN SHARE MODE"
            if not mend
            else "LOCK TABLE monitoring_learnerfigures IN EXCLUSIVE MODE"
        )
        cursor.execute(
            f"SELECT coalesce(f.enrolment_id, x.enrolment_id), row_to_json(f), row_to_json(x) FROM (SELECT enrolment_id, {names} FROM monitoring_learnerfigures) f "
            f"FULL JOIN (SELECT enrolment_id, {names} FROM ({FACTS}) y) x ON x.enrolment_id = f.enrolment_id WHERE to_jsonb(f) IS DISTINCT FROM to_jsonb(x)"
        )
        found = [Difference("learner", (row[0],), row[1] or {}, row[2] or {}) for row in cursor.fetchall()]
        sums = "count(*) AS learners, sum(seconds) AS seconds, sum(works_due) AS works_due, sum(works_done) AS works_done, count(*) FILTER (WHERE posts > 0) AS talkers, sum(marks_sum) AS marks_sum, sum(marks_count) AS marks_count, count(*) FILTER (WHERE decided) AS decided, count(*) FILTER (WHERE passed) AS passed"
        kept = "learners, seconds, works_due, works_done, talkers, marks_sum, marks_count, decided, passed"
        cursor.execute(
            f"SELECT coalesce(f.c, x.c), coalesce(f.s, x.s), row_to_json(f), row_to_json(x) FROM (SELECT training_class_id AS c, school_id AS s, {kept} FROM monitoring_unitfigures WHERE learners <> 0 OR seconds <> 0) f "
            f"FULL JOIN (SELECT training_class_id AS c, school_id AS s, {sums} FROM monitoring_learnerfigures GROUP BY 1, 2) x ON x.c = f.c AND x.s = f.s "
            "WHERE to_jsonb(f) IS DISTINCT FROM to_jsonb(x)"
        )
        found += [
            Difference("school and class", (row[0], row[1]), row[2] or {}, row[3] or {}) for row in cursor.fetchall()
        ]
        for one in KEPT:
            cursor.execute(one.differing)
            found += [Difference(one.name, tuple(k.values()), {"n": a}, {"n": b}) for k, a, b in cursor.fetchall()]
        if mend and found:
            for one in KEPT:
                cursor.execute(f"DELETE FROM {one.table}")
                cursor.execute(f"INSERT INTO {one.table} ({one.key}, n) {one.counted}")
            cursor.execute("DELETE FROM monitoring_learnerfigures")
            cursor.execute("DELETE FROM monitoring_unitfigures")
            cursor.execute(f"INSERT INTO monitoring_learnerfigures ({', '.join(COLUMNS)}) {FACTS}")
    return found
