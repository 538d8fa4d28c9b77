"""What the rules need to know about people, classes and quota, for pages that say beforehand what an act would answer. No locks: the act asks again."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from yanxiu.events.ready import Ready, of_any
from yanxiu.lib.decision import Decision
from yanxiu.organisation.models import PastParticipation, Person
from yanxiu.places.models import Bar, Choice, Exemption, QuotaBalance
from yanxiu.places.rules import refusals
from yanxiu.places.rules import values as v
from yanxiu.programme import queries as programmes
from yanxiu.programme.models import Batch, TrainingClass


def batch_facts(batch: Batch) -> v.BatchFacts:
    own = programmes.policy_of(batch)
    policy = v.PlacePolicy(
        version=batch.policy_id,
        stage_must_match=own.choice.stage_must_match,
        gap_years=own.repeat.gap_years,
        exemption=own.repeat.exemption,
        once_a_year=own.repeat.same_year == "no",
        review=own.enrolment.review,
        replace_until=own.enrolment.replace_until,
        return_until=own.enrolment.return_until,
        bar_running=own.bar.running,
    )
    g = batch.programme
    return v.BatchFacts(
        batch.pk, batch.number, g.series, g.year, batch.choice_opens, batch.enrolment_opens, batch.starts, batch.ends,
        batch.lapsed_at is not None, policy,
    )  # fmt: skip


def class_facts(row: TrainingClass) -> v.ClassFacts:
    return v.ClassFacts(row.pk, row.seats, row.used, row.name, row.path, tuple(row.stages), row.opened_at)


_QUOTA = Ready(
    lambda batch, units: QuotaBalance.objects.filter(batch=batch, unit=of_any(units)).values_list(
        "unit_id", "received", "passed_on", "used"
    )
)
_BARS = Ready(
    lambda persons: Bar.objects.filter(person=of_any(persons), lifted_at=None).values_list("person_id", "until")
)
_PAST = Ready(
    lambda persons, identities, series, years: PastParticipation.objects.filter(
        Q(person=of_any(persons)) | Q(identity_hash=of_any(identities, "bytea")), series=series, year=of_any(years)
    ).values_list("person_id", "identity_hash", "year")
)
_EXEMPT = Ready(
    lambda persons, programme: Exemption.objects.filter(
        person=of_any(persons), programme=programme, withdrawn_at=None
    ).values_list("person_id")
)
_ELSEWHERE = Ready(
    lambda keys, batch: (
        Choice.objects.filter(once_key=of_any(keys, "text"))
        .exclude(batch=batch)
        .values_list("once_key", "batch__number")
    )
)


def quota_of(batch: int, units: Iterable[int]) -> dict[int, v.Quota]:
    return {row[0]: v.Quota(*row) for row in _QUOTA.all(batch, list(units))}


def person_facts(facts: v.BatchFacts, programme: int, people: Iterable[Person]) -> dict[int, v.PersonFacts]:
    """Four queries, however many people."""
    people = list(people)
    ids = [p.pk for p in people]
    hashes = {bytes(p.identity_hash): p.pk for p in people if p.identity_hash is not None}
    bars: dict[int, datetime] = {}
    for person, until in _BARS.all(ids):
        bars[person] = max(until, bars.get(person, until))
    years = list(range(facts.year - facts.policy.gap_years, facts.year))
    past: dict[int, set[int]] = {}
    asked = set(ids)
    for person, identity, year in _PAST.all(ids, list(hashes), facts.series, years):
        for one in asked.intersection((person, hashes.get(bytes(identity)))):
            past.setdefault(one, set()).add(year)
    exempt = {person for (person,) in _EXEMPT.all(ids, programme)}
    keys = {f"{facts.series}:{facts.year}:{person}": person for person in ids}
    elsewhere = {keys[str(key)]: number for key, number in _ELSEWHERE.all(list(keys), facts.id)}
    return {
        p.pk: v.PersonFacts(
            id=p.pk,
            school=p.school_id,
            school_path=p.school_path,
            stage=p.stage,
            on_roster=p.on_roster,
            on_duty=p.on_duty,
            barred_until=bars.get(p.pk),
            took_part=tuple(past.get(p.pk, ())),
            exempt=p.pk in exempt,
            elsewhere=elsewhere.get(p.pk),
        )
        for p in people
    }


def place_of(choice: Choice | None) -> v.Place | None:
    if choice is None:
        return None
    return v.Place(
        id=choice.pk,
        number=choice.number,
        person=choice.person_id,
        training_class=choice.training_class_id,
        school=choice.school_id,
        school_path=choice.school_path,
        state=choice.state,
        occupies=choice.occupies,
        at=choice.at,
        proposed=choice.proposed_at is not None,
    )


def would_choose(
    facts: v.BatchFacts,
    person: v.PersonFacts,
    known: v.ClassFacts,
    mine: Choice | None,
    at: datetime,
    *,
    window: bool = True,
) -> Decision:
    """As if it were pressed now; having another class is no obstacle here, for that can be changed. Without `window`: the person only."""
    request = v.Choose(person=person.id, training_class=known.id, change=True, by=person.id, at=at)
    mine_class = class_facts(mine.training_class) if mine else None
    against = refusals.choosing(request, person, known, place_of(mine), mine_class, facts)
    return Decision.unless(r for r in against if window or not r.code.startswith("window_"))


def would_enrol(
    facts: v.BatchFacts,
    person: v.PersonFacts | None,
    training_class: TrainingClass | None,
    mine: Choice | None,
    quota: v.Quota | None,
    *,
    school: int,
    by: int | None,
    at: datetime,
) -> Decision:
    request = v.Enrol(
        person=person.id if person else 0,
        school=school,
        training_class=training_class.pk if training_class else None,
        by=by,
        at=at,
    )
    known = class_facts(training_class) if training_class else None
    return Decision.unless(refusals.enrolling(request, person, known, place_of(mine), quota, facts))


def missing(batch: v.BatchFacts, known: v.ClassFacts, quota: v.Quota | None) -> Decision:
    """What a waiting place waits for; "yes" with its reasons."""
    return Decision.yes(*refusals.missing(known, quota, batch))
