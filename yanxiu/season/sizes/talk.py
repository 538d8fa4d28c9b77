"""A class's discussion, written in the order in which it was said; and what of it counts for each learner."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from yanxiu.forum import rules
from yanxiu.forum.actions.writing import fingerprint
from yanxiu.lib import clock, text
from yanxiu.programme.models import Batch
from yanxiu.programme.queries import policy
from yanxiu.scoring.rules import TalkDay
from yanxiu.season import cast, invented
from yanxiu.season.sizes.seating import Learner
from yanxiu.season.sizes.study import Desk, at

POST = (
    "id", "training_class_id", "item_id", "thread_id", "author_id", "enrolment_id", "title", "body", "at", "day", "length", "fingerprint", "verdict",
    "featured_at", "featured_by_id", "removed_reason", "last_at", "reply_count",
)  # fmt: skip
SENTENCES = 600
BUSY = 0.4  # of the replies go to the class's first thread: one that fills a page and more
FEATURED = 0.02


@dataclass
class Talk:
    """Of one learner."""

    days: dict[Any, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    featured: int = 0
    why_not: Counter[str] = field(default_factory=Counter)

    def facts(self) -> dict[str, Any]:
        return {
            "days": tuple(TalkDay(day, posts, replies) for day, (posts, replies) in sorted(self.days.items())),
            "featured": self.featured,
            "uncounted": tuple(sorted(self.why_not.items())),
        }


class Pool:
    """Sentences with their normal form, so that a text's fingerprint costs one hash."""

    def __init__(self, random: Random) -> None:
        self.said = {
            kind: [(s, text.normalise(s), text.length(s)) for s in (invented.sentence(random, kind) for _ in range(SENTENCES))]
            for kind in ("post", "reply")
        }  # fmt: skip
        self.serial = 0

    def sentence(self, random: Random, kind: str) -> tuple[str, bytes, int]:
        """Body, fingerprint, counted characters: each text once, by its number."""
        self.serial += 1
        body, plain, length = random.choice(self.said[kind])
        number = str(self.serial)
        mark = hashlib.sha256(f"{plain}第{number}条记录".encode()).digest()[:16]
        return f"{body}（第{number}条记录）", mark, length + 4 + len(number)


def discuss(
    desk: Desk, pool: Pool, batch: Batch, training_class: int, discussion: int, learners: Sequence[tuple[Learner, cast.Part]], tutor: int
) -> dict[int, Talk]:  # fmt: skip
    """Rows of forum_post; returns what counts, by enrolment."""
    interaction = policy(batch.policy).interaction
    said: list[tuple[datetime, int, str]] = []
    for place, (_, part) in enumerate(learners):
        for day, sort in part.posts:
            moment = at(batch, day, 12, 30) + timedelta(seconds=desk.random.randrange(32_000))
            if moment < desk.until:
                said.append((moment, place, sort))
    said.sort()
    talks = {learner.enrolment: Talk() for learner, _ in learners}
    rows: list[list[Any]] = []
    threads: list[int] = []  # places in rows
    marks: set[bytes] = set()
    random = desk.random
    for moment, place, sort in said:
        learner = learners[place][0]
        reply = sort != "post" and bool(threads)
        thread = (threads[0] if random.random() < BUSY else random.choice(threads[-40:])) if reply else None
        if sort == "short":
            body = random.choice(invented.SENTENCES["short"])
        elif sort == "copy" and rows:
            body = random.choice(rows)[7]
        else:
            body = ""
        if body:
            mark, length = fingerprint(body), text.length(body)
            verdict = rules.verdict(
                body=body, reply=reply, at=moment, starts=batch.starts, ends=batch.ends, learner=True, seen_before=mark in marks, interaction=interaction
            )  # fmt: skip
        else:
            body, mark, length = pool.sentence(random, "reply" if reply else "post")
            verdict = ""
        marks.add(mark)
        today = clock.local(moment).date()
        featured = (
            not verdict and moment + timedelta(hours=20) < min(desk.until, batch.ends) and random.random() < FEATURED
        )
        rows.append(
            [
                desk.id("forum_post"), training_class, None if reply else discussion, None if thread is None else rows[thread][0], learner.person,
                learner.enrolment, "" if reply else body[:18], body, moment, today, length, mark, verdict,
                moment + timedelta(hours=20) if featured else None, tutor if featured else None, "", moment, 0,
            ]
        )  # fmt: skip
        if thread is not None:
            rows[-1][2] = rows[thread][2]
            rows[thread][16], rows[thread][17] = moment, rows[thread][17] + 1
        elif not verdict:
            threads.append(len(rows) - 1)
        _count(talks[learner.enrolment], verdict, today, reply, featured)
    desk.rows["forum_post"] += [tuple(row) for row in rows]
    return talks


def _count(talk: Talk, verdict: str, day: Any, reply: bool, featured: bool) -> None:
    if verdict:
        talk.why_not[verdict] += 1
    else:
        talk.days[day][reply] += 1
        talk.featured += featured
