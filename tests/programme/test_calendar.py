from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanxiu.lib import clock
from yanxiu.programme.rules import Phase, Policy, calendar, count_day, load_policy, phase, plan_closes, plan_last_day

POLICIES = Path(__file__).parents[2] / "policies"
POLICY = load_policy(POLICIES / "S20230304.toml").policy
SHANGHAI = clock.SHANGHAI


def with_(policy: Policy, **groups) -> Policy:
    return policy.model_copy(
        update={name: getattr(policy, name).model_copy(update=values) for name, values in groups.items()}
    )


def test_the_notices_nine_batches_to_the_day():
    """T2.1, written out from the notice and a paper calendar."""
    assert [(dates.number, dates.first_day, dates.last_day) for dates in calendar(POLICY)] == [
        (1, date(2023, 7, 16), date(2023, 8, 4)),
        (2, date(2023, 8, 1), date(2023, 8, 20)),
        (3, date(2023, 8, 16), date(2023, 9, 4)),
        (4, date(2023, 9, 1), date(2023, 9, 20)),
        (5, date(2023, 9, 16), date(2023, 10, 5)),
        (6, date(2023, 10, 1), date(2023, 10, 20)),
        (7, date(2023, 10, 16), date(2023, 11, 4)),
        (8, date(2023, 11, 1), date(2023, 11, 20)),
        (9, date(2023, 11, 16), date(2023, 12, 5)),
    ]


def test_consecutive_batches_overlap_by_four_or_five_days():
    dates = calendar(POLICY)
    overlaps = {(before.last_day - after.first_day).days + 1 for before, after in pairwise(dates)}
    assert overlaps == {4, 5}


def test_the_first_batchs_instants():
    first = calendar(POLICY)[0]
    assert first.choice_opens == datetime(2023, 7, 1, 8, tzinfo=SHANGHAI)
    assert first.enrolment_opens == datetime(2023, 7, 11, tzinfo=SHANGHAI)
    assert first.starts == datetime(2023, 7, 16, tzinfo=SHANGHAI)
    assert first.work_due == datetime(2023, 7, 31, tzinfo=SHANGHAI)  # day 15 is 30 July
    assert first.ends == datetime(2023, 8, 5, tzinfo=SHANGHAI) == datetime(2023, 8, 4, 16, tzinfo=UTC)
    assert first.marking_ends == datetime(2023, 8, 12, tzinfo=SHANGHAI)
    assert first.objections_end == datetime(2023, 8, 17, tzinfo=SHANGHAI)
    assert first.time_appeals_end == datetime(2023, 8, 12, tzinfo=SHANGHAI)
    assert (first.day(date(2023, 7, 15)), first.day(date(2023, 7, 16)), first.day(date(2023, 8, 4))) == (0, 1, 20)


def test_plan_and_count_days():
    assert plan_last_day(POLICY) == date(2023, 7, 7)
    assert plan_closes(POLICY) == datetime(2023, 7, 8, tzinfo=SHANGHAI)
    assert count_day(POLICY) == date(2023, 6, 30)


def test_the_demos_evening():
    """2023-08-29 20:14: batch 1 final, 2 in its objections, 3 on day 14, 4 enrolling, 5 not open yet."""
    evening = datetime(2023, 8, 29, 20, 14, tzinfo=SHANGHAI)
    dates = calendar(POLICY)
    assert [phase(each, evening) for each in dates[:5]] == [
        Phase.FINAL,
        Phase.OBJECTING,
        Phase.RUNNING,
        Phase.ENROLLING,
        Phase.PLANNED,
    ]
    assert dates[2].day(evening.date()) == 14


INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("begins", "before", "after"),
    [
        ("choice_opens", Phase.PLANNED, Phase.CHOOSING),
        ("enrolment_opens", Phase.CHOOSING, Phase.ENROLLING),
        ("starts", Phase.ENROLLING, Phase.RUNNING),
        ("ends", Phase.RUNNING, Phase.MARKING),
        ("marking_ends", Phase.MARKING, Phase.OBJECTING),
        ("objections_end", Phase.OBJECTING, Phase.FINAL),
    ],
)
def test_phases_are_closed_open(begins, before, after):
    first = calendar(POLICY)[0]
    moment = getattr(first, begins)
    assert phase(first, moment - INSTANT) is before
    assert phase(first, moment) is after
    assert phase(first, moment.astimezone(UTC)) is after


start_days = st.lists(st.integers(1, 28), min_size=1, max_size=4, unique=True).map(lambda days: tuple(sorted(days)))


@given(start_days, st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(1, 40), st.integers(1, 60), st.data())
def test_invariants(days, around, length, count, data):
    first = around.replace(day=data.draw(st.sampled_from(days)))
    policy = with_(
        POLICY,
        batches={"first_start": first, "start_days": days, "length_days": length, "count": count},
        homework={"due_day": min(15, length)},
    )
    dates = calendar(policy)
    assert [each.number for each in dates] == list(range(1, count + 1))
    assert dates[0].first_day == first
    for each in dates:
        assert each.first_day.day in days
        assert (each.last_day - each.first_day).days == length - 1
        assert each.choice_opens <= each.starts
        assert (
            each.enrolment_opens < each.starts < each.work_due <= each.ends <= each.marking_ends <= each.objections_end
        )
        assert clock.local(each.ends).date() == each.last_day + timedelta(days=1)
    for before, after in pairwise(dates):
        between = [
            before.first_day + timedelta(days=step) for step in range(1, (after.first_day - before.first_day).days)
        ]
        assert before.first_day < after.first_day
        assert not [day for day in between if day.day in days]


@given(st.datetimes(datetime(2023, 6, 1), datetime(2023, 10, 1)), st.timedeltas(timedelta(0), timedelta(days=90)))
def test_phases_only_go_forward(moment, later):
    order = list(Phase)
    first = calendar(POLICY)[0]
    now = moment.replace(tzinfo=SHANGHAI)
    assert order.index(phase(first, now)) <= order.index(phase(first, now + later))
