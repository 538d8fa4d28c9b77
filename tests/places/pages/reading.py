"""Pages as their readers see them."""

import html
import re
from io import BytesIO

import openpyxl


def read(response, status=200):
    """The words of a page's main part (of the whole, where it has none) without tags and white space."""
    assert response.status_code == status, response.content.decode()[:3000]
    text = response.content.decode()
    text = text[text.find("<main") : text.find("</main>")] if "<main" in text else text
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", "", text, flags=re.S)
    return re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]+>", "", text)))


def sheet(response):
    """Rows of an xlsx answer."""
    assert response.status_code == 200
    book = openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content)))
    return [list(row) for row in book.active.iter_rows(values_only=True)]


def xlsx(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    out.seek(0)
    out.name = "名单.xlsx"
    return out
