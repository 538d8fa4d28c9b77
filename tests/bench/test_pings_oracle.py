"""The oracle of `run.py bench pings` must be able to find what is wrong: the act is broken in five ways, a few hundred reports each."""

from collections.abc import Callable

import pytest

from bench._learners import Players, World, alive, world
from bench._seconds import Oracle
from yanxiu.learning import actions
from yanxiu.learning.actions import storing
from yanxiu.learning.rules import ledger, read_reports
from yanxiu.lib import bitmap

pytestmark = pytest.mark.django_db


@pytest.fixture
def small() -> World:
    return world(20, classes=2, schools=2)


def played(w: World, *, each: int = 12) -> list[str]:
    """What the oracle finds wrong after each learner's reports, sent through the act in lists."""
    w.learners[5].kind = "greedy"
    players, oracle = Players(w, 4), Oracle(w)
    alive(w.learners)
    for _ in range(each):
        sent = [(x.person, players.next(x)) for x in w.learners]
        actions.report([r for person, report in sent for r in read_reports({"reports": [report]}, person=person)])
        for person, report in sent:
            oracle.heard(person, report)
    return oracle.judge()


def test_the_act_as_it_is(small: World) -> None:
    assert played(small) == []


def credit_twice(broken: pytest.MonkeyPatch) -> None:
    broken.setattr(ledger.bitmap, "missing", lambda cells, start, end: bitmap.from_spans([(start, end)]))


def presence_is_not_asked(broken: pytest.MonkeyPatch) -> None:
    broken.setattr(ledger, "_period", lambda case: case.meter.periods.append(0) or -1)


def the_last_report_replaces_the_others(broken: pytest.MonkeyPatch) -> None:
    broken.setattr(ledger.bitmap, "merge", lambda a, b: b or a)


def acknowledged_and_not_stored(broken: pytest.MonkeyPatch) -> None:
    real, lists = storing.changes, iter(range(1000))
    broken.setattr(storing, "changes", lambda *args: storing.Changes() if next(lists) == 5 else real(*args))


def sums_that_do_not_follow(broken: pytest.MonkeyPatch) -> None:
    broken.setattr(storing, "CREDITED", "SELECT %s::bigint[], %s::int[]")


@pytest.mark.parametrize(
    ("sabotage", "found"),
    [
        (credit_twice, "credited"),
        (presence_is_not_asked, "credited"),
        (the_last_report_replaces_the_others, "the seconds"),
        (acknowledged_and_not_stored, "credited"),
        (sums_that_do_not_follow, "in the figures"),
    ],
    ids=lambda v: getattr(v, "__name__", ""),
)
def test_each_breakage_is_found(
    small: World, monkeypatch: pytest.MonkeyPatch, sabotage: Callable[[pytest.MonkeyPatch], None], found: str
) -> None:
    sabotage(monkeypatch)
    wrong = played(small)
    assert any(line.startswith(found) for line in wrong), wrong[:3]
