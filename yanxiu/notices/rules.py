"""The sentences of notifications: code → Chinese msgid with named placeholders. Other packages add theirs with `register` from AppConfig.ready.

    rules.register({"places.moved_up": _("您在%(class)s候补到了名额")})

Placeholders are the names in a notification's params. The English of a sentence stands in the catalogue of the package that registers it.
"""

from collections.abc import Mapping
from typing import Any

ROLE_TEACHER = "teacher"
LEAST_TITLE = 2


def _(msgid: str) -> str:
    """Marks a sentence for the catalogue; it is translated when shown, in the reader's language."""
    return msgid


SENTENCES: dict[str, Any] = {
    "organisation.correction_accepted": _("您要求更正的个人信息已经更正：%(fields)s"),
    "organisation.correction_declined": _("您要求更正的个人信息没有更正。学校答复：%(answer)s"),
    "access.appointed": _("您已被任命为%(unit)s%(role)s"),
    "access.appointment_ended": _("您在%(unit)s的%(role)s任职已结束"),
    "access.vacant": _("%(unit)s现在没有管理员，请尽快指定"),
}


def register(sentences: Mapping[str, Any]) -> None:
    """A code says the same everywhere: a second, different sentence for it is a mistake."""
    for code, sentence in sentences.items():
        if str(SENTENCES.setdefault(code, sentence)) != str(sentence):
            raise ValueError(f"notification {code} is worded twice")
