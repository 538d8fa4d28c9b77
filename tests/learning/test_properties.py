"""The ledger against anything a client can send."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.learning.bench import TEXT, VIDEO, VIDEO_2, Bench, film, text
from yanxiu.learning.rules import Report
from yanxiu.lib import bitmap

LIMIT = settings(max_examples=150, deadline=None)
span = st.tuples(st.integers(0, 900), st.integers(1, 200)).map(lambda p: (p[0], p[0] + p[1]))
act = st.one_of(
    st.tuples(st.just("wait"), st.floats(0, 700)),
    st.tuples(st.just("open")),
    st.tuples(
        st.just("film"),
        st.integers(0, 3),
        st.sampled_from([VIDEO, VIDEO_2]),
        span,
        st.none() | st.integers(0, 4_000),
        st.none() | st.integers(0, 3),
    ),
    st.tuples(st.just("text"), st.integers(0, 3), span),
    st.tuples(st.just("answer"), st.integers(0, 3), st.integers(0, 3)),
)


@LIMIT
@given(st.lists(act, max_size=40))
def test_credited_is_at_most_elapsed_and_every_claimed_second_is_accounted_for(acts: list[Any]) -> None:
    b, now = Bench(), 0.0
    sessions = [b.open(0)]
    claims: dict[int, bytes] = {}
    for name, *args in acts:
        if name == "wait":
            now += args[0]
        elif name == "open":
            sessions.append(b.open(now))
        elif name == "film":
            which, item, (start, end), at, answers = args
            b.send(now, film(sessions[which % len(sessions)], start, end, at, item=item, answers=answers))
            claims[item] = bitmap.set_span(claims.get(item, b""), start, end)
        elif name == "text":
            b.send(now, text(sessions[args[0] % len(sessions)], args[1]))
        else:
            b.send(now, Report(1, sessions[args[0] % len(sessions)], answers=args[1]))
        assert b.total() <= now
    for item, claim in claims.items():
        state = b.state(item)
        refused = bitmap.from_spans((a, e) for a, e, _code, _at in state.refused)
        assert state.seconds == bitmap.count(state.cells)
        assert bitmap.common(state.cells, refused) == b""
        assert bitmap.merge(state.cells, refused) == claim
    assert (
        b.total()
        == sum(b.state(item).seconds for item in (VIDEO, VIDEO_2, TEXT))
        == sum(b.facts.totals[1].days if b.total() else [])
    )


stretch = st.tuples(
    st.integers(0, 40), st.integers(1, 60), st.integers(0, 600)
)  # pause before, seconds played, from where in the film


@LIMIT
@given(
    st.lists(stretch, min_size=1, max_size=17), st.randoms(use_true_random=False), st.integers(1, 6), st.floats(0, 60)
)
def test_honest_reports_in_any_order_credit_exactly_what_was_played(
    stretches: list[Any], order: Any, packets: int, late: float
) -> None:
    b = Bench()
    session, now, played, reports = b.open(0), 0, b"", []
    for pause, seconds, start in stretches:
        now += pause + seconds
        reports.append((now, film(session, start, start + seconds, at=now, answers=now // 1200)))
        played = bitmap.set_span(played, start, start + seconds)
    order.shuffle(reports)
    doubled = reports + reports[: len(reports) // 2]
    moments = sorted(now + late * n / packets for n in range(packets))
    for n, moment in enumerate(moments):
        b.send(moment, *(report for _at, report in doubled[n::packets]))
    assert b.state().cells == played
    assert not b.state().refused


@LIMIT
@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 30)), min_size=1, max_size=15),
    st.randoms(use_true_random=False),
)
def test_reading_in_any_order_credits_what_was_read(stretches: list[tuple[int, int]], order: Any) -> None:
    b = Bench()
    session, now, spans = b.open(0), 0, []
    for pause, seconds in stretches:
        spans.append((now + pause, now + pause + seconds))
        now += pause + seconds
    reports = [text(session, s) for s in spans] * 2
    order.shuffle(reports)
    b.send(now, *reports)
    assert b.state(TEXT).seconds == min(290, sum(e - s for s, e in spans))
