"""The policy's sentences in the reader's language: values worded, then put in."""

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from yanxiu.programme.rules import Line
from yanxiu.web import wording


def plain(value: Decimal | int) -> str:
    """80, 0.5: as people write it."""
    return format(Decimal(value).normalize(), "f")


def _value(value: Any) -> str:
    if isinstance(value, datetime):
        return wording.time(value)
    if isinstance(value, date):
        return wording.day(value, year=True)
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, (list, tuple)):
        return gettext("、").join(_value(one) for one in value)
    if month_day := re.fullmatch(r"(\d\d)-(\d\d)", str(value)):
        return wording.day(date(2000, int(month_day[1]), int(month_day[2])))
    return str(value).replace("、", gettext("、"))  # lists come joined


def shown(line: Line) -> str:
    """The sentence with its values."""
    return gettext(line.msgid) % {name: _value(value) for name, value in line.params.items()}
