"""Evidence for tests: by hand and by hypothesis. The policy is the real one, with keys replaced where a test asks for it."""

import json
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st

from tests import factories as make
from yanxiu.programme.rules import Policy
from yanxiu.scoring.rules import Evidence, Quiz, TalkDay, Work

FIRST_DAY = date(2023, 9, 1)


@lru_cache
def _text() -> str:
    return make.policy("S20230304").canonical_json


def policy(**changes: Any) -> Policy:
    """`policy(time__full_mark="stepped")`."""
    data = json.loads(_text())
    for path, value in changes.items():
        *groups, name = path.split("__")
        group = data
        for step in groups:
            group = group[step]
        group[name] = value
    return Policy.from_json(json.dumps(data))


def evidence(
    seconds: int = 0,
    quizzes: list[float | None] | None = None,
    works: list[int | None] | None = None,
    posts: int = 0,
    **fields: Any,
) -> Evidence:
    """`quizzes`: points of 100, None not done. `works`: marks, None not handed in."""
    return Evidence(
        video_seconds=seconds,
        quizzes=tuple(
            Quiz(i, f"测验{i}", () if p is None else ((int(p), 100),)) for i, p in enumerate(quizzes or [], 1)
        ),
        works=tuple(Work(i, f"作业{i}", i, p is not None, False, p) for i, p in enumerate(works or [], 11)),
        days=tuple(TalkDay(FIRST_DAY + timedelta(days=n), 1, 0) for n in range(posts)),
        **fields,
    )


attempts = st.lists(st.tuples(st.integers(0, 30), st.just(30)), max_size=3).map(tuple)
quizzes = st.lists(attempts, min_size=1, max_size=6).map(
    lambda rows: tuple(Quiz(i, f"测验{i}", a) for i, a in enumerate(rows, 1))
)
marked = st.builds(
    lambda p, late, excellent: (True, late, p, excellent), st.integers(0, 100), st.booleans(), st.booleans()
)
unmarked = st.builds(lambda late: (True, late, None, False), st.booleans())
missing = st.just((False, False, None, False))
works = st.lists(st.one_of(marked, unmarked, missing), min_size=1, max_size=3).map(
    lambda rows: tuple(
        Work(i, f"作业{i}", i, handed, late, p, excellent) for i, (handed, late, p, excellent) in enumerate(rows, 11)
    )
)
days = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 8)), max_size=20).map(
    lambda rows: tuple(TalkDay(FIRST_DAY + timedelta(days=n), p, r) for n, (p, r) in enumerate(rows))
)
evidences = st.builds(
    Evidence,
    video_seconds=st.integers(0, 30_000),
    text_seconds=st.integers(0, 6_000),
    other_seconds=st.integers(0, 600),
    quizzes=quizzes,
    works=works,
    days=days,
    featured=st.integers(0, 5),
)
policies = st.builds(
    policy,
    time__full_mark=st.sampled_from(["proportional", "stepped", "all-or-nothing"]),
    result__digits=st.sampled_from([0, 1, 2]),
    result__rounding=st.sampled_from(["half-up", "half-even", "down"]),
    quiz__counts=st.sampled_from(["best", "last", "first"]),
)
