"""Resident identity numbers (GB 11643) and mobile numbers: cleaned, checked, masked, made up for the demo.

A spreadsheet that took the number for a number shows it as 3.20102E+17 or with its last three digits zeroed (15 significant digits);
both are told apart from a typing error, since the advice differs.
"""

import re
import unicodedata
from datetime import date
from enum import StrEnum
from operator import mul

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
_ZEROS = ord("0") * sum(WEIGHTS)
EARLIEST_BIRTH_YEAR = 1900

_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d{1,3}")
_DIGITS = re.compile(r"[0-9X]+")
_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")


class IdentityProblem(StrEnum):
    EMPTY = "empty"
    LENGTH = "length"
    CHARACTERS = "characters"
    DATE = "date"
    CHECKSUM = "checksum"
    SCIENTIFIC = "scientific"
    ZEROED = "zeroed"

    @property
    def code(self) -> str:
        return self.value


class PhoneProblem(StrEnum):
    EMPTY = "empty"
    LENGTH = "length"
    CHARACTERS = "characters"
    SCIENTIFIC = "scientific"

    @property
    def code(self) -> str:
        return self.value


def _clean(value: str) -> str:
    """Full-width forms narrowed; spaces, invisible characters and a spreadsheet's apostrophe dropped."""
    if value.isascii() and value.isalnum():
        return value  # nearly every cell of a roster
    narrow = unicodedata.normalize("NFKC", value)
    return "".join(char for char in narrow if unicodedata.category(char) not in {"Zs", "Cf", "Cc"}).lstrip("'’`")


def normalise(value: str) -> str:
    """The one form in which a number is stored and hashed: no spaces, a trailing x as X."""
    return _clean(value).upper()


def check_digit(first_17: str) -> str:
    if len(first_17) != len(WEIGHTS):
        raise ValueError("seventeen digits")
    return CHECK_DIGITS[(sum(map(mul, first_17.encode("ascii"), WEIGHTS)) - _ZEROS) % 11]


def birth(number: str) -> date | None:
    """The birth date inside a number of the right shape, if it is one."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def check(value: str, *, today: date | None = None) -> IdentityProblem | None:
    """What is wrong with the number, or None. With `today`, a birth date after it is refused too."""
    number = normalise(value)
    if not number:
        return IdentityProblem.EMPTY
    if not _SHAPE.fullmatch(number):
        if _SCIENTIFIC.fullmatch(number):
            return IdentityProblem.SCIENTIFIC
        return IdentityProblem.LENGTH if _DIGITS.fullmatch(number) and len(number) != 18 else IdentityProblem.CHARACTERS
    right = check_digit(number[:17]) == number[17]
    if not right and number.endswith("000"):
        return IdentityProblem.ZEROED
    day = birth(number)
    if day is None or day.year < EARLIEST_BIRTH_YEAR or (today is not None and day > today):
        return IdentityProblem.DATE
    return None if right else IdentityProblem.CHECKSUM


def mask(number: str) -> str:
    """320102********123X; anything else is hidden entirely."""
    return f"{number[:6]}{'*' * 8}{number[-4:]}" if len(number) == 18 else "*" * len(number)


def make(area: str, birth: date, seq: int) -> str:
    """A valid, invented number: six digits of area, the birth date, 0-999."""
    if not re.fullmatch(r"[0-9]{6}", area) or not 0 <= seq <= 999:
        raise ValueError("area has six digits, seq is 0-999")
    first_17 = f"{area}{birth:%Y%m%d}{seq:03d}"
    return first_17 + check_digit(first_17)


def normalise_phone(value: str) -> str:
    """Digits only, without +86 or 0086, spaces, dashes and brackets."""
    if _MOBILE.fullmatch(value):
        return value
    number = re.sub(r"[-‐-―()\s]", "", _clean(value)).upper()
    return re.sub(r"^(\+|00)86", "", number)


def check_phone(value: str) -> PhoneProblem | None:
    """What is wrong with the mobile number of mainland China, or None."""
    number = normalise_phone(value)
    if not number:
        return PhoneProblem.EMPTY
    if _SCIENTIFIC.fullmatch(number):
        return PhoneProblem.SCIENTIFIC
    if not re.fullmatch(r"[0-9]+", number):
        return PhoneProblem.CHARACTERS
    if len(number) != 11:
        return PhoneProblem.LENGTH
    return None if _MOBILE.fullmatch(number) else PhoneProblem.CHARACTERS


def mask_phone(number: str) -> str:
    """138****1234; anything else is hidden entirely."""
    return f"{number[:3]}****{number[-4:]}" if len(number) == 11 else "*" * len(number)
