"""The PDF of a certificate, from its record; the same record gives the same bytes. Our two fonts only, whatever the machine has."""

import io
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import typst

# What draws is loaded when something is drawn: a process that was killed is to be back within seconds.
HERE = Path(__file__).parent
FONTS = HERE / "fonts"


@cache
def known_characters() -> frozenset[int]:
    """Code points that one of the fonts has a glyph for (the cmaps; supplementary planes included)."""
    from fontTools.ttLib import TTFont

    found: set[int] = set()
    for path in sorted(FONTS.glob("*.ttf")):
        with TTFont(path, lazy=True) as font:
            found |= font.getBestCmap().keys()
    return frozenset(found)


@cache
def _compiler() -> "typst.Compiler":
    import typst

    return typst.Compiler(
        str(HERE / "certificate.typ"), root=str(HERE), font_paths=[str(FONTS)], ignore_system_fonts=True
    )


def certificate_pdf(record: Mapping[str, Any], verify: str) -> bytes:
    """`verify`: the address of the public page of this certificate."""
    inputs = {
        "record": json.dumps(record, ensure_ascii=False, sort_keys=True),
        "verify_shown": verify.partition("://")[2].rsplit("/", 2)[0] + "/",
        "qr": qr(verify),
    }
    # No creation date of the clock's: two downloads are the same file.
    drawn = _compiler().compile(format="pdf", sys_inputs=inputs, timestamp=0)
    assert isinstance(drawn, bytes)
    return drawn


def qr(text: str) -> str:
    """As SVG; a quarter of it may be dirty."""
    import segno

    out = io.BytesIO()
    segno.make(text, error="q", micro=False).save(out, kind="svg", border=1, scale=4, dark="#1d1b18", xmldecl=False)
    return out.getvalue().decode()
