"""The set act: reports and new sessions of any number of people, judged in order of arrival, written in one transaction, two round trips.

The lock is the person's meter row, taken in order of the ids; all else that the act writes belongs to the persons locked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yanxiu.events.groups import Body, Group
from yanxiu.learning import rules
from yanxiu.learning.actions import facts as reading
from yanxiu.learning.actions import storing
from yanxiu.lib import hot


@dataclass(slots=True)
class Reports:
    """What one request brings: all of one person, received together. `received`: real time; None: now."""

    person: int
    reports: Sequence[rules.Report]
    received: datetime | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    start: rules.Start
    received: datetime | None = None

    @property
    def person(self) -> int:
        return self.start.person


Request = Reports | Opening
Judged = list[rules.Answer] | rules.Decision


@dataclass(slots=True)
class Outcome:
    """Of a request: the answers of its reports, or the decision about its session; `answer` says where the session stands."""

    answers: list[rules.Answer]
    decision: rules.Decision | None = None
    session: rules.Session | None = None


def learn(requests: Sequence[Request]) -> Callable[[], Body[list[Outcome]]]:
    """The act. One outcome a request, in order."""

    def body() -> Body[list[Outcome]]:
        rows = yield Group(reading.statements(requests))
        facts, now, stamp = reading.facts(rows)
        before = storing.Before(facts)
        outcomes = [_judge(request, facts, stamp(request.received)) for request in requests]
        changes = storing.changes(facts, before, now)
        if changes:
            yield Group(changes.statements, events=changes.events, last=True)
        return outcomes

    return body


def _judge(request: Request, facts: rules.Facts, at: datetime) -> Outcome:
    if isinstance(request, Reports):
        return Outcome(rules.decide(request.reports, facts, at=at))
    decision = rules.start(request.start, facts, at=at)
    session = facts.sessions.get(request.start.session) if decision else None
    # An empty report says where everything stands.
    answers = rules.decide([rules.Report(request.person, request.start.session)], facts, at=at) if session else []
    return Outcome(answers, decision, session)


# --- the gate's side ------------------------------------------------------------------------------------------------


def parse_reports(payload: dict[str, Any], claim: hot.Claim, received: datetime) -> Reports:
    try:
        return Reports(claim.person, rules.read_reports(payload, person=claim.person), received)
    except rules.Malformed as problem:
        raise hot.Malformed(str(problem)) from None


def parse_session(payload: Mapping[str, Any], claim: hot.Claim, received: datetime) -> Opening:
    """{"enrolment", "session", "take_over"}"""
    enrolment, take_over = payload.get("enrolment"), payload.get("take_over", False)
    if (
        not isinstance(enrolment, int)
        or isinstance(enrolment, bool)
        or not 0 < enrolment < 1 << 62
        or not isinstance(take_over, bool)
    ):
        raise hot.Malformed("enrolment: a number; take_over: true or false")
    try:
        session = rules.read_session(payload.get("session"))
    except rules.Malformed as problem:
        raise hot.Malformed(str(problem)) from None
    return Opening(rules.Start(claim.person, enrolment, session, take_over), received)


def serve(requests: Sequence[Request]) -> Callable[[], Body[list[hot.Reply]]]:
    """The act with answers for a browser."""

    def body() -> Body[list[hot.Reply]]:
        return [reply(outcome) for outcome in (yield from learn(requests)())]

    return body


def reply(outcome: Outcome) -> hot.Reply:
    answers = [answer.to_json() for answer in outcome.answers]
    if outcome.decision is None:
        return hot.Reply(200, {"answers": answers})
    if not outcome.decision:
        return hot.Reply(200, {"ok": False, "reasons": list(outcome.decision.codes)})
    return hot.Reply(200, {"ok": True, **answers[0]})


# Nobody waits for a report's answer; who opens a session waits no longer than for a page.
# Two lists at once: they wait for each other only where they name the same person, and at the sums of a school and class just before the commit.
HOT = {
    "report": hot.Endpoint(parse=parse_reports, limit=64 * 1024, act=serve, lines=2, calm=128, pause=0.025),
    "session": hot.Endpoint(parse=parse_session, act=serve, lines=2, calm=128, pause=0.025),
}
