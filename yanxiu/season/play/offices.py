"""What the offices do before anybody learns: plans, approval, the cascade of quota, classes."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from yanxiu.catalogue.models import CourseVersion
from yanxiu.lib import clock, shares
from yanxiu.notices import actions as notices
from yanxiu.organisation.models import Unit, UnitCount
from yanxiu.places import actions as places
from yanxiu.places.actions import plans as plan_acts
from yanxiu.places.models import QuotaBalance, QuotaPlan
from yanxiu.programme import actions as programme
from yanxiu.season.diary import Asked

if TYPE_CHECKING:
    from yanxiu.season.play.stage import BatchRun, Season


# More quota than seats, so that both bind somewhere: schools run out here, classes there.
MORE_QUOTA = 1.3


def _teachers(units: list[Unit]) -> list[int]:
    counted = dict(UnitCount.objects.filter(unit__in=units).values_list("unit_id", "teachers"))
    return [counted.get(u.pk, 0) for u in units]


def _moment(day: datetime, hour: int, minute: int = 0) -> datetime:
    return clock.at(clock.local(day).date(), time(hour, minute))


def plans(season: Season) -> None:
    """Sixteen plans: drafted in June, submitted in the first days of July, approved before the deadline."""
    all_batches = list(season.programme.batches.order_by("number"))
    weights = _teachers(season.province.offices)
    asked = {b.pk: shares.split(round(season.script.learners * MORE_QUOTA), weights) for b in all_batches}

    def submit() -> None:
        for index, office in enumerate(season.province.offices):
            by = season.province.admin_of[office.pk]
            numbers = {b.pk: asked[b.pk][index] for b in all_batches}
            plan_acts.save_plan(programme=season.programme.pk, unit=office.pk, asked=numbers, by=by.pk)
            plan_acts.submit_plan(programme=season.programme.pk, unit=office.pk, by=by.pk)

    def approve() -> None:
        for plan in QuotaPlan.objects.filter(programme=season.programme, state="submitted").order_by("unit__path"):
            asked_for = dict(plan.lines.values_list("batch_id", "asked"))
            plan_acts.decide_plan(plan=plan.pk, approved=asked_for, by=season.province.province_admin.pk)

    start = all_batches[0].choice_opens
    season.at(_moment(start + timedelta(days=2), 10), submit)
    season.at(_moment(start + timedelta(days=4), 15), approve)


def prepare(season: Season, run: BatchRun) -> None:
    """Classes before choice opens; quota a day before, for the first batch as soon as the plans are approved."""
    first = min(season.script.batches) == run.batch.number
    season.at(run.batch.choice_opens - timedelta(days=3), lambda: open_classes(season, run))
    season.at(run.batch.choice_opens - timedelta(days=2), lambda: announce(season, run))
    cascade_at = run.batch.choice_opens + timedelta(days=5) if first else run.batch.choice_opens - timedelta(hours=20)
    season.at(cascade_at, lambda: cascade(season, run))


def open_classes(season: Season, run: BatchRun) -> None:
    """Two classes a course; seats a little short of the quota, so that lines form in the wanted ones."""
    versions = list(CourseVersion.objects.select_related("course").order_by("course__slug"))
    weights = [{"通识": 5, "语文": 4, "数学": 4}.get(v.course.subject, 2) for v in versions]
    for version, seats in zip(versions, shares.split(season.script.learners, weights), strict=True):
        tutors = season.tutors[version.course.subject]
        parts = shares.split(seats, [3, 2]) if seats > 40 else [seats]
        for n in parts:
            run.classes.append(
                programme.open_class(
                    batch=run.batch, version=version, seats=max(n, 2), tutors=tutors, by=season.province.province_admin
                )
            )


def announce(season: Season, run: BatchRun) -> None:
    """The province tells everybody when choice opens."""
    opens, batch = clock.local(run.batch.choice_opens), run.batch
    notices.announce(
        unit=season.province.root,
        title=f"第{batch.number}期{opens.month}月{opens.day}日{opens:%H:%M}开放选课",
        body=(
            f"第{batch.number}期{batch.first_day.month}月{batch.first_day.day}日开班。选课先到先得，满员后按先后候补；"
            "学校按选课顺序报名。请各级项目办按计划下发配额，请教师先核对个人信息。"
        ),
        by=season.province.province_admin.pk,
    )


def cascade(season: Season, run: BatchRun) -> None:
    """City → county → school by teacher numbers, every office by its own act."""
    province = season.province
    approved = {u.pk: n for u, n in places_held(run, province.offices).items()}
    for office in province.offices:
        held = approved.get(office.pk, 0)
        counties = [c for c in province.counties if c.parent_id == office.pk]
        if counties:
            given = dict(zip(counties, shares.split(held, _teachers(counties)), strict=True))
            _allot(season, run, office, given)
        else:
            given = {office: held}
        for county, n in given.items():
            schools = [s for s in province.schools if s.parent_id == county.pk]
            split = shares.split(n, _teachers(schools)) if schools and n else [0] * len(schools)
            _allot(season, run, county, dict(zip(schools, split, strict=True)))
            for school, m in zip(schools, split, strict=True):
                run.quota[school.pk] = m


def places_held(run: BatchRun, units: list[Unit]) -> dict[Unit, int]:
    received = dict(QuotaBalance.objects.filter(batch=run.batch, unit__in=units).values_list("unit_id", "received"))
    return {u: received.get(u.pk, 0) for u in units}


def _allot(season: Season, run: BatchRun, giver: Unit, amounts: dict[Unit, int]) -> None:
    wanted = [(taker, n) for taker, n in amounts.items() if n]
    if not wanted:
        return
    movements = [places.Movement(kind="allot", giver=giver.pk, taker=taker.pk, amount=n) for taker, n in wanted]
    answers = places.move_quota(batch=run.batch.pk, movements=movements, by=season.province.admin_of[giver.pk].pk)
    for (taker, n), answer in zip(wanted, answers, strict=True):
        if not answer.ok:
            raise RuntimeError(f"{giver} could not allot {n} to {taker}: {answer.codes}")
        if taker.level == "school":
            season.diary.asked.append(
                Asked("quota", clock.now(), run.batch.pk, school=taker.pk, amount=n, outcome=answer.outcome)
            )
