"""Who plays gets exactly what was played, whatever line, clock and order do to the reports (A2.1)."""

import random
from dataclasses import replace

import pytest

from tests.learning.bench import DAYS, REAL, TEXT, VIDEO, VIDEO_2, Bench, film, text
from yanxiu.learning.rules import Report

END = DAYS * 86_400


@pytest.mark.parametrize("seed", range(8))
def test_twenty_lost_reports_sent_again_in_random_order(seed: int) -> None:
    b = Bench()
    session = b.open(0)
    lost = [film(session, 15 * n, 15 * n + 15, at=15 * n + 15) for n in range(20)]
    order = random.Random(seed)
    resent = lost + order.choices(lost, k=15)
    order.shuffle(resent)
    answers = b.send(301, *resent)
    assert b.played() == [(0, 300)] and b.total() == 300
    assert not any(a.refused for a in answers) and not b.refused()


def test_jitter_loses_nothing() -> None:
    b, order = Bench(), random.Random(4)
    session = b.open(0)
    arrivals = sorted((15 * n + 15 + order.random() * 40, n) for n in range(60))
    for second, n in arrivals:
        [answer] = b.send(second, film(session, 15 * n, 15 * n + 15, at=15 * n + 15, answers=0))
        assert not answer.refused
    assert b.played() == [(0, 900)]


def test_a_laptop_that_sleeps_twenty_minutes() -> None:
    b = Bench()
    session = b.open(0)
    b.send(15, film(session, 0, 15, at=15))
    # It falls asleep with ten seconds unsent and wakes 20 minutes later.
    b.send(1225, film(session, 15, 25, at=25), film(session, 25, 30, at=1225))
    assert b.played() == [(0, 30)] and not b.refused()


def test_a_laptop_that_sleeps_an_hour_loses_what_was_unsent_and_can_appeal() -> None:
    b = Bench()
    session = b.open(0)
    b.send(15, film(session, 0, 15, at=15))
    [answer] = b.send(3700, film(session, 15, 25, at=25))
    assert answer.session == "stale" and b.refused() == {"too_late": 10}
    again = b.open(3701)
    b.send(3716, film(again, 25, 40, at=15))
    assert b.played() == [(0, 15), (25, 40)]


def test_twenty_nine_minutes_without_a_line_are_credited_whole() -> None:
    b = Bench()
    session = b.open(0)
    reports = [film(session, 15 * n, 15 * n + 15, at=15 * n + 15, answers=15 * n // 1200) for n in range(116)]
    random.Random(1).shuffle(reports)
    b.send(1745, *reports)
    assert b.played() == [(0, 1740)] and not b.refused()


@pytest.mark.parametrize("wrong", [-5, 0, 9_999_999])
def test_a_wrong_clock_of_the_browser(wrong: int) -> None:
    """Only differences on the session's own clock are sent; a nonsensical one is bounded by the moment of receipt."""
    b = Bench()
    session = b.open(1000)
    for n in range(4):
        b.send(1015 + 15 * n, film(session, 15 * n, 15 * n + 15, at=max(0, 15 * n + 15 + wrong)))
    assert b.played() == [(0, 60)] and not b.refused()


def test_a_change_of_device_in_the_middle() -> None:
    b = Bench()
    phone = b.open(0)
    b.send(60, film(phone, 0, 60, at=60))
    # The phone loses its line at 60 and plays on to 100; the laptop takes over at 90 and plays.
    laptop = b.open(90)
    b.send(150, film(laptop, 0, 60, at=60, item=VIDEO_2))
    [answer] = b.send(160, film(phone, 60, 100, at=100))
    assert answer.session == "ended" and answer.credited == 30 and answer.refused == [(90, 100, "other_session")]
    assert b.played() == [(0, 90)] and b.played(VIDEO_2) == [(0, 60)]
    assert b.total() == 150


def test_midnight_of_the_last_day() -> None:
    b = Bench()
    session = b.open(END - 100)
    [answer] = b.send(END + 45, film(session, 0, 130, at=130))
    assert answer.credited == 100 and answer.refused == [(100, 130, "outside_days")]
    assert b.played() == [(0, 100)]


@pytest.mark.parametrize(("second", "credited"), [(END + 1700, 100), (END + 1801, 0)])
def test_what_was_played_before_midnight_may_come_half_an_hour_late(second: int, credited: int) -> None:
    b = Bench()
    session = b.open(END - 100)
    b.send(END, Report(1, session))
    b.send(second, film(session, 0, 100, at=100))
    assert b.total() == credited


def test_reading_over_midnight_of_the_last_day() -> None:
    b = Bench()
    session = b.open(END - 100)
    b.send(END + 45, text(session, (0, 130)))
    assert b.total() == 100 and b.refused(TEXT) == {"outside_days": 30}


def test_reading_with_pauses_in_any_order_and_twice() -> None:
    b = Bench()
    session = b.open(0)
    reports = [text(session, (0, 15), (20, 35)), text(session, (20, 35), (40, 60)), text(session, (100, 130))]
    for report in (reports[2], reports[0], reports[1], reports[0]):
        b.send(140, report)
    assert b.state(TEXT).seconds == 15 + 15 + 20 + 30 and not b.refused(TEXT)


def test_a_text_is_worth_its_length_and_no_more() -> None:
    b = Bench()
    session = b.open(0)
    [answer] = b.send(400, text(session, (0, 400)))
    assert answer.seconds == 290 and not answer.refused and not b.refused(TEXT)


def test_what_the_player_skips_is_shown_and_not_credited() -> None:
    b = Bench()
    session = b.open(0)
    b.send(60, Report(1, session, VIDEO, ((0, 30, 30_000),), skipped=((30, 50, "hidden"),)))
    assert b.played() == [(0, 30)] and b.refused() == {"hidden": 20}
    b.send(120, film(session, 30, 50, at=110))
    assert b.played() == [(0, 50)] and not b.refused()


def test_idle_seconds_of_a_text_are_told_once() -> None:
    b = Bench()
    session = b.open(0)
    report = Report(1, session, TEXT, ((0, 30, None),), skipped=((30, 50, "idle"),))
    b.send(60, report)
    b.send(61, report)
    assert b.state(TEXT).seconds == 30 and b.refused(TEXT) == {"idle": 20}


def test_presence_is_asked_after_twenty_minutes_and_the_answer_lets_it_go_on() -> None:
    b = Bench()
    session = b.open(0)
    [before] = b.send(1199, film(session, 0, 1199, at=1199))
    [asked] = b.send(1200, film(session, 1199, 1200, at=1200))
    assert not before.ask and asked.ask and asked.since == 1200
    # Sixty seconds more count unanswered, then it stops; what came before stays.
    [stopped] = b.send(1290, film(session, 1200, 1290, at=1290))
    assert stopped.credited == 60 and stopped.refused == [(1260, 1290, "presence")]
    [answered] = b.send(1300, Report(1, session, answers=1))
    assert (answered.answers, answered.since, answered.ask) == (1, 0, False)
    [on] = b.send(1330, film(session, 1260, 1290, at=1330))
    assert on.credited == 30 and b.played() == [(0, 1290)] and not b.refused()


def test_an_answer_given_without_a_line_counts_for_the_reports_after_it() -> None:
    b = Bench()
    session = b.open(0)
    reports = [film(session, 100 * n, 100 * n + 100, at=100 * n + 100, answers=0 if n < 12 else 1) for n in range(17)]
    b.send(1700, *reversed(reports))
    assert b.played() == [(0, 1700)] and not b.refused()


def test_a_day_s_limit_by_the_day_it_was_played() -> None:
    b = Bench(replace(REAL, daily=600, every=0))
    session = b.open(86_400 - 900)
    b.send(86_400 + 100, film(session, 0, 1000, at=1000))
    assert b.facts.totals[1].days == [600, 100]
    assert b.refused() == {"daily_limit": 300}


def test_days_are_counted_by_the_day_of_the_batch() -> None:
    b = Bench(replace(REAL, every=0))
    session = b.open(86_400 - 10)
    b.send(86_400 + 20, film(session, 0, 30, at=30))
    assert b.facts.totals[1].days == [10, 20]


def test_position_is_kept() -> None:
    b = Bench()
    session = b.open(0)
    b.send(15, Report(1, session, VIDEO, ((0, 15, 15_000),), position=15))
    assert b.state().position == 15


@pytest.mark.parametrize("speed", ["1.5", "1.25"])
def test_a_policy_that_allows_speed(speed: str) -> None:
    from fractions import Fraction

    b = Bench(replace(REAL, max_speed=Fraction(speed), every=0))
    session = b.open(0)
    b.send(100, film(session, 0, 400))
    assert b.total() == int(100 * Fraction(speed))
