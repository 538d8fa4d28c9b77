from datetime import UTC, date, datetime, time, timedelta
from time import monotonic

import pytest

from yanxiu.lib import clock


@pytest.fixture(autouse=True)
def still():
    clock.configure(None)
    clock.set_state(offset=clock.ZERO, frozen=None)
    clock.set_skew(clock.ZERO)
    yield
    clock.configure(None)
    clock.set_state(offset=clock.ZERO, frozen=None)
    clock.set_skew(clock.ZERO)


def near(moment: datetime, other: datetime) -> bool:
    return abs(moment - other) < timedelta(seconds=5)


def test_real_time_when_nothing_is_set():
    assert near(clock.now(), datetime.now(UTC))
    assert clock.now().tzinfo is UTC


def test_offset_and_skew_add_up_and_leave_real_time_alone():
    clock.set_state(offset=timedelta(days=-100), frozen=None)
    clock.set_skew(timedelta(hours=1))
    assert near(clock.now(), datetime.now(UTC) - timedelta(days=100) + timedelta(hours=1))
    assert near(clock.real_now(), datetime.now(UTC))


def test_frozen_stands_still_and_is_utc():
    clock.set_state(offset=timedelta(days=3), frozen=datetime(2023, 8, 29, 20, 14, tzinfo=clock.SHANGHAI))
    assert clock.now() == datetime(2023, 8, 29, 12, 14, tzinfo=UTC)
    assert clock.now().tzinfo is UTC
    with pytest.raises(ValueError, match="zone"):
        clock.set_state(offset=clock.ZERO, frozen=datetime(2023, 8, 29))


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        ((2023, 7, 15, 15, 59), date(2023, 7, 15)),
        ((2023, 7, 15, 16, 0), date(2023, 7, 16)),
        ((2023, 7, 16, 15, 59), date(2023, 7, 16)),
    ],
)
def test_days_are_shanghais(utc, day):
    clock.set_state(offset=clock.ZERO, frozen=datetime(*utc, tzinfo=UTC))
    assert clock.today() == day


def test_day_start_and_wall_clock():
    assert clock.day_start(date(2023, 7, 16)) == datetime(2023, 7, 15, 16, tzinfo=UTC)
    assert clock.at(date(2023, 7, 1), time(8)) == datetime(2023, 7, 1, 0, tzinfo=UTC)
    with pytest.raises(ValueError, match="zone"):
        clock.local(datetime(2023, 7, 16))


def test_reader_is_asked_again_only_when_old(monkeypatch):
    ticks = [100.0]
    monkeypatch.setattr(clock._time, "monotonic", lambda: ticks[0])
    asked = []

    def reader():
        asked.append(ticks[0])
        return timedelta(days=len(asked)), None

    clock.configure(reader, every=1.0)
    clock.now()
    clock.now()
    assert len(asked) == 1
    ticks[0] += 0.9
    clock.now()
    assert len(asked) == 1
    ticks[0] += 0.2
    assert near(clock.now(), datetime.now(UTC) + timedelta(days=2))
    assert len(asked) == 2


def test_a_reader_may_ask_for_the_time_itself():
    def reader():
        clock.now()
        return timedelta(days=1), None

    clock.configure(reader, every=0)
    began = monotonic()
    assert near(clock.now(), datetime.now(UTC) + timedelta(days=1))
    assert monotonic() - began < 1


def test_a_failing_reader_keeps_what_is_known_but_the_first_must_succeed():
    answers = [(timedelta(days=1), None)]

    def reader():
        if not answers:
            raise ConnectionError
        return answers.pop()

    clock.configure(reader, every=0)
    clock.now()
    assert near(clock.now(), datetime.now(UTC) + timedelta(days=1))
    clock.configure(reader, every=0)
    with pytest.raises(ConnectionError):
        clock.now()


def test_set_state_counts_as_reading():
    clock.configure(lambda: pytest.fail("asked"), every=60)
    clock.set_state(offset=timedelta(days=2), frozen=None)
    assert near(clock.now(), datetime.now(UTC) + timedelta(days=2))
