"""One active session a person (A1.4): who may start one, and when another has to be taken over."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from yanxiu.lib.decision import Decision, Reason

from .facts import Facts, Session

ACTIVE_SECONDS = 90  # a session heard of within this is in use; after it, it is taken over without asking


def may_start(
    *,
    now: datetime,
    standing: bool,
    starts: datetime,
    ends: datetime,
    other_reported_at: datetime | None,
    take_over: bool,
) -> Decision:
    """`other_reported_at`: of the session that is active now, None without one. S2.1.2: inside the batch's days only."""
    reasons = []
    if not standing:
        reasons.append(Reason("not_enrolled", "S2.1.2"))
    if now < starts:
        reasons.append(Reason("learning_not_open", "S2.1.2", {"starts": starts}))
    elif now >= ends:
        reasons.append(Reason("learning_over", "S2.1.2", {"ends": ends}))
    if (
        not reasons
        and not take_over
        and other_reported_at
        and now - other_reported_at < timedelta(seconds=ACTIVE_SECONDS)
    ):
        reasons.append(Reason("elsewhere", "A1.4", {"since": other_reported_at}))
    return Decision.unless(reasons)


@dataclass(frozen=True, slots=True)
class Start:
    """`session`: the browser's own new id, so that a repeated request starts nothing twice."""

    person: int
    enrolment: int
    session: str
    take_over: bool = False


def start(request: Start, facts: Facts, *, at: datetime) -> Decision:
    """Begins the session in `facts` and ends the one before it."""
    place = facts.places.get(request.enrolment)
    if place is None or place.person != request.person:
        return Decision.no(Reason("not_enrolled", "S2.1.2"))
    there = facts.sessions.get(request.session)
    if there is not None:
        mine = there.person == request.person and there.ended_at is None
        return Decision.yes() if mine else Decision.no(Reason("elsewhere", "A1.4", {"since": there.reported_at}))
    meter = facts.meters[request.person]
    before = facts.sessions.get(meter.session) if meter.session else None
    active = before if before is not None and before.ended_at is None else None
    decision = may_start(
        now=at,
        standing=place.standing,
        starts=place.starts,
        ends=place.ends,
        other_reported_at=active.reported_at if active else None,
        take_over=request.take_over,
    )
    if decision:
        if active:
            active.ended_at = max(at, active.started_at)
        facts.sessions[request.session] = Session(request.session, request.person, place, started_at=at, reported_at=at)
        meter.session = request.session
    return decision
