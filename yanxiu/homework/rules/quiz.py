"""Objective work: marked by the machine, exactly (A2.2).

A question gives all of its points or none. `multiple` too: the policy has no key for parts of a question, and half a right choice is not
a right choice. `fill` is right when it equals one of the accepted variants after `normalise`.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Literal

from yanxiu.lib.decision import Decision, Reason

Answer = str | list[str] | bool
Counts = Literal["best", "last", "first", "mean"]
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FILL_LIMIT = 200


@dataclass(frozen=True)
class Question:
    kind: Literal["single", "multiple", "true_false", "fill"]
    text: str
    options: tuple[str, ...]
    answer: Any
    explain: str
    points: int

    @property
    def lettered(self) -> tuple[tuple[str, str], ...]:
        return tuple(zip(LETTERS, self.options, strict=False))

    @property
    def accepted(self) -> tuple[str, ...]:
        """Of fill: the variants as written; of the others: the right letters."""
        return (
            (self.answer,)
            if isinstance(self.answer, str)
            else tuple(self.answer)
            if isinstance(self.answer, list | tuple)
            else ()
        )


@dataclass(frozen=True)
class Marked:
    """Points a question, in order."""

    points: tuple[int, ...]
    out_of: int

    @property
    def total(self) -> int:
        return sum(self.points)


@dataclass(frozen=True)
class QuizFacts:
    """A learner before a quiz. `used`: submitted attempts; `full`: one of them got every point; instants are the batch's."""

    standing: bool
    starts: datetime
    ends: datetime
    allowed: int
    used: int = 0
    full: bool = False
    counts: Counts = "best"


def questions(data: Mapping[str, Any]) -> tuple[Question, ...]:
    """From the item's stored data."""
    return tuple(
        Question(q["kind"], q["text"], tuple(q.get("options", ())), q["answer"], q.get("explain", ""), int(q["points"]))
        for q in data.get("questions", ())
    )


def public(question: Question) -> dict[str, Any]:
    """What a page may know before the answers are open."""
    return {"kind": question.kind, "text": question.text, "options": question.lettered, "points": question.points}


def normalise(text: str) -> str:
    """Width, case, every space and the punctuation at the end make no difference."""
    folded = "".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).split())
    while folded and unicodedata.category(folded[-1]).startswith("P"):
        folded = folded[:-1]
    return folded


def clean(asked: Sequence[Question], answers: Mapping[str, Any]) -> dict[str, Answer]:
    """Only what can be an answer: known questions, their own options, no empty ones. Keys are the questions' places as text."""
    kept: dict[str, Answer] = {}
    for place, question in enumerate(asked):
        given = answers.get(str(place))
        letters = {letter for letter, _ in question.lettered}
        match question.kind:
            case "single" if isinstance(given, str) and given in letters:
                kept[str(place)] = given
            case "multiple" if isinstance(given, list | tuple) and (
                chosen := sorted({g for g in given if isinstance(g, str) and g in letters})
            ):
                kept[str(place)] = chosen
            case "true_false" if isinstance(given, bool):
                kept[str(place)] = given
            case "true_false" if given in ("true", "false"):
                kept[str(place)] = given == "true"
            case "fill" if isinstance(given, str) and given.strip():
                kept[str(place)] = given.strip()[:FILL_LIMIT]
    return kept


def mark(asked: Sequence[Question], answers: Mapping[str, Any]) -> Marked:
    given = clean(asked, answers)
    points = tuple(
        question.points if _right(question, given.get(str(place))) else 0 for place, question in enumerate(asked)
    )
    return Marked(points, sum(question.points for question in asked))


def _right(question: Question, given: Answer | None) -> bool:
    if given is None:
        return False
    match question.kind:
        case "single":
            return given == question.answer
        case "multiple":
            return isinstance(given, list) and set(given) == set(question.answer)
        case "true_false":
            return given is bool(question.answer)
        case "fill":
            said = normalise(str(given))
            return bool(said) and said in {normalise(variant) for variant in question.accepted}
    return False


def fraction(attempts: Sequence[tuple[int, int]], counts: Counts) -> Fraction | None:
    """What the quiz is worth, of (points, out of) a submitted attempt in order. None: no attempt."""
    shares = [Fraction(points, out_of) if out_of else Fraction(0) for points, out_of in attempts]
    if not shares:
        return None
    match counts:
        case "best":
            return max(shares)
        case "last":
            return shares[-1]
        case "first":
            return shares[0]
        case "mean":
            return sum(shares, Fraction(0)) / len(shares)
    raise ValueError(f"unknown way of counting: {counts}")


def _window(facts: QuizFacts, now: datetime) -> list[Reason]:
    against = []
    if not facts.standing:
        against.append(Reason("not_learning", "T2.2"))
    if now < facts.starts:
        against.append(Reason("batch_not_started", "T2.1", {"starts": facts.starts}))
    if now >= facts.ends:
        against.append(Reason("batch_ended", "A2.2", {"ended": facts.ends}))
    return against


def may_save(facts: QuizFacts, now: datetime) -> Decision:
    return Decision.unless(_window(facts, now))


def may_start(facts: QuizFacts, now: datetime) -> Decision:
    against = _window(facts, now)
    if facts.used >= facts.allowed:
        against.append(Reason("no_attempts_left", "A2.2", {"attempts": facts.allowed}))
    return Decision.unless(against)


def may_submit(facts: QuizFacts, now: datetime) -> Decision:
    """As starting: an attempt that stays open at the end of the batch does not count, and the page says so before."""
    return may_start(facts, now)


def revealed(facts: QuizFacts, now: datetime) -> bool:
    """May right answers and explanations be shown? Once nothing can be won by knowing them: no attempt left, the batch over, or
    every point got where the best attempt counts. Until then not even which questions were right: a true/false would be told by it.
    """
    return now >= facts.ends or facts.used >= facts.allowed or (facts.full and facts.counts == "best")
