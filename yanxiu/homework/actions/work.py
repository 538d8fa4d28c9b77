"""Drafts and versions of works."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from yanxiu.catalogue.models import Item
from yanxiu.events import actions as events
from yanxiu.homework import queries, rules
from yanxiu.homework.actions.outcome import Outcome, event
from yanxiu.homework.actions.reading import CHARACTER_LIMIT, tidy
from yanxiu.homework.models import Work, WorkVersion
from yanxiu.homework.queries.progress import facts_of
from yanxiu.lib import clock, text
from yanxiu.lib.decision import Decision, Reason

_UPDATED = (
    "state",
    "draft",
    "draft_saved_at",
    "first_submitted_at",
    "submitted_at",
    "late",
    "revise_until",
    "lock_version",
)


@dataclass(frozen=True, slots=True)
class WorkIn:
    """One version handed in: typed, or the text of a file with its SHA-256 (from `read` and `events.files.store`).

    `person`: who acts; only the learner can. `at`: when the request was received; None: now.
    """

    person: int
    enrolment: int
    item: int
    text: str
    file: str | None = None
    key: UUID | None = None
    at: datetime | None = None


@transaction.atomic
def save_draft(*, person: int, enrolment: int, item: int, draft: str) -> Outcome[Work]:
    """Autosave; kept whatever the day, so that nothing typed is ever lost. A draft is never marked."""
    learner = queries.learners([enrolment], lock=True).get(enrolment)
    found = _items([item]).get(item)
    if (
        learner is None
        or learner.person != person
        or not learner.standing
        or found is None
        or found.version_id != learner.version
    ):
        return Outcome.no("work_unknown", "T2.2")
    if len(draft) > CHARACTER_LIMIT:
        return Outcome.no("work_too_long", "", limit=CHARACTER_LIMIT)
    row, _ = Work.objects.get_or_create(
        enrolment_id=enrolment, item_id=item, defaults={"training_class_id": learner.training_class}
    )
    # The versions are read and marked, the draft is not: lock_version stays.
    row.draft, row.draft_saved_at = draft.replace("\0", ""), clock.now()
    row.save(update_fields=["draft", "draft_saved_at"])
    return Outcome(Decision.yes(), row)


@transaction.atomic
def submit_works(handed: Sequence[WorkIn]) -> list[Outcome[Work]]:
    """Stores each version. Eight statements, however many.

    1. lock the learners, 2. read items, works and their versions, 3. decide one by one, 4. write works, versions and events.
    """
    learners = queries.learners({one.enrolment for one in handed}, lock=True)
    items = _items({one.item for one in handed})
    works = {
        (w.enrolment_id, w.item_id): w
        for w in Work.objects.select_for_update(of=("self",))
        .filter(enrolment_id__in=learners, item_id__in=items)
        .order_by("pk")
    }
    ids = [w.pk for w in works.values()]
    numbers = dict(WorkVersion.objects.filter(work_id__in=ids).values_list("work_id").annotate(last=Max("number")))
    numbers_of = {key: numbers.get(w.pk, 0) for key, w in works.items()}
    keys = {one.key for one in handed if one.key}
    places = {w.pk: place for place, w in works.items()}
    seen = (
        {(places[v.work_id], v.key): v for v in WorkVersion.objects.filter(work_id__in=ids, key__in=keys)}
        if keys
        else {}
    )
    now = clock.now()
    changed: dict[tuple[int, int], Work] = {}
    versions: list[WorkVersion] = []
    firsts: list[bool] = []
    outcomes: list[Outcome[Work]] = []
    for one in handed:
        learner, item, place = learners.get(one.enrolment), items.get(one.item), (one.enrolment, one.item)
        if learner is None or item is None or learner.person != one.person or item.version_id != learner.version:
            outcomes.append(Outcome.no("work_unknown", "T2.2"))
            continue
        body = tidy(one.text)
        work = works.get(place) or Work(
            enrolment_id=one.enrolment, training_class_id=learner.training_class, item_id=one.item
        )
        if one.key and (before := seen.get((place, one.key))) is not None:
            same = before.text == body and before.file_id == one.file
            outcomes.append(
                Outcome(Decision.yes(), work, again=True)
                if same
                else Outcome(Decision.no(Reason("key_conflict")), work)
            )
            continue
        at, length = one.at or now, text.length(body)
        least = int(item.data.get("min_chars", 0))
        asked = rules.may_submit_work(
            facts=facts_of(work),
            window=learner.batch.window,
            standing=learner.standing,
            length=length,
            least=least,
            now=at,
        )
        decision = asked.decision
        if len(body) > CHARACTER_LIMIT:
            decision = Decision.no(*decision.reasons, Reason("work_too_long", "", {"limit": CHARACTER_LIMIT}))
        if not decision:
            outcomes.append(Outcome(decision, work if work.pk else None))
            continue
        works[place] = changed[place] = work
        firsts.append(work.first_submitted_at is None)
        work.first_submitted_at = work.first_submitted_at or at
        work.state, work.submitted_at, work.late, work.revise_until = Work.State.SUBMITTED, at, asked.late, None
        work.lock_version += 1
        if one.file is None:
            work.draft, work.draft_saved_at = body, at
        numbers_of[place] = numbers_of.get(place, 0) + 1
        version = WorkVersion(
            work=work,
            number=numbers_of[place],
            text=body,
            characters=length,
            file_id=one.file,
            submitted_at=at,
            late=asked.late,
            key=one.key,
        )
        if one.key:
            seen[place, one.key] = version
        versions.append(version)
        outcomes.append(Outcome(decision, work))
    Work.objects.bulk_create(
        changed.values(),
        update_conflicts=True,
        unique_fields=["enrolment", "item"],
        update_fields=_UPDATED,
        batch_size=1000,
    )
    for version in versions:
        version.work = version.work  # its key is known only now
    WorkVersion.objects.bulk_create(versions, batch_size=1000)
    events.record_many(
        event(
            "homework.submitted",
            learner=learners[version.work.enrolment_id],
            actor=learners[version.work.enrolment_id].person,
            subject=version.work_id,
            at=version.submitted_at,
            data={
                "item": version.work.item_id,
                "version": version.number,
                "late": version.late,
                "first": first,
                "characters": version.characters,
            },
        )
        for version, first in zip(versions, firsts, strict=True)
    )
    return outcomes


def _items(ids: Sequence[int] | set[int]) -> dict[int, Item]:
    return {
        item.pk: item
        for item in Item.objects.filter(pk__in=ids, kind=Item.Kind.HOMEWORK).only("version_id", "kind", "data")
    }
