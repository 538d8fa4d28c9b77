"""Numbers, codes, what is printed, what the public page may show. Pure."""

import re
import secrets
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from yanxiu.lib.decision import Decision, Reason

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is misread on paper
CODE_LENGTH = 20  # 98 bits
REASON_LEAST = 5
REASON_LIMIT = 500
PRINTED = ("name", "identity_mask", "school", "course", "programme", "document", "host", "number")

_NUMBER = re.compile(r"[A-Z0-9]{1,20}-\d{2}-\d{6}")
_CODE = re.compile(rf"[{ALPHABET}]{{{CODE_LENGTH}}}")


def number_of(programme: str, batch: int, serial: int) -> str:
    """S20230304-04-000123."""
    return f"{programme}-{batch:02d}-{serial:06d}"


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def asked(text: str) -> tuple[str, str]:
    """What a person typed: ("number" | "code" | "", cleaned). Full-width forms, spaces and small letters are forgiven."""
    cleaned = (
        re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
        .upper()
        .replace("–", "-")
        .replace("—", "-")
        .replace("−", "-")
    )
    if _NUMBER.fullmatch(cleaned):
        return "number", cleaned
    return ("code", cleaned) if _CODE.fullmatch(cleaned) else ("", cleaned)


def missing_glyphs(texts: Iterable[str], known: Collection[int]) -> list[str]:
    """Characters that no font has, each once, in the order met."""
    return list(dict.fromkeys(char for text in texts for char in text if char != " " and ord(char) not in known))


def printed(record: Mapping[str, Any]) -> list[str]:
    """All text of a record that comes from people and files, so that each character is looked up before it is promised."""
    return [str(record[name]) for name in PRINTED] + list(record["organisers"])


def masked_name(name: str) -> str:
    """For who knows only the number, which can be counted through: the first character and how many more. By code points."""
    return name[:1] + "＊" * max(1, len(name) - 1)


def same_name(typed: str, name: str) -> bool:
    return _plain(typed) == _plain(name)


def _plain(name: str) -> str:
    """Spaces and the several middle dots are not what a name differs by."""
    return re.sub(r"[\s·•・‧]", "", unicodedata.normalize("NFC", name))


def days(first: date, last: date) -> str:
    """2023年7月16日至8月4日; the year again where it changes."""
    year = f"{last.year}年" if last.year != first.year else ""
    return f"{first.year}年{first.month}月{first.day}日至{year}{last.month}月{last.day}日"


def day(value: date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"


def may_revoke(*, revoked: bool, about_self: bool, reason: str) -> Decision:
    return Decision.unless(
        _against(
            bad_state=Reason("certificate_revoked_already") if revoked else None, about_self=about_self, reason=reason
        )
    )


def may_reinstate(*, revoked: bool, passed: bool, about_self: bool, reason: str) -> Decision:
    bad = (
        None
        if revoked and passed
        else Reason("certificate_not_revoked")
        if not revoked
        else Reason("result_not_passed", "A2.4")
    )
    return Decision.unless(_against(bad_state=bad, about_self=about_self, reason=reason))


def _against(*, bad_state: Reason | None, about_self: bool, reason: str) -> Iterator[Reason]:
    if bad_state:
        yield bad_state
    if about_self:
        yield Reason("self_decision", "S1.0")
    if len(reason.strip()) < REASON_LEAST:
        yield Reason("reason_too_short", "S1.2.9", {"least": REASON_LEAST})
    elif len(reason) > REASON_LIMIT:
        yield Reason("text_too_long", "S1.2.9", {"most": REASON_LIMIT})
