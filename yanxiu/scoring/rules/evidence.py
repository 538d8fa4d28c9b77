"""The facts a mark rests on. Frozen as JSON at the batch's end; the same facts give the same mark for ever."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Literal, Self


@dataclass(frozen=True, slots=True)
class Quiz:
    """One objective work of the course. `attempts`: (points, out of) of those handed in, in order; empty: not done, counts 0."""

    item: int
    title: str
    attempts: tuple[tuple[int, int], ...] = ()

    def counted(self, which: Literal["best", "last", "first"]) -> tuple[int, int] | None:
        """The attempt that counts; of equal best ones the earlier."""
        if not self.attempts:
            return None
        if which == "best":
            return max(self.attempts, key=share)
        return self.attempts[-1 if which == "last" else 0]


def share(attempt: tuple[int, int] | None) -> Fraction:
    """Points ÷ out of; 0 for a quiz not done (and for one without a question)."""
    return Fraction(attempt[0], attempt[1]) if attempt and attempt[1] else Fraction(0)


@dataclass(frozen=True, slots=True)
class Work:
    """One required subjective work (a result, 成果, is one). `points`: the tutor's 0-100, None while unmarked."""

    item: int
    title: str
    work: int | None = None
    handed_in: bool = False
    late: bool = False
    points: int | None = None
    excellent: bool = False
    revise_until: datetime | None = None  # returned by the tutor for revision, not handed in again yet

    @property
    def draft(self) -> bool:
        """Begun, and never handed in."""
        return self.work is not None and not self.handed_in

    @property
    def waiting(self) -> bool:
        """待评: handed in, no mark yet. Never 0 (result.marking_days)."""
        return self.handed_in and self.points is None


@dataclass(frozen=True, slots=True)
class TalkDay:
    """Posts and replies of one local day that count: long enough, no filler, no copies, not removed."""

    day: date
    posts: int
    replies: int


@dataclass(frozen=True, slots=True)
class Evidence:
    video_seconds: int = 0
    text_seconds: int = 0
    other_seconds: int = 0
    refused_seconds: int = 0
    quizzes: tuple[Quiz, ...] = ()
    works: tuple[Work, ...] = ()
    days: tuple[TalkDay, ...] = ()
    featured: int = 0
    uncounted: tuple[tuple[str, int], ...] = ()  # (why a post does not count, how many)
    finding: bool = False  # plagiarism confirmed (T4.2b)

    @property
    def seconds(self) -> int:
        """Credited learning time, whole seconds."""
        return self.video_seconds + self.text_seconds + self.other_seconds

    @property
    def waiting(self) -> bool:
        return any(work.waiting for work in self.works)

    def with_works(self, works: tuple[Work, ...]) -> Self:
        return replace(self, works=works)

    def to_json(self) -> dict[str, Any]:
        return {
            "video_seconds": self.video_seconds,
            "text_seconds": self.text_seconds,
            "other_seconds": self.other_seconds,
            "refused_seconds": self.refused_seconds,
            "quizzes": [
                {"item": q.item, "title": q.title, "attempts": [list(a) for a in q.attempts]} for q in self.quizzes
            ],
            "works": [
                {
                    "item": w.item,
                    "title": w.title,
                    "work": w.work,
                    "handed_in": w.handed_in,
                    "late": w.late,
                    "points": w.points,
                    "excellent": w.excellent,
                    "revise_until": w.revise_until.isoformat() if w.revise_until else None,
                }
                for w in self.works
            ],
            "days": [[d.day.isoformat(), d.posts, d.replies] for d in self.days],
            "featured": self.featured,
            "uncounted": [list(pair) for pair in self.uncounted],
            "finding": self.finding,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(
            video_seconds=data["video_seconds"],
            text_seconds=data["text_seconds"],
            other_seconds=data["other_seconds"],
            refused_seconds=data["refused_seconds"],
            quizzes=tuple(
                Quiz(q["item"], q["title"], tuple((a[0], a[1]) for a in q["attempts"])) for q in data["quizzes"]
            ),
            works=tuple(
                Work(**{**w, "revise_until": datetime.fromisoformat(w["revise_until"]) if w["revise_until"] else None})
                for w in data["works"]
            ),
            days=tuple(TalkDay(date.fromisoformat(day), posts, replies) for day, posts, replies in data["days"]),
            featured=data["featured"],
            uncounted=tuple((code, n) for code, n in data["uncounted"]),
            finding=data["finding"],
        )
