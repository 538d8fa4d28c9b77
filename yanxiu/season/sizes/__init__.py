"""The province at its own size, for work and measurements: as many teachers as asked, nine batches, three of them learned, one in its choice.

People and history are written by COPY here, and only here: the small demo and the rehearsal act through actions only. What the acts guarantee is
then shown by others: the database proves keys, CHECKs and counters; figures, marks and certificates come from the product's own rules; `manage.py
recount` finds no difference (docs/decisions/0007). Deterministic from the seed, but for what is sealed (nonces).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from yanxiu.events import actions as events
from yanxiu.lib import clock
from yanxiu.organisation.models import Person
from yanxiu.places.actions import sweep_past
from yanxiu.programme import actions as programmes
from yanxiu.season.building import BEGINS, POLICIES, public_page
from yanxiu.season.sizes import bulk, opening, results, seating
from yanxiu.season.sizes.cohorts import Classes, Seat, Supply, cohort
from yanxiu.season.sizes.history import history
from yanxiu.season.sizes.listed import listed
from yanxiu.season.sizes.people import past_participants, people
from yanxiu.season.sizes.scale import NAMED, Scale, scale

CURTAIN = datetime(2023, 9, 2, 20, 14, tzinfo=clock.SHANGHAI)
POLICY = POLICIES / "S20230304.toml"
PAST, OPEN = (1, 2, 3, 4), 5  # batches whose learners are seated; the batch in its choice
SLACK = 1.05  # seats of the batches to come, of what is needed
LAST, MORNING = timedelta(minutes=10), timedelta(hours=9)
CLASSES_OPEN, SUBMITTED, DECIDED = (
    datetime(2023, month, day, hour, tzinfo=clock.SHANGHAI)
    for month, day, hour in ((6, 28, 10), (7, 3, 10), (7, 5, 15))
)

Say = Callable[[str], None]


def build(*, seed: int, size: Scale, say: Say) -> None:
    """1. people  2. programme, plans, classes, quota  3. who learns where  4. what they did  5. marks, certificates, figures, the record  6. the open batch."""
    random = Random(seed)
    events.create_installation(mode="demo", at=BEGINS, frozen=True)
    say(f"units, {size.schools} schools, {size.teachers} teachers")
    roster = people(random=random, schools=size.schools, teachers=size.teachers)
    office = roster.province.province_admin
    programme = programmes.create_programme(path=POLICY, public=public_page(), by=office)
    past_participants(roster, series=programme.series)
    say("courses, classes, quota")
    opened = opening.open_programme(roster, programme, size)
    moves, given = opening.quotas(roster, size, random)
    quota = [given[school.pk] for school in roster.province.schools]
    supply = Supply(roster, {p.pk for tutors in opened.tutors.values() for p in tutors})
    cohorts = {
        n: cohort(
            supply, Classes(size.classes), quota, size.learners, random,
            opens=opened.batches[n].choice_opens, enrols=opened.batches[n].enrolment_opens, starts=opened.batches[n].starts,
        )
        for n in PAST
    }  # fmt: skip
    events.move_clock(CLASSES_OPEN)
    opening.open_classes(roster, opened, {n: _seats(cohorts.get(n), size, random) for n in opened.batches})
    opening.decide_plans(roster, opened, size, submitted=SUBMITTED, decided=DECIDED)
    opening.cascade(roster, opened, moves, at=opening.moments(opened))
    say("who learned where, and what they did")
    learners = history(roster, opened, cohorts, random, until=CURTAIN)
    say(f"marks and certificates of {learners} learners, figures, the record")
    _certify(opened, 1, random, office)
    results.record()
    say("the batch in its choice")
    batch = opened.batches[OPEN]
    events.move_clock(batch.choice_opens)
    for number in PAST:
        results.close(opened.batches[number])
    sweep_past(clock.now())
    outcomes = seating.choose(supply, batch, opened.classes[OPEN], size.choosers, quota, random, until=CURTAIN - LAST)
    _certify(opened, 2, random, office)
    say(f"accounts ({outcomes})")
    events.move_clock(CURTAIN)
    listed(roster, opened)
    events.release_clock()
    bulk.run("ANALYZE")


def _certify(opened: opening.Opened, number: int, random: Random, office: Person) -> None:
    """On the day after the objections."""
    batch = opened.batches[number]
    events.move_clock(max(clock.now(), batch.objections_end + MORNING))
    results.certificates(batch, random, office.pk)


def _seats(seats: list[Seat] | None, size: Scale, random: Random) -> list[int]:
    """Of a past batch what was taken there, some classes being full; of the others what is needed."""
    if seats is None:
        return [max(2, round(size.learners * SLACK / size.classes))] * size.classes
    used = [0] * size.classes
    for seat in seats:
        used[seat.training_class] += seat.enrolled_at is not None
    return [max(2, n + random.choice((0, 0, n // 10))) for n in used]


__all__ = ["NAMED", "build", "scale"]
