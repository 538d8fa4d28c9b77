"""Every mark, recomputed from what people did. The numbers are the notice's and silent.md's, typed again on purpose."""

from collections.abc import Iterator
from datetime import timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from yanxiu.season.diary import Diary, Learner
from yanxiu.season.oracle.facts import rows

REQUIRED = 10 * 40 * 60
CHINA = timezone(timedelta(hours=8))


def seconds(learner: Learner) -> int:
    """Each second of material once, text capped at its length."""
    total = 0
    for item, spans in learner.played.items():
        seen: set[int] = set()
        for start, end in spans:
            seen.update(range(start, min(end, learner.item_seconds[item])))
        total += len(seen)
    for item, read in learner.text_read.items():
        total += min(read, learner.item_seconds[item])
    return total


def interaction(learner: Learner) -> Fraction:
    days: dict[object, Fraction] = {}
    extra = Fraction(0)
    for post in learner.posts:
        if not post.good or post.removed:
            continue
        day = post.at.astimezone(CHINA).date()
        days[day] = days.get(day, Fraction(0)) + (Fraction(1, 2) if post.reply else 1)
        extra += 2 if post.featured else 0
    return min(Fraction(12), sum((min(Fraction(3), points) for points in days.values()), Fraction(0)) + extra)


def total(learner: Learner, credited: int, required: int) -> Decimal:
    time = 50 * min(Fraction(1), Fraction(credited, required))
    best = [
        max((Fraction(p, of) for p, of in learner.quizzes.get(item, [])), default=Fraction(0))
        for item in learner.quiz_items
    ]
    objective = 10 * sum(best, Fraction(0)) / len(best)
    marks = []
    for item in learner.work_items:
        versions = learner.works.get(item, [])
        last = versions[-1] if versions else None
        marks.append(Fraction(last.points or 0) * (Fraction(4, 5) if last.late else 1) if last else Fraction(0))
    subjective = 20 * sum(marks, Fraction(0)) / 100 / len(marks)
    excellent = 2 if any(v[-1].excellent for v in learner.works.values() if v) else 0
    whole = time + objective + subjective + excellent + min(Fraction(18), interaction(learner))
    return (Decimal(whole.numerator) / Decimal(whole.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def violations(diary: Diary, batch: int, required: int = REQUIRED) -> Iterator[str]:
    """Credited time, result, verdict, certificate of every learner standing at the end."""
    credited = dict(
        rows(
            "SELECT enrolment_id, seconds FROM learning_learnertime t JOIN places_enrolment e ON e.id = t.enrolment_id WHERE e.batch_id = %s",
            batch,
        )
    )
    results = {
        r[0]: r[1:]
        for r in rows(
            "SELECT r.enrolment_id, r.total, r.passed, r.state FROM scoring_result r JOIN places_enrolment e ON e.id = r.enrolment_id WHERE e.batch_id = %s",
            batch,
        )
    }
    certificates = {
        r[0]
        for r in rows(
            "SELECT c.enrolment_id FROM recognition_certificate c JOIN places_enrolment e ON e.id = c.enrolment_id WHERE e.batch_id = %s AND c.revoked_at IS NULL",
            batch,
        )
    }
    standing = {r[0] for r in rows("SELECT id FROM places_enrolment WHERE batch_id = %s AND state = 'standing'", batch)}
    for enrolment in sorted(standing | set(results) | certificates):
        learner = diary.learners.get(enrolment)
        if learner is None:
            yield f"enrolment {enrolment}: nobody in the diary"
            continue
        true = seconds(learner)
        got = credited.get(enrolment, 0)
        if learner.cheated:
            # What was played in truth and at most the real time that passed.
            if not true <= got <= max(true, int(learner.elapsed) + 1):
                yield f"enrolment {enrolment} ({learner.kind}): {got} s credited, played {true}, elapsed {learner.elapsed:.0f}"
        elif got != true:
            yield f"enrolment {enrolment} ({learner.kind}): {got} s credited, {true} s played"
        if enrolment not in standing:
            yield f"enrolment {enrolment}: a result or certificate without standing"
            continue
        if enrolment not in results:
            yield f"enrolment {enrolment}: no result"
            continue
        mark, passed, state = results[enrolment]
        expected = total(learner, got, required)
        if mark != expected:
            yield f"enrolment {enrolment} ({learner.kind}): total {mark}, expected {expected}"
        if passed != (expected >= 80):
            yield f"enrolment {enrolment}: passed {passed} at {expected}"
        if (enrolment in certificates) != (expected >= 80 and state == "final"):
            yield f"enrolment {enrolment}: certificate {enrolment in certificates} at {expected}, {state}"
