"""Who does not play earns at most the time that really passes, and every refusal has its reason (A1.4)."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from tests.learning.bench import DAYS, FOREIGN, LENGTH, QUIZ, REAL, TEXT, VIDEO, VIDEO_2, Bench, film, text
from yanxiu.learning.rules import Report

Case = tuple[str, Callable[[Bench], None], int, set[str]]


def without_playing(b: Bench) -> None:
    session = b.open(0)
    b.send(60, film(session, 0, LENGTH))


def faster(b: Bench) -> None:
    session = b.open(0)
    for n in range(1, 5):
        b.send(15 * n, film(session, 30 * (n - 1), 30 * n))


def at_once(b: Bench) -> None:
    session = b.open(0)
    b.send(0, film(session, 0, 600))


def parallel_sessions(b: Bench) -> None:
    one = b.open(0)
    two = b.open(0)
    for n in range(1, 5):
        b.send(15 * n, film(one, 15 * (n - 1), 15 * n))
        b.send(15 * n, film(two, 15 * (n - 1), 15 * n, item=VIDEO_2))


def one_session_two_films(b: Bench) -> None:
    session = b.open(0)
    b.send(60, film(session, 0, 60), film(session, 0, 60, item=VIDEO_2))


def film_and_text(b: Bench) -> None:
    session = b.open(0)
    b.send(60, film(session, 0, 60), text(session, (0, 60)))


def replayed(b: Bench) -> None:
    session = b.open(0)
    for n in range(60):
        b.send(60 + n / 60, film(session, 0, 60))


def new_sessions_all_the_time(b: Bench) -> None:
    for n in range(60):
        session = b.open(n)
        b.send(n + 1, film(session, 40 * n, 40 * n + 40))


def saved_up(b: Bench) -> None:
    """Three hours of silence with a sign of life now and then, then all at once: the bucket holds half an hour."""
    session = b.open(0)
    for minute in range(0, 180, 20):
        b.send(60 * minute, Report(1, session))
    b.send(180 * 60, film(session, 0, LENGTH))


def out_of_the_future(b: Bench) -> None:
    session = b.open(0)
    b.send(30, text(session, (0, 290)))


def at_a_time_of_its_own(b: Bench) -> None:
    session = b.open(0)
    b.send(30, film(session, 0, 200, at=9_000_000), film(session, 200, 300, at=0))


def presence_never_answered(b: Bench) -> None:
    session = b.open(0)
    for n in range(1, 180):
        b.send(15 * n, film(session, 15 * (n - 1), 15 * n))


def presence_dodged_by_new_sessions(b: Bench) -> None:
    for n in range(1, 180):
        session = b.open(15 * (n - 1))
        b.send(15 * n, film(session, 15 * (n - 1), 15 * n))


END = DAYS * 86_400


def after_the_end(b: Bench) -> None:
    session = b.open(END - 60)
    b.send(END + 600, film(session, 0, 660))


def after_the_end_with_a_forged_time(b: Bench) -> None:
    session = b.open(END - 60)
    b.send(END + 600, film(session, 0, 600, at=59))


def not_the_class_s_material(b: Bench) -> None:
    session = b.open(0)
    b.send(60, film(session, 0, 60, item=FOREIGN), film(session, 0, 60, item=QUIZ), film(session, 0, 60, item=999))


def beyond_the_end_of_the_film(b: Bench) -> None:
    session = b.open(0)
    b.send(60, film(session, LENGTH - 20, LENGTH + 40))


def more_than_an_hour_late(b: Bench) -> None:
    session = b.open(0)
    b.send(3600, film(session, 0, 60, at=60))


def the_second_device_goes_on(b: Bench) -> None:
    phone = b.open(0)
    b.send(60, film(phone, 0, 60, at=60))
    b.open(60)
    b.send(120, film(phone, 60, 120, at=120))


CASES: list[tuple[Callable[[Bench], None], int, set[str]]] = [
    (without_playing, 60, {"too_fast"}),
    (faster, 60, {"too_fast"}),
    (at_once, 0, {"too_fast"}),
    (parallel_sessions, 60, {"other_session"}),
    (one_session_two_films, 60, {"too_fast"}),
    (film_and_text, 60, {"too_fast"}),
    (replayed, 60, set()),
    (new_sessions_all_the_time, 60, {"too_fast"}),
    (saved_up, 1260, {"presence", "too_fast"}),
    (out_of_the_future, 30, set()),
    (at_a_time_of_its_own, 30, {"too_fast"}),
    (presence_never_answered, 1260, {"presence"}),
    (presence_dodged_by_new_sessions, 1260, {"presence"}),
    (after_the_end, 60, {"outside_days"}),
    (after_the_end_with_a_forged_time, 60, {"too_fast"}),
    (not_the_class_s_material, 0, set()),
    (beyond_the_end_of_the_film, 20, set()),
    (more_than_an_hour_late, 0, {"too_late"}),
    (the_second_device_goes_on, 60, {"other_session"}),
]


@pytest.mark.parametrize(("attack", "most", "codes"), CASES, ids=lambda v: getattr(v, "__name__", ""))
def test_at_most_real_time_and_each_refusal_has_its_reason(
    attack: Callable[[Bench], None], most: int, codes: set[str]
) -> None:
    b = Bench()
    attack(b)
    assert b.total() == most
    assert set(b.refused(VIDEO)) | set(b.refused(VIDEO_2)) | set(b.refused(TEXT)) == codes


def test_what_is_saved_up_is_half_an_hour_at_most() -> None:
    from dataclasses import replace

    b = Bench(replace(REAL, every=0))
    saved_up(b)
    assert b.total() == 1800 and set(b.refused()) == {"too_fast"}


def test_answers_name_what_no_ledger_keeps() -> None:
    b = Bench()
    session = b.open(0)
    [foreign, quiz, beyond] = b.send(
        60, film(session, 0, 9, item=FOREIGN), film(session, 0, 9, item=QUIZ), film(session, LENGTH - 1, LENGTH + 4)
    )
    assert foreign.refused == [(0, 9, "not_material")] and quiz.refused == [(0, 9, "not_material")]
    assert beyond.refused == [(LENGTH, LENGTH + 4, "not_material")] and beyond.credited == 1


def test_for_others_and_with_forged_sessions() -> None:
    b = Bench()
    session = b.open(0)
    [stolen, invented] = b.send(60, film(session, 0, 60, person=2), film(str(uuid4()), 0, 60))
    assert stolen.refused == invented.refused == [(0, 60, "no_session")]
    assert (stolen.session, invented.session) == ("unknown", "unknown")
    assert b.total(1) == b.total(2) == 0
    assert b.start(60, person=2, enrolment=1).codes == ("not_enrolled",)
    assert b.start(60, person=1, enrolment=99).codes == ("not_enrolled",)


def test_who_has_left_the_class_earns_nothing_more() -> None:
    from dataclasses import replace

    b = Bench()
    session = b.open(0)
    b.facts.sessions[session].place = replace(b.facts.places[1], standing=False)
    [answer] = b.send(60, film(session, 0, 60))
    assert answer.refused == [(0, 60, "not_enrolled")] and b.total() == 0


@pytest.mark.parametrize(
    ("second", "codes"), [(-1, ("learning_not_open",)), (0, ()), (END - 1, ()), (END, ("learning_over",))]
)
def test_a_session_starts_inside_the_days_only(second: int, codes: tuple[str, ...]) -> None:
    assert Bench().start(second).codes == codes


def test_a_second_device_has_to_take_over() -> None:
    b = Bench()
    b.open(0)
    assert b.start(30).codes == ("elsewhere",)
    assert b.start(30, take_over=True)
    assert b.start(119).codes == ("elsewhere",)
    assert b.start(121)  # nothing heard of it for a minute and a half


def test_a_stranger_cannot_take_a_session_id() -> None:
    b = Bench()
    session = b.open(0)
    assert b.start(1, session, person=2, enrolment=2).codes == ("elsewhere",)
    assert b.facts.sessions[session].person == 1
