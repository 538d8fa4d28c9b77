"""The text of a file that a learner hands in: docx, pdf or txt, told apart by content and never by name.

What a stranger wrote is opened in a child process with little memory, little time and an empty environment. Whatever happens to the
child, the answer here is text or a reason; the parent has only counted bytes.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import BinaryIO

from yanxiu.lib.decision import Reason

MB = 1 << 20
FILE_LIMIT = 10 * MB
CHARACTER_LIMIT = 50_000
PAGE_LIMIT = 200
MEMORY = 768 * MB  # address space: the interpreter and pdfium take about 250 MB of it
SECONDS = 20
BOUNDS = {
    "memory": MEMORY,
    "seconds": SECONDS,
    "members": 2000,
    "unpacked": 100 * MB,
    "ratio": 60,
    "ratio_from": 4 * MB,
    "pages": PAGE_LIMIT,
    "characters": CHARACTER_LIMIT,
}
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"
TXT = "text/plain"
OTHER = "application/octet-stream"
CHILD = Path(__file__).with_name("reading_child.py")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class Read:
    """Either a problem, or the text with the file's bytes, type and a harmless name."""

    problem: Reason | None = None
    text: str = ""
    data: bytes = b""
    mime: str = ""
    name: str = ""


def read(source: BinaryIO, *, name: str, size: int | None = None, bounds: dict[str, int] | None = None) -> Read:
    """`size` as the upload says; what counts is what is there."""
    too_big = Read(_problem("file_too_big", limit=FILE_LIMIT // MB))
    if size is not None and size > FILE_LIMIT:
        return too_big
    data = source.read(FILE_LIMIT + 1)
    if len(data) > FILE_LIMIT:
        return too_big
    if not data.strip(b"\0 \t\r\n"):
        return Read(_problem("file_empty"))
    mime = kind_of(data)
    if mime == TXT:
        text, problem = _plain(data)
    elif mime in (DOCX, PDF):
        text, problem = _by_child(data, "docx" if mime == DOCX else "pdf", bounds or BOUNDS)
    else:
        return Read(_problem("file_old_word" if data.startswith(_OLE) else "file_kind"))
    if problem is None and not text.strip():
        problem = _problem("file_without_text")
    if problem is not None:
        return Read(problem)
    return Read(None, tidy(text), data, mime, safe_name(name, mime))


def kind_of(data: bytes) -> str:
    """Any zip is tried as docx (the child says when it is another); what is no text shows when it is decoded."""
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return PDF
    if data.startswith(b"PK"):
        return DOCX
    return OTHER if data.startswith((_OLE, b"{\\rtf")) else TXT


def _plain(data: bytes) -> tuple[str, Reason | None]:
    """UTF-8, else UTF-16 with its mark, else GB 18030; control characters mean that it is no text."""
    order = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in order:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(char < " " and char not in "\t\r\n\f\v" for char in text):
            return "", _problem("file_kind")
        return (text, None) if len(text) <= CHARACTER_LIMIT else ("", _problem("work_too_long", limit=CHARACTER_LIMIT))
    return "", _problem("file_kind")


def _by_child(data: bytes, kind: str, bounds: dict[str, int]) -> tuple[str, Reason | None]:
    order = json.dumps({"kind": kind, "bounds": bounds}).encode() + b"\n"
    try:
        # -I: neither the environment nor this folder decides what the child imports.
        done = subprocess.run(
            [sys.executable, "-I", str(CHILD)],
            input=order + data,
            capture_output=True,
            timeout=bounds["seconds"] + 5,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "", _problem("file_takes_too_long")
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        # Killed by a limit (memory in a C library, CPU) or crashed by the file.
        return "", _problem("file_takes_too_long" if done.returncode in (-24, -9) else "file_needs_too_much")
    if "problem" in answer:
        return "", _problem(answer.pop("problem"), **answer)
    return answer["text"].encode("utf-16", "surrogatepass").decode("utf-16", "replace"), None


def tidy(text: str) -> str:
    """Line ends as one, no control characters (PostgreSQL takes no NUL), at most one empty line in a row."""
    lines = [
        "".join(c for c in line if c >= " " or c == "\t").rstrip()
        for line in text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").split("\n")
    ]
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip()


def safe_name(name: str, mime: str) -> str:
    """The last part of the name, without what a path or a header could trip over, and the ending of its kind."""
    ending = {DOCX: ".docx", PDF: ".pdf", TXT: ".txt"}[mime]
    stem = PurePath(name.replace("\\", "/")).name
    stem = "".join(c for c in stem if c.isprintable() and c not in '/\\:*?"<>|').strip(". ")
    if stem.casefold().endswith(ending):
        stem = stem[: -len(ending)]
    return f"{(stem or 'work')[:100]}{ending}"


def _problem(code: str, **numbers: int) -> Reason:
    return Reason(code, "", numbers)
