"""A course of a wanted length, built in a second: for the rehearsal and for tests under the real policy (24,000 s)."""

import json
import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from yanxiu.catalogue.models import CourseVersion
from yanxiu.catalogue.rules import still

from .loading import load_course

TEXTS, LONGEST_TEXT, LONGEST_FILM = 4, 600, 2700
SENTENCES = (
    "上课之前，先把这一课最想让学生弄懂的一件事写成一句话。",
    "写不出这一句话，后面的环节再热闹也收不拢。",
    "把这句话变成一个学生答得上来、又不能一口答完的问题。",
    "问题提出以后，等三秒钟，再请人回答。",
    "学生说错的地方，往往正是大家都没有想清楚的地方。",
    "请他说说是怎样想到的，全班就有了可以讨论的材料。",
    "板书只留三样：问题、学生的话、最后站得住的结论。",
    "下课前五分钟，换一个情境，请每个人独立做一遍。",
    "收上来的答案按三类放好，第二天从人数最多的那一类讲起。",
    "听课的同事只记学生说的话，不记老师说的话。",
    "评课时先念记录，再提一个问题，最后给一条能照着做的建议。",
    "一个月以后再看同一班学生，才知道这样教有没有用。",
)


def generate_course(
    *,
    slug: str,
    title: str,
    subject: str = "通识",
    stages: Iterable[str] = ("幼儿园", "小学", "初中", "高中"),
    seconds: int = 24_000,
    per_minute: int = 300,
    least: int = 60,
    picture: Path | None = None,
    quizzes: int = 2,
    works: int = 2,
) -> CourseVersion:
    """Four texts, films of at most 45 minutes (`picture`: an MP4 whose first picture they show), quizzes, homework, a discussion: exactly `seconds` in all."""
    sample = picture or settings.BASE_DIR / "courses" / "questions-and-feedback" / "video-1.mp4"
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / slug
        folder.mkdir()
        _write(folder, title, subject, list(stages), seconds, per_minute, least, sample.read_bytes(), quizzes, works)
        return load_course(folder, per_minute=per_minute, least=least)


def _write(
    folder: Path,
    title: str,
    subject: str,
    stages: list[str],
    seconds: int,
    per_minute: int,
    least: int,
    sample: bytes,
    quizzes: int,
    works: int,
) -> None:
    reading = min(LONGEST_TEXT, seconds // (2 * TEXTS))
    if reading < least:
        raise ValueError(f"a course of {seconds} s is too short to generate")
    watching = seconds - TEXTS * reading
    films = -(-watching // LONGEST_FILM)
    items: list[dict[str, str]] = []
    for n in range(1, TEXTS + 1):
        (folder / f"text-{n}.md").write_text(_text(n, reading * per_minute // 60), "utf-8")
        items.append({"kind": "text", "title": f"第{n}篇", "file": f"text-{n}.md"})
    for n in range(1, films + 1):
        length = watching // films + (1 if n <= watching % films else 0)
        (folder / f"video-{n}.mp4").write_bytes(still(sample, seconds=length))
        (folder / f"video-{n}.vtt").write_text(
            f"WEBVTT\n\n00:00:00.000 --> {length // 3600:02}:{length // 60 % 60:02}:{length % 60:02}.000\n第{n}讲\n",
            "utf-8",
        )
        items.append({"kind": "video", "title": f"第{n}讲", "file": f"video-{n}.mp4", "captions": f"video-{n}.vtt"})
    for n in range(1, quizzes + 1):
        (folder / f"quiz-{n}.toml").write_text(_quiz(n), "utf-8")
        items.append({"kind": "quiz", "title": f"测验{n}", "file": f"quiz-{n}.toml"})
    for n in range(1, works + 1):
        (folder / f"homework-{n}.toml").write_text(_homework(n), "utf-8")
        items.append({"kind": "homework", "title": f"作业{n}", "file": f"homework-{n}.toml"})
    items.append(
        {"kind": "discussion", "title": "讨论", "text": "请写一个您在课堂上没有接好的回答，再写现在会怎样接。"}
    )
    author = '{ name = "江若溪", title = "教研员，高级教师" }'
    head = [
        ("title", title),
        ("subject", subject),
        ("stages", stages),
        ("summary", "按需要的时长生成的课程，供演练和测试。"),
        ("aims", ["能用一个问题带起一节课"]),
    ]
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in head] + [
        f"author = {author}",
        "",
        "[[chapter]]",
        'title = "第一章"',
    ]
    for item in items:
        lines += [
            "",
            "[[chapter.item]]",
            *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in item.items()),
        ]
    (folder / "course.toml").write_text("\n".join(lines) + "\n", "utf-8")


def _text(start: int, characters: int) -> str:
    """So many characters exactly, in paragraphs of four sentences."""
    words, n = "", start
    while len(words) < characters:
        words += SENTENCES[n % len(SENTENCES)]
        n += 1
    words = words[: characters - 1] + "。"
    return "\n\n".join(words[at : at + 120] for at in range(0, len(words), 120)) + "\n"


def _quiz(n: int) -> str:
    return f"""
[[question]]
kind = "single"
text = "第{n}题：问题提出以后，先做什么？"
options = ["马上请人回答", "等三秒钟", "自己说出答案"]
answer = "B"
explain = "等一等，更多的人会想。"
points = 40

[[question]]
kind = "multiple"
text = "板书留下哪几样？"
options = ["问题", "学生的话", "老师的名字", "站得住的结论"]
answer = ["A", "B", "D"]
explain = "三样够了。"
points = 30

[[question]]
kind = "true_false"
text = "听课的同事只记老师说的话。"
answer = false
explain = "记学生说的话。"
points = 10

[[question]]
kind = "fill"
text = "提问以后等＿＿秒。"
answer = ["三", "3"]
explain = "三秒钟。"
points = 20
"""


def _homework(n: int) -> str:
    level = '{{ points = {p}, text = "{t}" }}'
    criteria = "\n".join(
        f'\n[[criterion]]\nname = "{name}"\npoints = 50\nlevels = [{", ".join(level.format(p=p, t=t) for p, t in ((50, "清楚"), (40, "大体清楚"), (25, "不够清楚"), (0, "没有写")))}]'
        for name in ("问题", "证据")
    )
    return f'prompt = "第{n}次：写一个您要问的问题，和您打算怎样知道学生懂了。"\nmin_chars = 60\n{criteria}\n'
