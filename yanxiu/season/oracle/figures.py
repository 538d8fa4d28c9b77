"""The six indicators and the line of 10%, of the province, the sixteen, every county and school, by own sums over the facts."""

from collections.abc import Iterator
from fractions import Fraction

from yanxiu.access.models import Appointment
from yanxiu.access.queries import scope_of
from yanxiu.monitoring import queries
from yanxiu.organisation.models import Unit
from yanxiu.programme import queries as programmes
from yanxiu.programme.models import Batch
from yanxiu.season.oracle.facts import rows

FACTS = """
SELECT e.school_path, e.person_id,
       coalesce((SELECT t.seconds FROM learning_learnertime t WHERE t.enrolment_id = e.id), 0),
       (SELECT count(*) FROM catalogue_item i JOIN programme_trainingclass c ON c.version_id = i.version_id WHERE c.id = e.training_class_id AND i.kind IN ('quiz', 'homework')),
       (SELECT count(DISTINCT item_id) FROM homework_quizattempt q WHERE q.enrolment_id = e.id AND q.submitted_at IS NOT NULL)
         + (SELECT count(*) FROM homework_work w WHERE w.enrolment_id = e.id AND EXISTS (SELECT 1 FROM homework_workversion v WHERE v.work_id = w.id)),
       EXISTS (SELECT 1 FROM forum_post p WHERE p.enrolment_id = e.id AND p.verdict = '' AND p.removed_at IS NULL),
       (SELECT coalesce(sum(points), 0) FROM homework_work w WHERE w.enrolment_id = e.id AND w.state = 'marked'),
       (SELECT count(*) FROM homework_work w WHERE w.enrolment_id = e.id AND w.state = 'marked'),
       (SELECT r.passed FROM scoring_result r WHERE r.enrolment_id = e.id AND r.state IN ('marked', 'final'))
  FROM places_enrolment e WHERE e.batch_id = %s AND e.state = 'standing'
"""


def violations(batch: int) -> Iterator[str]:
    """What every office's page would show, against own sums. A ratio is compared as a fraction."""
    facts = rows(FACTS, batch)
    run = Batch.objects.select_related("programme").get(pk=batch)
    heads = rows(
        "SELECT e.school_path, e.person_id FROM places_enrolment e JOIN programme_batch b ON b.id = e.batch_id WHERE b.programme_id = %s AND e.state = 'standing'",
        run.programme_id,
    )
    bases = dict(
        rows(
            "SELECT u.path, c.teachers FROM organisation_unit u JOIN organisation_unitcount c ON c.unit_id = u.id AND c.count_date = '2023-06-30'"
        )
    )
    province = scope_of(Appointment.objects.select_related("unit").get(role="province_admin"))
    groups: dict[int | None, list[Unit]] = {}
    for unit in Unit.objects.select_related("parent").order_by("path"):
        groups.setdefault(unit.parent_id, []).append(unit)
    year = programmes.batches(run.programme)
    for units in groups.values():
        for row in queries.rows(province, units, run.programme, year, run):
            mine = [f for f in facts if f[0].startswith(row.unit.path)]
            people = len({p for path, p in heads if path.startswith(row.unit.path)})
            base = bases.get(row.unit.path, 0)
            n = len(mine)
            expected = {
                "participation": Fraction(people, base) if base else None,
                "hours": Fraction(sum(f[2] for f in mine), 2400 * n) if n else None,
                "works": Fraction(sum(f[4] for f in mine), sum(f[3] for f in mine)) if n else None,
                "discussion": Fraction(sum(f[5] for f in mine), n) if n else None,
                "quality": Fraction(sum(f[6] for f in mine), sum(f[7] for f in mine))
                if sum(f[7] for f in mine)
                else None,
                "passing": Fraction(sum(bool(f[8]) for f in mine), sum(f[8] is not None for f in mine))
                if any(f[8] is not None for f in mine)
                else None,
            }
            for name, value in expected.items():
                got = getattr(row.indicators, name).value
                if got != value:
                    yield f"unit {row.unit.path} {name}: {got}, expected {value}"
            if row.coverage.met != (people * 10 >= base) or row.coverage.needed != -(-base // 10):
                yield f"unit {row.unit.path}: 10% line {row.coverage}"
