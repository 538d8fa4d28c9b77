"""Files of strangers: text when there is some, one clear reason when not, never a crash and never more than the limits."""

import io
import struct
import time
import zipfile
import zlib

import docx
import pytest

from yanxiu.homework.actions import reading
from yanxiu.homework.reasons import CODES

HAN = "我请学生先读自己的草稿。"
TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def read(data: bytes, name: str = "作业.docx", **kwargs) -> reading.Read:
    return reading.read(io.BytesIO(data), name=name, **kwargs)


def word(*paragraphs: str) -> bytes:
    document, out = docx.Document(), io.BytesIO()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(out)
    return out.getvalue()


def packed(members: dict[str, bytes], **kwargs) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **kwargs) as z:
        for name, data in members.items():
            z.writestr(name, data)
    return out.getvalue()


def pdf(*lines: str, pages: int = 1) -> bytes:
    """A plain PDF with a Latin font; text by its own encoding."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    kids = []
    for _ in range(pages):
        stream = b"BT /F1 12 Tf 72 720 Td " + b" ".join(f"({line}) Tj 0 -14 Td".encode() for line in lines) + b" ET"
        objects.append(b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream")
        content = len(objects)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>" % content
        )
        kids.append(len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, b" ".join(b"%d 0 R" % k for k in kids))
    out, offsets = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for n, body in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n" % n + body + b"\nendobj\n")
    at = out.tell()
    out.write(
        b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % o for o in offsets)
    )
    out.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, at))
    return out.getvalue()


def test_docx_with_tables_in_order() -> None:
    document, out = docx.Document(), io.BytesIO()
    document.add_paragraph("前")
    table = document.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "合并"
    table.cell(1, 0).text, table.cell(1, 1).text = "甲", "乙"
    document.add_paragraph("后𬭛")
    document.save(out)
    made = read(out.getvalue())
    assert made.problem is None
    assert made.text.split() == ["前", "合并", "甲", "乙", "后𬭛"]
    assert made.mime == reading.DOCX


def test_pdf() -> None:
    made = read(pdf("What I saw", "what I changed"), name="w.PDF")
    assert made.problem is None and "what I changed" in made.text
    assert (made.name, made.mime) == ("w.pdf", reading.PDF)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_txt_in_the_encodings_of_school_computers(encoding: str) -> None:
    made = read((HAN + "\r\n第二行𠮷").encode(encoding), name="a.txt")
    assert made.problem is None
    assert made.text == HAN + "\n第二行𠮷"


def test_the_kind_is_told_by_content() -> None:
    made = read(word(HAN), name="作业.txt")
    assert (made.text, made.name) == (HAN, "作业.txt.docx")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd.docx"),
        ("C:\\家\\作业.docx", "作业.docx"),
        ('a"b\r\n<x>.docx', "abx.docx"),
        ("", "work.docx"),
        ("长" * 300 + ".docx", "长" * 100 + ".docx"),
    ],
)
def test_names_are_harmless(name: str, safe: str) -> None:
    assert reading.safe_name(name, reading.DOCX) == safe


def bomb() -> bytes:
    """Nine megabytes of nothing in nine kilobytes, many times over."""
    return packed({"[Content_Types].xml": TYPES.encode(), "word/document.xml": b"<a>" + b" " * (90 << 20) + b"</a>"})


def lying_bomb() -> bytes:
    """The directory says 100 bytes; the stream unpacks to 200 MB."""
    squeezed = zlib.compressobj(9, zlib.DEFLATED, -15)
    stream = b"".join(squeezed.compress(b" " * (1 << 20)) for _ in range(200)) + squeezed.flush()
    data = bytearray(packed({"[Content_Types].xml": TYPES.encode(), "word/document.xml": b"x"}))
    name = b"word/document.xml"
    local = bytes(data).index(b"PK\x03\x04", 4)
    central = bytes(data).index(b"PK\x01\x02")
    head = bytearray(data[local : local + 30])
    struct.pack_into("<III", head, 14, 0, len(stream), 100)
    entries = bytearray(data[central:])
    second = bytes(entries).index(b"PK\x01\x02", 4)
    struct.pack_into("<III", entries, second + 16, 0, len(stream), 100)
    body = bytes(data[:local]) + bytes(head) + name + stream
    end = bytes(entries).index(b"PK\x05\x06")
    struct.pack_into("<I", entries, end + 16, len(body))
    return body + bytes(entries)


BILLION = (
    '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "'
    + "哈" * 100
    + '">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + ']><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&j;</w:t></w:r></w:p></w:body></w:document>'
)


def with_document(xml: str) -> bytes:
    """A real docx whose body is replaced."""
    source = zipfile.ZipFile(io.BytesIO(word("x")))
    return packed({n: xml.encode() if n == "word/document.xml" else source.read(n) for n in source.namelist()})


ENTITY = (
    '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>之前&f;之后</w:t></w:r></w:p></w:body></w:document>'
)


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (b"", {"file_empty"}),
        (b" \r\n\0\0", {"file_empty"}),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, {"file_kind"}),
        (b"MZ\x90\0" + b"\0" * 200, {"file_kind"}),
        (b"{\\rtf1 hello}", {"file_kind"}),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, {"file_old_word"}),
        (b"PK\x03\x04 cut off", {"file_damaged"}),
        (word(HAN)[:2000], {"file_damaged"}),
        (packed({"xl/workbook.xml": b"<a/>"}), {"file_not_docx"}),
        (packed({"[Content_Types].xml": TYPES.encode(), "word/document.xml": b"<not closed"}), {"file_damaged"}),
        (packed({f"{n}.xml": b"" for n in range(2001)}), {"file_too_many_parts"}),
        (word("", " "), {"file_without_text"}),
        (b"%PDF-1.4 nothing here", {"file_damaged"}),
        (pdf(), {"file_without_text"}),
        (pdf("x", pages=201), {"file_too_many_pages"}),
        (b"x" * (reading.FILE_LIMIT + 1), {"file_too_big"}),
        (HAN.encode() * 6000, {"work_too_long"}),
        (word(*[HAN * 500] * 10), {"work_too_long"}),
    ],
    ids=lambda v: None if isinstance(v, bytes) else next(iter(v)),
)
def test_refused_with_a_reason(data: bytes, codes: set[str]) -> None:
    made = read(data)
    assert made.problem is not None and made.problem.code in codes
    assert made.problem.code in CODES and made.data == b"" and made.text == ""


def test_zip_bomb() -> None:
    began = time.monotonic()
    made = read(bomb())
    assert made.problem.code == "file_unpacks_too_big"
    assert time.monotonic() - began < 20


def test_too_much_unpacked_is_refused_also_when_it_packs_badly() -> None:
    """The limit of size alone: the ratio of this honest file is far from its own limit."""
    data = word(HAN)
    unpacked = sum(part.file_size for part in zipfile.ZipFile(io.BytesIO(data)).infolist())
    bounds = {**reading.BOUNDS, "ratio": 10_000}
    assert read(data, bounds={**bounds, "unpacked": unpacked}).text == HAN
    made = read(data, bounds={**bounds, "unpacked": unpacked - 1})
    assert made.problem is not None and made.problem.code == "file_unpacks_too_big"


def test_zip_bomb_that_lies_about_its_size() -> None:
    made = read(lying_bomb())
    assert made.problem.code in {"file_damaged", "file_unpacks_too_big", "file_needs_too_much"}


def test_entities_are_not_expanded() -> None:
    made = read(with_document(BILLION))
    assert made.problem is not None or len(made.text) < 1000
    made = read(with_document(ENTITY))
    assert made.problem is not None or "root:" not in made.text


def test_a_hungry_file_meets_the_memory_limit() -> None:
    """Many small elements: few bytes, much memory. The child gives up, this process does not notice."""
    xml = (
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
        + "<w:p/>" * 3_000_000
        + "</w:body></w:document>"
    )
    made = read(with_document(xml), bounds={**reading.BOUNDS, "ratio": 10_000, "memory": 300 << 20, "seconds": 15})
    assert made.problem.code in {"file_needs_too_much", "file_takes_too_long"}


def test_a_slow_file_meets_the_clock() -> None:
    xml = (
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
        + "<w:p/>" * 1_500_000
        + "</w:body></w:document>"
    )
    began = time.monotonic()
    made = read(with_document(xml), bounds={**reading.BOUNDS, "ratio": 10_000, "memory": 4 << 30, "seconds": 1})
    assert made.problem.code == "file_takes_too_long"
    assert time.monotonic() - began < 20


def test_the_child_sees_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    monkeypatch.setenv("PYTHONPATH", "/nonexistent")
    seen: dict = {}
    real = reading.subprocess.run
    monkeypatch.setattr(reading.subprocess, "run", lambda *a, **k: (seen.update(k), real(*a, **k))[1])
    assert read(word(HAN)).text == HAN
    assert seen["env"] == {}


def test_tidy_keeps_the_text_and_drops_what_a_database_refuses() -> None:
    assert reading.tidy("一\r\n二\r\n\r\n\r\n三\x00\x07\t四  \n") == "一\n二\n\n三\t四"
