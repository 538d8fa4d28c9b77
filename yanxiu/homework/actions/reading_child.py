"""Takes the text out of one docx or pdf: a program of its own, run by reading.py in a child process that may die.

stdin: one line of JSON (kind, limits), then the file. stdout: one line of JSON, {"text": …} or {"problem": code, …}.
Imports nothing of ours: it runs with no settings, no database, and no environment.
"""

import io
import json
import sys
import zipfile
from collections.abc import Iterator
from typing import Any


def limit(bounds: dict[str, int]) -> None:
    """Before anything of the file is read. Where the system knows no such limit the parent's clock remains."""
    try:
        import resource
    except ImportError:
        return
    for name, value in (
        ("RLIMIT_AS", bounds["memory"]),
        ("RLIMIT_CPU", bounds["seconds"]),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_CORE", 0),
    ):
        try:
            resource.setrlimit(getattr(resource, name), (value, value))
        except (AttributeError, OSError, ValueError):
            continue


class Refused(Exception):
    def __init__(self, code: str, **numbers: int) -> None:
        self.code, self.numbers = code, numbers


def check_zip(data: bytes, bounds: dict[str, int]) -> None:
    """From the directory alone, before a byte is unpacked. zipfile never hands out more of a member than its directory says."""
    try:
        members = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, OSError):
        raise Refused("file_damaged") from None
    unpacked = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if len(members) > bounds["members"]:
        raise Refused("file_too_many_parts")
    if any(member.flag_bits & 1 for member in members):
        raise Refused("file_locked")
    # Small files may pack well; a bomb is big and packs well. Overlapping members count their own bytes each, so they show here too.
    if unpacked > bounds["unpacked"] or (
        unpacked > bounds["ratio_from"] and unpacked > bounds["ratio"] * min(packed, len(data))
    ):
        raise Refused("file_unpacks_too_big")
    names = {member.filename for member in members}
    if "word/document.xml" not in names or "[Content_Types].xml" not in names:
        raise Refused("file_not_docx")


def docx_text(data: bytes, bounds: dict[str, int]) -> str:
    check_zip(data, bounds)
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import LxmlError

    try:
        document = docx.Document(io.BytesIO(data))
        return cut(blocks(document), bounds["characters"])
    except LxmlError as error:
        # What libxml2 says when memory ends; a damaged file has a line and a column.
        starved = "memory" in str(error).lower() or "unknown error" in str(error)
        raise Refused("file_needs_too_much" if starved else "file_damaged") from None
    except (
        PackageNotFoundError,
        KeyError,
        ValueError,
        AttributeError,
        zipfile.BadZipFile,
        NotImplementedError,
        RecursionError,
    ):
        raise Refused("file_damaged") from None


def blocks(holder: Any) -> Iterator[str]:
    """Paragraphs and tables in the order of the page; a merged cell once."""
    for block in holder.iter_inner_content():
        if hasattr(block, "rows"):
            for row in block.rows:
                seen = set()
                for cell in row.cells:
                    if cell._tc not in seen:
                        seen.add(cell._tc)
                        yield from blocks(cell)
        else:
            yield block.text


def pdf_text(data: bytes, bounds: dict[str, int]) -> str:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise Refused("file_locked" if "password" in str(error).lower() else "file_damaged") from None
    if len(document) > bounds["pages"]:
        raise Refused("file_too_many_pages", pages=len(document), limit=bounds["pages"])
    return cut(pages(document), bounds["characters"])


def pages(document: Any) -> Iterator[str]:
    import pypdfium2

    for number in range(len(document)):
        try:
            page = document[number]
            text = page.get_textpage()
            yield text.get_text_bounded()
            text.close()
            page.close()
        except pypdfium2.PdfiumError:
            raise Refused("file_damaged") from None


def cut(parts: Iterator[str], limit: int) -> str:
    """Stops reading as soon as there is too much: nobody waits for the end of a file that is refused anyway."""
    kept: list[str] = []
    size = 0
    for part in parts:
        size += len(part) + 1
        if size > limit:
            raise Refused("work_too_long", limit=limit)
        kept.append(part)
    return "\n".join(kept)


def main() -> None:
    order = json.loads(sys.stdin.buffer.readline())
    bounds = order["bounds"]
    limit(bounds)
    data = sys.stdin.buffer.read()
    try:
        text = {"docx": docx_text, "pdf": pdf_text}[order["kind"]](data, bounds)
        answer: dict[str, Any] = {"text": text}
    except Refused as refused:
        answer = {"problem": refused.code, **refused.numbers}
    except MemoryError:
        answer = {"problem": "file_needs_too_much"}
    # Lone surrogates (broken fonts) would not survive UTF-8.
    sys.stdout.buffer.write(json.dumps(answer).encode("ascii"))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
