"""A TOML file becomes a policy. Every value carries its mark: the clause it comes from, or why it was assumed.

    pass = { value = 80, clause = "A2.4" }
    appeal_days = { value = 7, assumed = "公告未写；…" }

`extends = "NAME"` takes everything from NAME.toml beside it, key by key; what stands here wins, with its own mark.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from .problems import MISSING, PolicyError, PolicyProblem, _, field_at, unknown_key
from .schema import Group, Policy

CLAUSE = re.compile(r"[TSAEG]\d(\.\d{1,2}){0,2}[a-z]?")


@dataclass(frozen=True)
class Mark:
    """Where a value comes from: exactly one of the two is set."""

    clause: str | None = None
    assumed: str | None = None


@dataclass(frozen=True)
class LoadedPolicy:
    policy: Policy
    marks: Mapping[str, Mark]
    canonical_json: str
    sha256: str


def load_policy(path: str | Path) -> LoadedPolicy:
    """Read, check, mark. Raises PolicyError with everything that is wrong, each with its file and key."""
    leaves, problems = _read(Path(path), seen=())
    tree: dict[str, Any] = {}
    for key, leaf in leaves.items():
        group = tree
        *above, name = key.split(".")
        for step in above:
            group = group.setdefault(step, {})
        group[name] = leaf.value
    try:
        policy = Policy.from_json(json.dumps(tree, default=_plain), file=Path(path).name)
    except PolicyError as error:
        told = {problem.key for problem in problems}
        problems += [_in_its_file(problem, leaves) for problem in error.problems if problem.key not in told]
    if problems:
        raise PolicyError(problems)
    text = policy.to_json()
    marks = {key: leaf.mark for key, leaf in leaves.items()}
    return LoadedPolicy(policy, marks, text, hashlib.sha256(text.encode()).hexdigest())


def marks_to_json(marks: Mapping[str, Mark]) -> dict[str, dict[str, str | None]]:
    return {key: asdict(mark) for key, mark in marks.items()}


def marks_from_json(data: Mapping[str, Mapping[str, str | None]]) -> dict[str, Mark]:
    return {key: Mark(**mark) for key, mark in data.items()}


@dataclass(frozen=True)
class _Leaf:
    value: Any
    mark: Mark
    file: str


def _read(path: Path, *, seen: tuple[Path, ...]) -> tuple[dict[str, _Leaf], list[PolicyProblem]]:
    file = path.name
    if path in seen:
        raise PolicyError([PolicyProblem(file, "extends", seen[-1].stem, _("extends 不能绕圈"))])
    try:
        data = tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise PolicyError([PolicyProblem(file, "", MISSING, _("没有这个文件"))]) from None
    except UnicodeDecodeError:
        raise PolicyError([PolicyProblem(file, "", MISSING, _("文件须为 UTF-8 编码"))]) from None
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(
            [PolicyProblem(file, "", MISSING, _("不是有效的 TOML：%(error)s"), {"error": str(error)})]
        ) from None
    leaves: dict[str, _Leaf] = {}
    problems: list[PolicyProblem] = []
    base = data.pop("extends", None)
    if base is not None:
        if not isinstance(base, str) or not re.fullmatch(r"[\w-]+", base):
            raise PolicyError(
                [PolicyProblem(file, "extends", base, _("须为同一文件夹里另一份实施方案的文件名，不带 .toml"))]
            )
        leaves, problems = _read(path.with_name(f"{base}.toml"), seen=(*seen, path))
    _walk(data, Policy, (), file, leaves, problems)
    return leaves, problems


def _walk(
    data: Mapping[str, Any],
    model: type[Group],
    above: tuple[str, ...],
    file: str,
    leaves: dict[str, _Leaf],
    problems: list[PolicyProblem],
) -> None:
    for name, value in data.items():
        path = (*above, name)
        key = ".".join(path)
        info, _group = field_at(model, [name])
        if info is None:
            problems.append(unknown_key(file, key, value, model))
            continue
        inner = info.annotation
        if isinstance(inner, type) and issubclass(inner, Group):
            if isinstance(value, dict) and "value" not in value:
                _walk(value, inner, path, file, leaves, problems)
            else:
                problems.append(PolicyProblem(file, key, value, _("须为一组键，写成 [%(key)s]"), {"key": key}))
        elif problem := _mark_problem(file, key, value):
            problems.append(problem)
            if isinstance(value, dict) and "value" in value:
                leaves[key] = _Leaf(value["value"], Mark(), file)
        else:
            leaves[key] = _Leaf(value["value"], Mark(value.get("clause"), value.get("assumed")), file)


def _mark_problem(file: str, key: str, leaf: Any) -> PolicyProblem | None:
    if not isinstance(leaf, dict) or "value" not in leaf:
        return PolicyProblem(
            file, key, leaf, _('须写成 { value = …, clause = "条款号" } 或 { value = …, assumed = "理由" }')
        )
    if extra := sorted(set(leaf) - {"value", "clause", "assumed"}):
        return PolicyProblem(
            file, key, leaf["value"], _("出处只能写 clause 或 assumed，不能写 %(extra)s"), {"extra": "、".join(extra)}
        )
    if ("clause" in leaf) == ("assumed" in leaf):
        return PolicyProblem(
            file, key, leaf["value"], _("须注明出处：clause（条款号）或 assumed（公告未写时的理由），两者取一")
        )
    if "clause" in leaf and not (isinstance(leaf["clause"], str) and CLAUSE.fullmatch(leaf["clause"])):
        return PolicyProblem(file, key, leaf["clause"], _('clause 须为条款号，如 "A2.4"'))
    if "assumed" in leaf and not (isinstance(leaf["assumed"], str) and leaf["assumed"].strip()):
        return PolicyProblem(file, key, leaf["assumed"], _("assumed 须写明理由"))
    return None


def _in_its_file(problem: PolicyProblem, leaves: Mapping[str, _Leaf]) -> PolicyProblem:
    leaf = leaves.get(problem.key)
    return PolicyProblem(leaf.file, problem.key, problem.value, problem.msgid, problem.params) if leaf else problem


def _plain(value: Any) -> str:
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
