"""Pure rules of units and people: where a unit stands, what a roster row says. No Django."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from yanxiu.lib import identity, text, unitpath
from yanxiu.lib.spreadsheets import Column

PROVINCE = "32"
# The notice addresses these beside the thirteen cities; the file's parent is the parent of the code, not of the office.
DIRECT_COUNTIES = frozenset({"320583", "321283", "321322"})
STAGES = ("幼儿园", "小学", "初中", "高中")
NAME_LENGTH = 120


def unit_step(division_code: str, level: str) -> str:
    """The unit's part of its path: 320000 → 32, 320100 → 3201, 320102 stays."""
    return {"province": division_code[:2], "city": division_code[:4]}.get(level, division_code)


def unit_path(division_code: str, level: str) -> str:
    step = unit_step(division_code, level)
    above = {"province": [], "city": [PROVINCE]}.get(
        level, [PROVINCE] if step in DIRECT_COUNTIES else [PROVINCE, division_code[:4]]
    )
    return unitpath.join(unitpath.ROOT, *above, step)


def full_name(name: str, above: str, level: str) -> str:
    """南京市鼓楼区, 徐州市鼓楼区: counties and schools carry what stands above; what their own name begins with is not said twice."""
    if level in ("province", "city"):
        return name
    shared = next((i for i, (a, b) in enumerate(zip(above, name, strict=False)) if a != b), min(len(above), len(name)))
    if shared > 1 and name[shared - 1] in "市县区":
        return name  # 南京市第一中学 in 南京市玄武区
    said = next((i for i in range(len(above)) if len(above) - i > 1 and name.startswith(above[i:])), len(above))
    return above[:said] + name


def clean_name(value: str) -> str:
    """Outer and doubled spaces go; every other character stays as it was written (any of GB 18030)."""
    return " ".join(text.standard(value).split())


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is refused: the column's field name, a stable code, what stood there (never a whole identity number)."""

    column: str
    code: str
    value: str = ""

    def to_json(self) -> dict[str, str]:
        return {"column": self.column, "code": self.code, "value": self.value}


@dataclass(slots=True)
class RosterLine:
    """One row of a roster, read. None: the file does not say (the stored value stays). `identity` "" when unusable."""

    number: int
    name: str = ""
    identity: str = ""
    phone: str | None = None
    teacher_number: str | None = None
    school: int | None = None
    stage: str | None = None
    subject: str | None = None
    title: str | None = None
    on_duty: bool | None = None
    problems: list[Problem] = field(default_factory=list)


# What schools write into the head of the file, without spaces.
HEADS: Mapping[str, tuple[str, ...]] = {
    "name": ("姓名", "教师姓名", "name"),
    "identity": ("身份证号", "身份证号码", "身份证件号", "身份证", "证件号码", "identity number"),
    "phone": ("手机号", "手机号码", "手机", "联系电话", "phone", "mobile"),
    "teacher_number": ("教师编号", "教师号", "继续教育编号", "teacher number"),
    "school": ("学校代码", "学校编码", "单位代码", "学校标识码", "school code"),
    "stage": ("学段", "任教学段", "stage"),
    "subject": ("学科", "任教学科", "subject"),
    "title": ("职称", "专业技术职称", "title"),
    "on_duty": ("在岗", "是否在岗", "在岗情况", "on duty"),
}
REQUIRED = {"roster": ("name", "identity", "school"), "past": ("identity",)}
DUTY = {
    "是": True,
    "在岗": True,
    "1": True,
    "y": True,
    "yes": True,
    "true": True,
    "否": False,
    "不在岗": False,
    "离岗": False,
    "0": False,
    "n": False,
    "no": False,
    "false": False,
}
STAGE_WORDS = {
    "幼儿": "幼儿园",
    "学前": "幼儿园",
    "学前教育": "幼儿园",
    "初级中学": "初中",
    "高级中学": "高中",
    "普通高中": "高中",
}
TEACHER_NUMBER_LENGTH = 20
LISTED = 200  # new people of an applied import that its page still names; the others are found by their names


def columns(kind: str) -> list[Column]:
    return [Column(key, names, key in REQUIRED[kind]) for key, names in HEADS.items()]


def read_line(
    number: int,
    cells: Mapping[str, str],
    schools: Mapping[str, int],
    foreign: frozenset[str],
    *,
    today: date,
    kind: str = "roster",
    lost: bool = False,
) -> RosterLine:
    """All problems of the row, not the first only. `schools`: code → id of the open schools in the importing office's subtree;
    `foreign`: codes of schools that exist outside of it. `lost`: the cell held a number, not text, and its last digits are gone."""
    line = RosterLine(number)
    wrong = identity.check(cells.get("identity", ""), today=today)
    if lost and wrong is not identity.IdentityProblem.SCIENTIFIC:
        line.problems.append(Problem("identity", "identity_zeroed"))
    elif wrong:
        line.problems.append(Problem("identity", f"identity_{wrong.value}"))
    else:
        line.identity = identity.normalise(cells["identity"])
    line.name = clean_name(cells.get("name", ""))
    if kind == "past":
        return line
    if not line.name or not text.length(line.name) or len(line.name) > NAME_LENGTH:
        line.problems.append(Problem("name", "name_empty" if not line.name else "name_unusable", line.name[:20]))
    _read_school(line, cells.get("school", ""), schools, foreign)
    _read_phone(line, cells.get("phone", ""))
    _read_rest(line, cells)
    return line


def _read_school(line: RosterLine, value: str, schools: Mapping[str, int], foreign: frozenset[str]) -> None:
    code = "".join(value.split()).upper()
    line.school = schools.get(code)
    if line.school is None:
        line.problems.append(
            Problem(
                "school",
                "school_empty" if not code else "school_outside" if code in foreign else "school_unknown",
                code[:20],
            )
        )


def _read_phone(line: RosterLine, value: str) -> None:
    if not value.strip():
        return
    wrong = identity.check_phone(value)
    if wrong:
        line.problems.append(Problem("phone", f"phone_{wrong.value}"))
    else:
        line.phone = identity.normalise_phone(value)


def _read_rest(line: RosterLine, cells: Mapping[str, str]) -> None:
    number = "".join(cells.get("teacher_number", "").split())
    if number:
        if len(number) > TEACHER_NUMBER_LENGTH or not number.isascii() or not number.isalnum():
            line.problems.append(Problem("teacher_number", "teacher_number_unusable", number[:24]))
        else:
            line.teacher_number = number
    stage = cells.get("stage", "").strip()
    if stage:
        line.stage = STAGE_WORDS.get(stage, stage)
        if line.stage not in STAGES:
            line.problems.append(Problem("stage", "stage_unknown", stage[:20]))
            line.stage = None
    for name in ("subject", "title"):
        value = clean_name(cells.get(name, ""))
        if len(value) > 20:
            line.problems.append(Problem(name, f"{name}_long", value[:24]))
        elif value:
            setattr(line, name, value)
    duty = cells.get("on_duty", "").strip().casefold()
    if duty:
        line.on_duty = DUTY.get(duty)
        if line.on_duty is None:
            line.problems.append(Problem("on_duty", "on_duty_unknown", duty[:20]))
