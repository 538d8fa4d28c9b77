"""What is wrong with a policy: file, key, value and what is allowed, as a msgid with its parameters."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo


def _(msgid: str) -> str:
    """Marks a string for extraction; the web layer translates it."""
    return msgid


@dataclass(frozen=True)
class PolicyProblem:
    file: str
    key: str
    value: Any
    msgid: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        return self.msgid % self.params if self.params else self.msgid

    def __str__(self) -> str:
        place = "：".join(part for part in (self.file, self.key) if part)
        shown = "" if self.value is MISSING else f" = {self.value!r}"
        return f"{place}{shown}：{self.message}"


class PolicyError(Exception):
    """All problems of a policy at once."""

    def __init__(self, problems: Iterable[PolicyProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


MISSING = _Missing()


def names_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Fields by the key that the file uses."""
    return {info.alias or name: info for name, info in model.model_fields.items()}


def field_at(model: type[BaseModel], path: Iterable[Any]) -> tuple[FieldInfo | None, type[BaseModel]]:
    """The field at a key path, and the group it stands in (of the last group that exists)."""
    info: FieldInfo | None = None
    for step in path:
        info = names_of(model).get(str(step))
        if info is None:
            return None, model
        inner = info.annotation
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return info, model
        model = inner
    return info, model


def unknown_key(file: str, key: str, value: Any, model: type[BaseModel]) -> PolicyProblem:
    known = sorted(names_of(model))
    near = difflib.get_close_matches(key.rpartition(".")[2], known, n=1)
    if near:
        return PolicyProblem(
            file,
            key,
            value,
            _("没有这个键，是否想写“%(near)s”？这里可用的键：%(known)s"),
            {"near": near[0], "known": "、".join(known)},
        )
    return PolicyProblem(file, key, value, _("没有这个键。这里可用的键：%(known)s"), {"known": "、".join(known)})


def problems_of(error: ValidationError, model: type[BaseModel], file: str) -> list[PolicyProblem]:
    """pydantic's errors, said for people. One problem a key, though a union reports each of its branches."""
    found: dict[str, PolicyProblem] = {}
    for item in error.errors(include_url=False):
        path = [step for step in item["loc"] if step != "[key]"]
        if not path:
            found.setdefault("", PolicyProblem(file, "", MISSING, _("不是有效的 JSON 实施方案")))
            continue
        info, group = field_at(model, path)
        if item["type"] == "extra_forbidden":
            key = ".".join(map(str, path))
            found.setdefault(key, unknown_key(file, key, item["input"], group))
        elif item["type"] == "missing":
            key = ".".join(map(str, path))
            found.setdefault(key, PolicyProblem(file, key, MISSING, _("缺少这个键")))
        else:
            key = ".".join(_key_steps(model, path))
            msgid, params = (_("须从小到大，不重复"), {}) if "rising" in item["msg"] else allowed(info)
            value = str(item["input"]) if isinstance(item["input"], Decimal) else item["input"]
            found.setdefault(key, PolicyProblem(file, key, value, msgid, params))
    return list(found.values())


def _key_steps(model: type[BaseModel], path: list[Any]) -> list[str]:
    """Only the steps that are keys of the file: no list places, no branch names of a union."""
    steps: list[str] = []
    for step in path:
        info, _group = field_at(model, steps)
        inner = info.annotation if info else model
        if steps and not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            break
        steps.append(str(step))
    return steps


def _bounds(info: FieldInfo) -> tuple[str, str]:
    low = high = ""
    for rule in info.metadata:
        low = f"{rule.ge}" if getattr(rule, "ge", None) is not None else low
        low = f"> {rule.gt}" if getattr(rule, "gt", None) is not None else low
        high = f"{rule.le}" if getattr(rule, "le", None) is not None else high
    return low, high


def allowed(info: FieldInfo | None) -> tuple[str, dict[str, Any]]:
    """What the key accepts, in words."""
    if info is None:
        return _("值不合规定"), {}
    kind = info.annotation
    low, high = _bounds(info)
    name = getattr(kind, "__name__", "")
    if get_origin(kind) is Literal:
        return _("只能是：%(values)s"), {"values": "、".join(map(str, get_args(kind)))}
    if kind is bool:
        return _("只能是 true 或 false"), {}
    if kind is int:
        return _("须为整数，%(low)s 到 %(high)s"), {"low": low, "high": high}
    if name == "Decimal":
        return _('须为整数或带引号的小数（如 "0.80"），%(low)s 到 %(high)s'), {"low": low, "high": high}
    if kind is date:
        return _("须为日期，如 2023-07-16"), {}
    if name == "time":
        return _('须为带引号的时刻，如 "08:00"'), {}
    if any(type(rule).__name__ == "BeforeValidator" for rule in info.metadata):
        return _('须为每年都有的“月-日”，如 "07-07"'), {}
    if get_origin(kind) is tuple:
        if get_args(kind)[0] is str or str in getattr(get_args(kind)[0], "__args__", ()):
            return _("须为一组不为空的文字"), {}
        rule = FieldInfo.from_annotation(get_args(kind)[0])
        low, high = _bounds(rule)
        return _("须为一组整数，各为 %(low)s 到 %(high)s"), {"low": low, "high": high}
    if kind is str:
        return _("须为不为空的文字，不超过 400 字"), {}
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _("须为一组键：%(known)s"), {"known": "、".join(sorted(names_of(kind)))}
    return _(
        '须为“部分 = 最低分”，部分为 time、objective、subjective、excellent、interaction，最低分为数或 "all-works"'
    ), {}
