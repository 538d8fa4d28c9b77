"""The ledger (A1.4, A2.1): each second of material once, at most real time, one session, presence, the batch's days.

Two limits hold whatever a client says. A session credits no more than it lasted, inside the batch's days; and a person's bucket, which
fills at elapsed time × speed and holds at most `late` seconds, pays for everything. An honest player opens its session before it plays, so
both always cover what was played: jitter, loss and order of the reports change nothing. A script that plays nothing gets at most real time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from yanxiu.lib import bitmap

from .facts import SECOND, Answer, Facts, ItemState, Material, Meter, Numbers, Session, Total
from .refusals import painted, summed
from .reports import Report

DAY = 86_400 * SECOND
KEPT_PERIODS = 4  # as far back as a late report can reach
MICRO = timedelta(microseconds=1)


def decide(reports: Sequence[Report], facts: Facts, *, at: datetime) -> list[Answer]:
    """Reports received together: one answer each, in order. The states in `facts` are changed."""
    return [_one(report, facts, at) for report in reports]


@dataclass(slots=True)
class _Case:
    """A report with all it is judged on; instants are microseconds since the session started."""

    report: Report
    received: datetime
    numbers: Numbers
    meter: Meter
    session: Session
    total: Total
    now: int
    ends: int
    ended: int | None
    credited: int = 0
    refused: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def life(self) -> int:
        """How long the session has lasted inside the batch's days."""
        return max(0, min(self.now, self.ends, self.now if self.ended is None else self.ended))


def _one(report: Report, facts: Facts, at: datetime) -> Answer:
    session = facts.sessions.get(report.session)
    if session is None or session.person != report.person:
        return Answer("unknown", refused=[(a, b, "no_session") for a, b, _at in report.spans])
    meter, numbers = facts.meters[session.person], facts.numbers[session.place.policy]
    total = facts.totals.setdefault(session.place.enrolment, Total())
    case = _Case(
        report, at, numbers, meter, session, total,
        now=_micros(session.started_at, at),
        ends=_micros(session.started_at, session.place.ends),
        ended=None if session.ended_at is None else _micros(session.started_at, session.ended_at),
    )  # fmt: skip
    _fill(meter, at, numbers)
    late = at - session.reported_at > timedelta(seconds=numbers.late)
    if not late:
        session.reported_at = max(session.reported_at, at)
        _answered(case)
    state = _item(case, facts, late)
    state_name = "stale" if late else "ended" if session.ended_at else "live"
    return _answer(case, state, state_name)


def _micros(start: datetime, moment: datetime) -> int:
    return (moment - start) // MICRO


def _fill(meter: Meter, now: datetime, numbers: Numbers) -> None:
    if now > meter.filled_at:
        meter.level += _micros(meter.filled_at, now) * numbers.max_speed.numerator // numbers.max_speed.denominator
        meter.filled_at = now
    meter.level = min(meter.level, numbers.late * SECOND)


def _answered(case: _Case) -> None:
    """A report made after an answer says so itself: its place in the queue does not matter."""
    meter, wanted = case.meter, case.report.answers
    if wanted is None or wanted <= meter.answers:
        return
    for _ in range(min(wanted - meter.answers, KEPT_PERIODS)):
        meter.answers += 1
        meter.periods.append(0)
    meter.periods = meter.periods[-KEPT_PERIODS:]


def _item(case: _Case, facts: Facts, late: bool) -> ItemState | None:
    report, session = case.report, case.session
    if report.item is None:
        return None
    material = facts.materials.get(report.item)
    if not session.place.standing:
        _turned_away(case, "not_enrolled")
        return None
    if (
        material is None
        or material.version != session.place.version
        or material.kind not in ("video", "text")
        or not material.seconds
    ):
        _turned_away(case, "not_material")
        return None
    state = facts.items.setdefault((session.place.enrolment, material.id), ItemState())
    if material.kind == "video":
        _film(case, material, state, late)
    else:
        _text(case, material, state, late)
    if report.position is not None and not late:
        state.position = min(report.position, material.seconds)
    return state


def _turned_away(case: _Case, code: str) -> None:
    case.refused += [(a, b, code) for a, b, _at in case.report.spans]


# --- films: the cells are seconds of material ------------------------------------------------------------------------


def _film(case: _Case, material: Material, state: ItemState, late: bool) -> None:
    for start, end, at in case.report.spans:
        if end > material.seconds:
            case.refused.append((max(start, material.seconds), end, "not_material"))
            end = material.seconds
        if start >= end:
            continue
        if late:
            case.refused.append((start, end, "too_late"))
            continue
        reached = case.now if at is None else min(at * 1000, case.now)
        for a, b, day in _in_time(case, start, end, reached):
            state.cells = bitmap.merge(state.cells, _paid(case, bitmap.missing(state.cells, a, b), day))
    state.seconds += case.credited
    case.refused += [(a, min(b, material.seconds), code) for a, b, code in case.report.skipped if a < material.seconds]
    inside = [(a, b, code) for a, b, code in case.refused if b <= material.seconds]
    if inside or (case.credited and state.refused):
        state.refused = painted(state.refused, inside, at=int(case.received.timestamp()), credited=state.cells)


def _in_time(case: _Case, start: int, end: int, reached: int) -> list[tuple[int, int, int]]:
    """(from, to, day of the batch) of what was played inside the batch's days and before another session took over; the rest is refused."""
    for limit, code in ((case.ends, "outside_days"), (case.ended, "other_session")):
        if limit is None or reached <= limit:
            continue
        over = min(end - start, -(-(reached - limit) // SECOND))
        case.refused.append((end - over, end, code))
        end, reached = end - over, reached - over * SECOND
    pieces = []
    offset = _micros(case.session.place.starts, case.session.started_at)
    while end > start:
        day = max(0, (offset + reached - 1) // DAY)
        # The cells of this day are those that ended after its midnight; one that straddles belongs to the day it ended in.
        here = min(end - start, max(1, -(-(offset + reached - day * DAY) // SECOND)))
        pieces.append((end - here, end, day))
        end, reached = end - here, reached - here * SECOND
    return pieces[::-1]


# --- texts: the cells are seconds of the session --------------------------------------------------------------------


def _text(case: _Case, material: Material, state: ItemState, late: bool) -> None:
    report, key = case.report, str(material.id)
    elapsed = case.now // SECOND
    seen = bitmap.from_spans((a, b) for a, b in case.session.texts.get(key, []))
    sums: dict[str, int] = {}

    def refuse(cells: bytes, code: str) -> None:
        sums[code] = sums.get(code, 0) + bitmap.count(cells)

    spans = [(a, b) for a, b, _at in report.spans]
    if report.last:
        spans.append((max(0, elapsed - report.last), elapsed))
    for start, end in spans:
        if end > elapsed:
            case.refused.append((max(start, elapsed), end, "too_fast"))  # has not happened yet
        if start >= min(end, elapsed):
            continue
        claim = bitmap.from_spans([(start, min(end, elapsed))])
        fresh = bitmap.difference(claim, seen)
        seen = bitmap.merge(seen, claim)
        if late:
            refuse(fresh, "too_late")
            continue
        for limit, code in ((case.ends, "outside_days"), (case.ended, "other_session")):
            if limit is not None:
                inside = bitmap.clip(fresh, max(0, limit // SECOND))
                refuse(bitmap.difference(fresh, inside), code)
                fresh = inside
        fresh = bitmap.first(fresh, material.worth(case.numbers) - state.seconds)
        for a, b, day in _days_of(case, fresh):
            before = len(case.refused)
            kept = _paid(case, bitmap.from_spans([(a, b)]), day)
            state.seconds += bitmap.count(kept)
            for first, last, code in case.refused[before:]:
                sums[code] = sums.get(code, 0) + last - first
    for start, end, code in report.skipped:
        claim = bitmap.from_spans([(start, min(end, elapsed))]) if start < elapsed else b""
        refuse(bitmap.difference(claim, seen), code)
        seen = bitmap.merge(seen, claim)
    case.session.texts[key] = [[a, b] for a, b in bitmap.spans(seen)]
    state.refused = summed(state.refused, sums, at=int(case.received.timestamp()))
    case.refused += [
        (0, seconds, code)
        for code, seconds in sums.items()
        if seconds and not any(c == code for _a, _b, c in case.refused)
    ]


def _days_of(case: _Case, cells: bytes) -> list[tuple[int, int, int]]:
    offset = _micros(case.session.place.starts, case.session.started_at)
    pieces = []
    for start, end in bitmap.spans(cells):
        while start < end:
            day = max(0, (offset + (start + 1) * SECOND - 1) // DAY)
            last = min(end, max(start + 1, ((day + 1) * DAY - offset) // SECOND))
            pieces.append((start, last, day))
            start = last
    return pieces


# --- what the limits leave ------------------------------------------------------------------------------------------


def _paid(case: _Case, new: bytes, day: int) -> bytes:
    """The cells that can be paid for; bucket, session, presence and day are charged, what is left over is refused with its cause."""
    wanted = bitmap.count(new)
    if not wanted:
        return b""
    numbers, meter, total = case.numbers, case.meter, case.total
    total.days.extend([0] * (day + 1 - len(total.days)))
    period = _period(case)
    speed = numbers.max_speed
    limits = [
        ("too_fast", case.life * speed.numerator // speed.denominator // SECOND - case.session.used),
        ("too_fast", meter.level // SECOND),
        ("daily_limit", numbers.daily - total.days[day] if numbers.daily else wanted),
        ("presence", numbers.every + numbers.answer - meter.periods[period] if numbers.every else wanted),
    ]
    credited = wanted
    for code, left in limits:
        if credited > left:
            credited = max(0, left)
            kept = bitmap.first(new, credited)
            case.refused += [(a, b, code) for a, b in bitmap.spans(bitmap.difference(new, kept))]
            new = kept
    meter.level -= credited * SECOND
    meter.periods[period] += credited
    case.session.used += credited
    case.credited += credited
    total.seconds += credited
    total.days[day] += credited
    if credited and total.first_at is None:
        total.first_at = case.received
    return new


def _period(case: _Case) -> int:
    """Which stretch between two answers the report belongs to, as an index from the end."""
    meter, told = case.meter, case.report.answers
    if told is None:
        return -1
    return -1 - min(max(0, meter.answers - told), len(meter.periods) - 1)


def _answer(case: _Case, state: ItemState | None, name: str) -> Answer:
    meter, numbers = case.meter, case.numbers
    return Answer(
        name,
        credited=case.credited,
        refused=case.refused,
        seconds=state.seconds if state else 0,
        total=case.total.seconds,
        at=case.now // 1000,
        answers=meter.answers,
        since=meter.periods[-1],
        ask=bool(numbers.every) and meter.periods[-1] >= numbers.every,
    )
