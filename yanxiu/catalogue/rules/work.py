"""quiz-N.toml and homework-N.toml: what they must say."""

from collections.abc import Iterator
from typing import Any

LETTERS = "ABCDEFGH"
QUESTION = {"kind", "text", "options", "answer", "explain", "points"}
Path = tuple[object, ...]
Found = Iterator[tuple[Path, str]]


def quiz_problems(quiz: dict[str, Any]) -> Found:
    """(path of the key, what is wrong)."""
    yield from _unknown(quiz, {"title", "question"}, ())
    questions = quiz.get("question")
    if not isinstance(questions, list) or not questions:
        yield ("question",), "至少要有一道题"
        return
    for n, question in enumerate(questions):
        at: Path = ("question", n)
        yield from _unknown(question, QUESTION, at)
        if not _text(question.get("text")):
            yield (*at, "text"), "题目不能为空"
        if not _positive(question.get("points")):
            yield (*at, "points"), "分值应是大于0的整数"
        yield from _answer_problems(question, at)


def _answer_problems(question: dict[str, Any], at: Path) -> Found:
    kind, answer, options = question.get("kind"), question.get("answer"), question.get("options", [])
    if kind in ("single", "multiple"):
        if not isinstance(options, list) or not 2 <= len(options) <= len(LETTERS) or not all(map(_text, options)):
            yield (*at, "options"), f"选项应有2至{len(LETTERS)}个，都不能为空"
            return
        if len(set(options)) < len(options):
            yield (*at, "options"), "选项不能重复"
        letters = LETTERS[: len(options)]
        if kind == "single" and not (isinstance(answer, str) and len(answer) == 1 and answer in letters):
            yield (*at, "answer"), f"单选题的答案应是{letters[0]}至{letters[-1]}中的一个字母"
        if kind == "multiple" and not _letters(answer, letters):
            yield (*at, "answer"), f"多选题的答案应是{letters[0]}至{letters[-1]}的字母列表，不重复"
    elif kind == "true_false":
        if not isinstance(answer, bool):
            yield (*at, "answer"), "判断题的答案应是 true 或 false"
    elif kind == "fill":
        if not _texts(answer):
            yield (*at, "answer"), "填空题的答案应是可以接受的写法的列表"
    else:
        yield (*at, "kind"), "题型应是 single、multiple、true_false、fill 之一"
    if kind in ("true_false", "fill") and options:
        yield (*at, "options"), "这种题没有选项"


def homework_problems(work: dict[str, Any]) -> Found:
    yield from _unknown(work, {"title", "prompt", "min_chars", "result", "criterion"}, ())
    if not _text(work.get("prompt")):
        yield ("prompt",), "要求不能为空"
    if not isinstance(work.get("min_chars"), int) or isinstance(work.get("min_chars"), bool) or work["min_chars"] < 0:
        yield ("min_chars",), "最少字数应是0或更大的整数"
    if not isinstance(work.get("result", False), bool):
        yield ("result",), "成果应是 true 或 false"
    criteria = work.get("criterion")
    if not isinstance(criteria, list) or not criteria:
        yield ("criterion",), "评分标准至少要有一条"
        return
    for n, criterion in enumerate(criteria):
        yield from _criterion_problems(criterion, ("criterion", n))
    if all(_positive(c.get("points")) for c in criteria) and sum(c["points"] for c in criteria) != 100:
        yield ("criterion",), f"各条分值合计应是100，现在是{sum(c['points'] for c in criteria)}"


def _criterion_problems(criterion: dict[str, Any], at: Path) -> Found:
    yield from _unknown(criterion, {"name", "points", "levels"}, at)
    if not _text(criterion.get("name")):
        yield (*at, "name"), "名称不能为空"
    if not _positive(criterion.get("points")):
        yield (*at, "points"), "分值应是大于0的整数"
        return
    levels = criterion.get("levels")
    if (
        not isinstance(levels, list)
        or len(levels) < 2
        or not all(isinstance(x, dict) and _text(x.get("text")) for x in levels)
    ):
        yield (*at, "levels"), "等级至少两个，每个要有 points 和 text"
        return
    points = [level.get("points") for level in levels]
    if (
        not all(isinstance(p, int) for p in points)
        or points != sorted(points, reverse=True)
        or points[0] != criterion["points"]
        or points[-1] < 0
    ):
        yield (*at, "levels"), "等级的分值应从本条满分往下排，不小于0"


def _letters(answer: Any, letters: str) -> bool:
    return _texts(answer) and all(len(a) == 1 and a in letters for a in answer) and len(set(answer)) == len(answer)


def _unknown(table: dict[str, Any], known: set[str], at: Path) -> Found:
    for key in table:
        if key not in known:
            yield (*at, key), f"没有这个键，可用的键：{'、'.join(sorted(known))}"


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_text, value))


def _positive(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
