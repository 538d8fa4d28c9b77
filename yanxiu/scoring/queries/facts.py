"""What the ledgers below say about enrolments, as evidence. One statement, however many enrolments, and what a course version asks for."""

from collections.abc import Collection
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from yanxiu.catalogue.models import Item
from yanxiu.events.ready import any_of, read
from yanxiu.homework.models import Work
from yanxiu.scoring import rules

# A subquery a ledger, each by its index: fewer round trips and plans than a statement a ledger, and for one learner it is a page's cost.
# Kinds and titles of items are those of the version, which is known (`asks`).
_WORKS = """(SELECT json_agg(json_build_array(item_id, id, submitted_at IS NOT NULL, late, state, points, excellent, revise_until))
   FROM homework_work WHERE enrolment_id = e.id)"""
_FACTS = f"""
SELECT e.id, c.version_id,
  (SELECT json_agg(json_build_array(item_id, seconds, refused)) FROM learning_itemtime WHERE enrolment_id = e.id),
  (SELECT seconds FROM learning_learnertime WHERE enrolment_id = e.id),
  (SELECT json_agg(json_build_array(item_id, coalesce(points, 0), coalesce(out_of, 0)) ORDER BY number) FROM homework_quizattempt
    WHERE enrolment_id = e.id AND submitted_at IS NOT NULL),
  {_WORKS},
  (SELECT json_agg(json_build_array(day, why, posts, replies, stars) ORDER BY day) FROM (
     SELECT day, CASE WHEN removed_at IS NOT NULL THEN 'removed' ELSE verdict END AS why, count(*) FILTER (WHERE thread_id IS NULL) AS posts,
            count(*) FILTER (WHERE thread_id IS NOT NULL) AS replies, count(featured_at) AS stars
       FROM forum_post WHERE enrolment_id = e.id GROUP BY 1, 2) AS talk)
FROM places_enrolment e JOIN programme_trainingclass c ON c.id = e.training_class_id WHERE e.id = {any_of()}"""
_WORKS_NOW = f"""SELECT e.id, c.version_id, {_WORKS}
FROM places_enrolment e JOIN programme_trainingclass c ON c.id = e.training_class_id WHERE e.id = {any_of()}"""


class Known(NamedTuple):
    """`left`: creditable seconds of the class's material that are not credited yet."""

    evidence: rules.Evidence
    left: int


class Asked(NamedTuple):
    """What a version of a course asks for: (item, title) in order, seconds of material, kinds of all items. A version is never changed."""

    quizzes: tuple[tuple[int, str], ...]
    homework: tuple[tuple[int, str], ...]
    seconds: int
    kinds: dict[int, str]


def facts(enrolment_ids: Collection[int]) -> dict[int, rules.Evidence]:
    """Live evidence of these enrolments."""
    return {pk: found.evidence for pk, found in known(enrolment_ids).items()}


def known(enrolment_ids: Collection[int]) -> dict[int, Known]:
    found = {}
    for pk, version, times, total, attempts, works, talk in _read(_FACTS, enrolment_ids):
        asked = asks(version)
        by_kind, refused = _times(asked, times)
        video, text = by_kind[Item.Kind.VIDEO], by_kind[Item.Kind.TEXT]
        credited = sum(by_kind.values())
        tried: dict[int, list[tuple[int, int]]] = {}
        for item, points, out_of in attempts or ():
            tried.setdefault(item, []).append((points, out_of))
        counted = [(day, posts, replies, stars) for day, why, posts, replies, stars in talk or () if not why]
        against: dict[str, int] = {}
        for _day, why, posts, replies, _stars in talk or ():
            if why:
                against[why] = against.get(why, 0) + posts + replies
        evidence = rules.Evidence(
            video_seconds=video,
            text_seconds=text,
            # The learner's total rules: what it has beyond the items (an appeal) stands as other.
            other_seconds=credited - video - text + max(0, (total or 0) - credited),
            refused_seconds=refused,
            quizzes=tuple(rules.Quiz(item, title, tuple(tried.get(item, ()))) for item, title in asked.quizzes),
            works=_all_works(asked, works),
            days=tuple(rules.TalkDay(date.fromisoformat(day), posts, replies) for day, posts, replies, _ in counted),
            featured=sum(stars for *_, stars in counted),
            uncounted=tuple(sorted(against.items())),
        )
        found[pk] = Known(evidence, max(0, asked.seconds - credited))
    return found


def _times(asked: Asked, times: Any) -> tuple[dict[str, int], int]:
    """Credited seconds by kind of item; refused seconds."""
    by_kind, refused = dict.fromkeys(Item.Kind.values, 0), 0
    for item, seconds, spans in times or ():
        by_kind[asked.kinds[item]] += seconds
        refused += sum(end - start for start, end, *_ in spans)
    return by_kind, refused


def works_now(enrolment_ids: Collection[int]) -> dict[int, tuple[rules.Work, ...]]:
    """Only the works: marks go on for the marking days after everything else is frozen."""
    return {pk: _all_works(asks(version), works) for pk, version, works in _read(_WORKS_NOW, enrolment_ids)}


@lru_cache(maxsize=1024)
def asks(version: int) -> Asked:
    rows = list(
        Item.objects.filter(version_id=version).order_by("position").values_list("kind", "pk", "title", "seconds")
    )
    return Asked(
        tuple((pk, title) for kind, pk, title, _ in rows if kind == Item.Kind.QUIZ),
        tuple((pk, title) for kind, pk, title, _ in rows if kind == Item.Kind.HOMEWORK),
        sum(seconds for *_, seconds in rows),
        {pk: kind for kind, pk, *_ in rows},
    )


def _read(sql: str, enrolment_ids: Collection[int]) -> list[Any]:
    return read(sql, [list(enrolment_ids)])


def _all_works(asked: Asked, stored: Any) -> tuple[rules.Work, ...]:
    rows = {item: row for item, *row in stored or ()}
    return tuple(
        _work(item, title, *rows[item]) if item in rows else rules.Work(item, title) for item, title in asked.homework
    )


def _work(
    item: int,
    title: str,
    work: int,
    handed_in: bool,
    late: bool,
    state: str,
    points: int | None,
    excellent: bool,
    until: str | None,
) -> rules.Work:
    marked = state == Work.State.MARKED
    return rules.Work(
        item=item,
        title=title,
        work=work,
        handed_in=handed_in,
        late=late,
        points=points if marked else None,
        excellent=excellent and marked,
        revise_until=datetime.fromisoformat(until).astimezone(UTC) if until and state == Work.State.RETURNED else None,
    )
