"""Who may object, answer, carry on and decide, and until when (result.objection_days). An appeal never lowers a mark."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from yanxiu.lib import clock
from yanxiu.lib.decision import Decision, Reason

MIN_TEXT = 10  # characters: what is wrong, in a sentence
MAX_TEXT = 2000


def days_after(moment: datetime, days: int) -> datetime:
    """24:00 of the n-th local day after."""
    return clock.day_start(clock.local(moment).date() + timedelta(days=days + 1))


def may_object(
    *, state: str, now: datetime, closes: datetime | None, open_already: bool, decided_already: bool, text: str
) -> Decision:
    return Decision.unless(_against_object(state, now, closes, open_already, decided_already, text))


def _against_object(
    state: str, now: datetime, closes: datetime | None, open_already: bool, decided_already: bool, text: str
) -> Iterator[Reason]:
    if state in ("evidence", "pending"):
        yield Reason("objection_too_early", "A2.4")
    elif state == "final" or closes is None or now >= closes:
        yield Reason("objection_closed", "A2.4", {"closed": closes} if closes else {})
    if open_already:
        yield Reason("objection_open_already", "A2.4")
    elif decided_already:
        yield Reason("objection_decided_already", "A2.4")
    yield from _text(text)


def may_answer(*, state: str, about_self: bool, now_points: int | None, points: int | None, text: str) -> Decision:
    """The tutor: the objection waits for an answer; a new mark is never below the old one."""
    return Decision.unless(_against_deciding({"tutor"}, state, about_self, now_points, points, text))


def may_decide(
    *, state: str, about_self: bool, answered_by_self: bool, now_points: int | None, points: int | None, text: str
) -> Decision:
    """The province. Who answered as tutor does not decide above the own answer."""
    return Decision.unless(
        _against_deciding({"province"}, state, about_self or answered_by_self, now_points, points, text)
    )


def _against_deciding(
    wanted: set[str], state: str, about_self: bool, now_points: int | None, points: int | None, text: str
) -> Iterator[Reason]:
    if state not in wanted:
        yield Reason("objection_not_waiting", "A2.4")
    if about_self:
        yield Reason("self_decision", "S1.0")
    if points is not None and not 0 <= points <= 100:
        yield Reason("mark_out_of_range", "A2.2", {"points": points})
    elif points is not None and points <= (now_points or 0):
        yield Reason("mark_never_lowered", "A2.4", {"now": now_points or 0, "points": points})
    yield from _text(text)


def may_escalate(*, state: str, now: datetime, closes: datetime, answer_due: datetime) -> Decision:
    """After the tutor's answer, until `closes`; or when the tutor let `answer_due` pass."""
    if state == "answered":
        return Decision.yes() if now < closes else Decision.no(Reason("objection_closed", "A2.4", {"closed": closes}))
    if state == "tutor":
        return (
            Decision.yes()
            if now >= answer_due
            else Decision.no(Reason("objection_waits_for_tutor", "A2.4", {"until": answer_due}))
        )
    return Decision.no(Reason("objection_not_waiting", "A2.4"))


def _text(text: str) -> Iterator[Reason]:
    if len(text.strip()) < MIN_TEXT:
        yield Reason("reason_too_short", "A2.4", {"least": MIN_TEXT})
    elif len(text) > MAX_TEXT:
        yield Reason("text_too_long", "A2.4", {"most": MAX_TEXT})
