"""Reads a course folder into values, or says everything that is wrong with it (docs/courses.md describes the format)."""

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import captions, markdown, work
from .length import characters
from .places import Lines
from .problems import CourseError, Problem
from .video import NotAVideo, duration

STAGES = ("幼儿园", "小学", "初中", "高中")
KINDS = ("text", "video", "file", "quiz", "homework", "discussion")
COURSE_KEYS = {"title", "subject", "stages", "summary", "aims", "author", "keywords", "chapter"}
ITEM_KEYS = {
    "text": {"kind", "title", "file"},
    "video": {"kind", "title", "file", "captions"},
    "file": {"kind", "title", "file"},
    "quiz": {"kind", "title", "file"},
    "homework": {"kind", "title", "file"},
    "discussion": {"kind", "title", "text"},
}
ENDINGS = {"text": {".md"}, "video": {".mp4"}, "quiz": {".toml"}, "homework": {".toml"}}
PICTURES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp"}
FILES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}
TITLE = 120


@dataclass(frozen=True)
class Blob:
    path: Path
    mime: str


@dataclass(frozen=True)
class ItemIn:
    """`seconds` of a film; a text has `characters` and gets its seconds from the reading speed."""

    key: str
    chapter: int
    chapter_title: str
    kind: str
    title: str
    body: str = ""
    characters: int = 0
    seconds: int = 0
    file: Blob | None = None
    captions: Blob | None = None
    data: dict[str, Any] = field(default_factory=dict)
    pictures: dict[str, Blob] = field(default_factory=dict)  # as the text names them


@dataclass(frozen=True)
class Folder:
    slug: str
    sha256: str
    title: str
    subject: str
    stages: tuple[str, ...]
    summary: str
    aims: tuple[str, ...]
    author: dict[str, str]
    keywords: tuple[str, ...]
    items: tuple[ItemIn, ...]


def read_folder(folder: Path) -> Folder:
    """Raises CourseError with all problems."""
    return _Reader(folder).read()


class _Reader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.used: dict[str, Path] = {}

    def read(self) -> Folder:
        course, lines = self._toml("course.toml")
        if course is None:
            raise CourseError(self.problems)

        def wrong(path: tuple[object, ...], message: str) -> None:
            self.problems.append(Problem("course.toml", lines.of(*path), ".".join(map(str, path)), message))

        self._about(course, wrong)
        items = list(self._items(course, wrong))
        for key in {item.key for item in items if [i.key for i in items].count(item.key) > 1}:
            self.problems.append(Problem("course.toml", 0, key, "用了两次"))
        if self.problems:
            raise CourseError(self.problems)
        return Folder(
            slug=self.folder.name,
            sha256=self._digest(),
            title=course["title"],
            subject=course["subject"],
            stages=tuple(s for s in STAGES if s in course["stages"]),
            summary=course["summary"],
            aims=tuple(course["aims"]),
            author=course["author"],
            keywords=tuple(course.get("keywords", ())),
            items=tuple(items),
        )

    def _about(self, course: dict[str, Any], wrong: Callable[[tuple[object, ...], str], None]) -> None:
        for key in sorted(course.keys() - COURSE_KEYS):
            wrong((key,), f"没有这个键，可用的键：{'、'.join(sorted(COURSE_KEYS))}")
        for key, longest in (("title", TITLE), ("subject", 20), ("summary", 2000)):
            if not isinstance(course.get(key), str) or not 0 < len(course[key].strip()) <= longest:
                wrong((key,), f"应是1至{longest}字的文字")
        stages = course.get("stages")
        if not isinstance(stages, list) or not stages or not set(map(str, stages)) <= set(STAGES):
            wrong(("stages",), f"应是学段的列表，可用：{'、'.join(STAGES)}")
        for key in ("aims", "keywords"):
            values = course.get(key, [] if key == "keywords" else None)
            if (
                not isinstance(values, list)
                or not all(isinstance(v, str) and v.strip() for v in values)
                or (key == "aims" and not values)
            ):
                wrong((key,), "应是文字的列表")
        author = course.get("author")
        if (
            not isinstance(author, dict)
            or not all(isinstance(author.get(k), str) and author[k].strip() for k in ("name", "title"))
            or len(author) != 2
        ):
            wrong(("author",), "应写成 { name = …, title = … }")

    def _items(self, course: dict[str, Any], wrong: Callable[[tuple[object, ...], str], None]) -> Iterable[ItemIn]:
        chapters = course.get("chapter")
        if not isinstance(chapters, list) or not chapters:
            wrong(("chapter",), "至少要有一章")
            return
        for c, chapter in enumerate(chapters):
            title = chapter.get("title")
            if not isinstance(title, str) or not 0 < len(title.strip()) <= TITLE:
                wrong(("chapter", c, "title"), f"应是1至{TITLE}字的文字")
            if not isinstance(chapter.get("item"), list) or not chapter["item"]:
                wrong(("chapter", c, "item"), "这一章没有内容")
                continue
            for n, entry in enumerate(chapter["item"]):
                if (item := self._item(entry, c, str(title), n, ("chapter", c, "item", n), wrong)) is not None:
                    yield item

    def _item(
        self,
        entry: dict[str, Any],
        c: int,
        chapter: str,
        n: int,
        at: tuple[object, ...],
        wrong: Callable[[tuple[object, ...], str], None],
    ) -> ItemIn | None:
        kind, title = entry.get("kind"), entry.get("title")
        if kind not in KINDS:
            wrong((*at, "kind"), f"应是{'、'.join(KINDS)}之一")
            return None
        for key in entry:
            if key not in ITEM_KEYS[kind]:
                wrong((*at, key), f"{kind} 没有这个键，可用的键：{'、'.join(sorted(ITEM_KEYS[kind]))}")
        if not isinstance(title, str) or not 0 < len(title.strip()) <= TITLE:
            wrong((*at, "title"), f"应是1至{TITLE}字的文字")
            return None
        common = {"chapter": c + 1, "chapter_title": chapter, "kind": kind, "title": title}
        if kind == "discussion":
            if not isinstance(entry.get("text"), str) or not entry["text"].strip():
                wrong((*at, "text"), "讨论要有引导语")
                return None
            return ItemIn(key=f"discussion-{c + 1}-{n + 1}", body=markdown.html(entry["text"]), **common)
        path = self._file(entry.get("file"), (*at, "file"), ENDINGS.get(kind, set(FILES)), wrong)
        if path is None:
            return None
        read = {
            "text": self._text,
            "video": self._video,
            "file": self._download,
            "quiz": self._quiz,
            "homework": self._homework,
        }[kind]
        more = read(path, entry, at, wrong)
        return ItemIn(key=path.stem, **common, **more) if more is not None else None

    def _text(self, path: Path, entry: Any, at: Any, wrong: Any) -> dict[str, Any] | None:
        source = self._words(path)
        if source is None:
            return None
        body, shown = markdown.html(source), {}
        for name in markdown.pictures(source):
            line = next((n for n, text in enumerate(source.splitlines(), 1) if name in text), 0)
            found = self.folder / name
            if "/" in name or found.suffix.lower() not in PICTURES or not found.is_file():
                self.problems.append(
                    Problem(path.name, line, name, f"图片应是课程文件夹里的文件（{'、'.join(PICTURES)}）")
                )
            else:
                self.used[name] = found
                shown[name] = Blob(found, PICTURES[found.suffix.lower()])
        if not characters(body):
            self.problems.append(Problem(path.name, 1, "", "没有文字"))
        return {"body": body, "characters": characters(body), "pictures": shown}

    def _video(self, path: Path, entry: Any, at: Any, wrong: Any) -> dict[str, Any] | None:
        try:
            seconds = int(duration(path.read_bytes()))
        except NotAVideo as problem:
            self.problems.append(Problem(path.name, 0, "", f"不是可以读出时长的MP4（{problem}）"))
            return None
        if seconds < 1:
            self.problems.append(Problem(path.name, 0, "", "不到1秒"))
        words = self._file(entry.get("captions"), (*at, "captions"), {".vtt"}, wrong)
        if words is None:
            return None
        text = self._words(words)
        self.problems += [Problem(words.name, line, "", message) for line, message in captions.problems(text or "")]
        return {"seconds": seconds, "file": Blob(path, "video/mp4"), "captions": Blob(words, "text/vtt")}

    def _download(self, path: Path, entry: Any, at: Any, wrong: Any) -> dict[str, Any] | None:
        return {"file": Blob(path, FILES[path.suffix.lower()])}

    def _quiz(self, path: Path, entry: Any, at: Any, wrong: Any) -> dict[str, Any] | None:
        quiz = self._work(path, work.quiz_problems)
        return None if quiz is None else {"data": {"questions": quiz["question"]}}

    def _homework(self, path: Path, entry: Any, at: Any, wrong: Any) -> dict[str, Any] | None:
        found = self._work(path, work.homework_problems)
        if found is None:
            return None
        data = {"min_chars": found["min_chars"], "criteria": found["criterion"], "result": found.get("result", False)}
        return {"body": markdown.html(found["prompt"]), "data": data}

    def _work(
        self, path: Path, check: Callable[[dict[str, Any]], Iterable[tuple[tuple[object, ...], str]]]
    ) -> dict[str, Any] | None:
        table, lines = self._toml(path.name)
        if table is None:
            return None
        found = [Problem(path.name, lines.of(*at), ".".join(map(str, at)), message) for at, message in check(table)]
        self.problems += found
        return None if found else table

    def _file(
        self, name: Any, at: tuple[object, ...], endings: set[str], wrong: Callable[[tuple[object, ...], str], None]
    ) -> Path | None:
        if not isinstance(name, str) or "/" in name or "\\" in name or Path(name).suffix.lower() not in endings:
            wrong(at, f"应是本文件夹里的文件（{'、'.join(sorted(endings))}）")
            return None
        path = self.folder / name
        if not path.is_file():
            wrong(at, f"没有文件 {name}")
            return None
        self.used[name] = path
        return path

    def _words(self, path: Path) -> str | None:
        try:
            return path.read_text("utf-8")
        except UnicodeDecodeError as problem:
            line = path.read_bytes()[: problem.start].count(b"\n") + 1
            self.problems.append(Problem(path.name, line, "", "不是UTF-8"))
            return None

    def _toml(self, name: str) -> tuple[dict[str, Any] | None, Lines]:
        path = self.folder / name
        if not path.is_file():
            self.problems.append(Problem(name, 0, "", "没有这个文件"))
            return None, Lines("")
        self.used[name] = path
        text = self._words(path)
        if text is None:
            return None, Lines("")
        try:
            return tomllib.loads(text), Lines(text)
        except tomllib.TOMLDecodeError as problem:
            line = re.search(r"line (\d+)", str(problem))
            self.problems.append(Problem(name, int(line[1]) if line else 0, "", f"不是TOML：{problem}"))
            return None, Lines("")

    def _digest(self) -> str:
        """Of the files that the course uses, by name: a note or a storyboard beside them makes no new version."""
        digest = hashlib.sha256()
        for name in sorted(self.used):
            content = self.used[name].read_bytes()
            digest.update(f"{len(name.encode())}:{name}:{len(content)}:".encode() + hashlib.sha256(content).digest())
        return digest.hexdigest()
