"""What people read about units, people, rosters, accounts and appointments: reasons, problems of rows, what the trail records."""

from typing import Any
from urllib.parse import parse_qsl

from django.utils.translation import gettext_lazy as _

from yanxiu.administration import trail
from yanxiu.web.reasons import Say
from yanxiu.web.shell import ROLE_NAMES, training_place

REASONS = {
    "slots_taken": Say("S1.4.1", _("这里的管理员已经满%(most)s名"), _("用“交接”换人；或先结束现在的任职")),
    "role_not_at_level": Say("S1.0", _("这一级没有这种任职"), _("选与单位级别相符的任职")),
    "appointed_already": Say("S1.0", _("这个人在这段时间已经有同样的任职"), _("核对起止时间")),
    "appointment_over": Say("S1.0", _("这项任职已经结束"), _("刷新后再看")),
    "period_empty": Say("S1.0", _("结束时间不在开始时间之后"), _("改起止时间")),
    "officers_apart": Say("S1.0", _("审计员、安全员、系统员要由不同的人担任"), _("换一个人")),
    "unit_not_school": Say("S1.0", _("只有学校可以合并或撤销，并入的也要是学校"), _("核对学校代码")),
    "unit_closed_already": Say("S1.0", _("学校已经撤销"), _("刷新后再看")),
    "correction_empty": Say("S2.1.1", _("没有写要更正什么"), _("改动一项，或写明情况")),
    "name_empty": Say("S2.1.1", _("姓名要有文字"), _("写上姓名")),
    "stage_unknown": Say("S2.1.1", _("学段只有幼儿园、小学、初中、高中"), _("选一个学段")),
    "teacher_number_taken": Say("S2.1.1", _("这个教师编号是别人的"), _("核对教师编号")),
    "identity_taken": Say("S2.1.1", _("这个身份证号在名册里是另一个人"), _("核对身份证号")),
    "identity_empty": Say("S2.1.1", _("没有身份证号"), _("补上身份证号")),
    "identity_length": Say("S2.1.1", _("身份证号不是18位"), _("核对身份证号")),
    "identity_characters": Say("S2.1.1", _("身份证号里有数字和X以外的字"), _("核对身份证号")),
    "identity_date": Say("S2.1.1", _("身份证号里的出生日期不存在"), _("核对身份证号")),
    "identity_checksum": Say("S2.1.1", _("身份证号的校验码不对，有一位写错了"), _("核对身份证号")),
    "identity_scientific": Say("S2.1.1", _("身份证号成了科学记数，后几位已经丢失"), _("把整列改为文本格式，重新填写")),
    "identity_zeroed": Say("S2.1.1", _("身份证号被当作数字，后三位成了0"), _("把整列改为文本格式，重新填写")),
    "phone_empty": Say("S2.1.1", _("没有手机号"), _("补上手机号")),
    "phone_length": Say("S2.1.1", _("手机号不是11位"), _("核对手机号")),
    "phone_characters": Say("S2.1.1", _("手机号的写法不对"), _("核对手机号")),
    "phone_scientific": Say("S2.1.1", _("手机号成了科学记数"), _("把整列改为文本格式，重新填写")),
    "link_used_or_expired": Say("S2.1.1", _("这个链接已经用过，或者过期了"), _("请本校管理员重新发一个")),
}

NOTIFICATIONS: dict[str, Any] = {}

# Problems of a roster's row: what is wrong, and what helps.
PROBLEMS: dict[str, tuple[Any, Any]] = {
    "name_unusable": (_("姓名太长，或没有文字"), _("核对姓名")),
    "school_empty": (_("没有学校代码"), _("补上学校代码，代码在“单位”页可以查到")),
    "school_unknown": (_("没有这个学校代码"), _("核对学校代码；新学校请省级项目办先建立")),
    "school_outside": (_("学校不在您的管理范围内"), _("请学校所在的项目办导入")),
    "teacher_number_unusable": (_("教师编号只能是字母和数字，最多20位"), _("核对教师编号")),
    "teacher_number_twice": (_("教师编号与第%(value)s行相同"), _("核对教师编号")),
    "identity_twice": (_("身份证号与第%(value)s行相同"), _("同一个人只留一行")),
    "subject_long": (_("学科超过20个字"), _("写得短一些")),
    "title_long": (_("职称超过20个字"), _("写得短一些")),
    "on_duty_unknown": (_("在岗只写“是”或“否”"), _("改为“是”或“否”")),
    "person_outside": (_("这个人不在您的管理范围内"), _("请其所在的项目办导入")),
    "person_unknown": (_("名册里没有这个人"), _("先导入名册；不在名册上的，由省级项目办导入")),
}
COLUMNS = {
    "name": _("姓名"), "identity": _("身份证号"), "phone": _("手机号"), "teacher_number": _("教师编号"), "school": _("学校代码"), "stage": _("学段"),
    "subject": _("学科"), "title": _("职称"), "on_duty": _("在岗"), "on_roster": _("在册"),
}  # fmt: skip
OUTCOMES = {
    "new": _("新增"), "changed": _("有变化"), "moved": _("换学校"), "gone": _("不在名册上了"), "same": _("没有变化"), "refused": _("没有收下"),
}  # fmt: skip
FILE_PROBLEMS = {
    "empty": _("文件是空的"),
    "too_large": _("文件太大，超过256MB"),
    "old_xls": _("这是旧的xls格式，请另存为xlsx或CSV"),
    "encrypted": _("文件有密码，请去掉密码再导入"),
    "not_a_sheet": _("这不是xlsx或CSV文件"),
    "bomb": _("文件压缩得不正常，没有打开"),
    "encoding": _("文字编码读不出来，请存为UTF-8或GBK的CSV，或xlsx"),
    "header_missing": _("表头缺少这些列：%(value)s"),
    "column_twice": _("表头里“%(value)s”出现了两次"),
    "too_many_rows": _("超过%(value)s行，请分成几个文件"),
    "too_many_columns": _("超过%(value)s列"),
    "broken": _("文件在第%(row)s行坏了"),
    "file_gone": _("文件没有保存好，请再交一次"),
}


def problem(item: dict[str, str]) -> tuple[str, str, str]:
    """(column, what is wrong, what helps) of a refused row's problem."""
    code, values = item["code"], {"value": item.get("value", "")}
    if code in PROBLEMS:
        said, way = PROBLEMS[code]
    elif code in REASONS:
        said, way = REASONS[code].sentence, REASONS[code].way
    else:
        said, way = code, ""
    return (
        str(COLUMNS.get(item["column"], item["column"])),
        str(said) % values if "%(" in str(said) else str(said),
        str(way),
    )


def file_problem(item: dict[str, Any]) -> str:
    said = str(FILE_PROBLEMS.get(item.get("code", ""), item.get("code", "")))
    return said % item if "%(" in said else said


def _looked_for(query: str) -> str:
    return trail.listed(trail.kind(value) for key, value in parse_qsl(query) if key not in ("export", "page", "sort"))


# What the packages record that have no words of their own. Numbers of rows say nothing; where there is a path, the unit is named by it.
TRAIL = {
    "organisation": trail.Words(
        kinds={
            "organisation.units_loaded": _("建立单位"), "organisation.unit_created": _("建立学校"), "organisation.unit_closed": _("撤销或合并学校"),
            "organisation.teachers_counted": _("核定教师总数"), "organisation.person_created": _("新增人员"), "organisation.people_created": _("批量新增人员"),
            "organisation.changed": _("更改人员信息"), "organisation.moved": _("换学校"), "organisation.gone": _("不在名册"),
            "organisation.profile_confirmed": _("确认个人信息"), "organisation.correction_asked": _("要求更正"), "organisation.correction_decided": _("答复更正"),
            "organisation.revealed": _("查看证件号或手机号"), "organisation.roster_received": _("交来名册"), "organisation.roster_applied": _("名册生效"),
            "organisation.roster_discarded": _("放弃名册"),
        },
        keys={
            "field": _("哪一项"), "fields": _("哪一项"), "reason": _("原因"), "people": _("人数"), "units": _("单位数"), "counts": _("结果"),
            "kind": _("种类"), "accepted": _("同意"), "answer": _("答复"), "code": _("代码"), "name": _("名称"), "date": _("日期"),
            "from_path": _("原单位"), "to_path": _("新单位"), "successor_path": _("并入单位"),
            "import": None, "unit": None, "school": None, "successor": None, "path": None, "from": None, "to": None,
        },
        values={**COLUMNS, **OUTCOMES, "roster": _("教师名册"), "past": _("往年参训")},
        told={"from_path": trail.unit_paths, "to_path": trail.unit_paths, "successor_path": trail.unit_paths, "date": trail.day},
    ),
    "access": trail.Words(
        kinds={
            "access.accounts_made": _("建立账号"), "access.activated": _("开通账号"), "access.link_made": _("发出一次性链接"),
            "access.slip_made": _("打印初始密码"), "access.password_set": _("设置密码"), "access.revoked": _("强制退出"), "access.closed": _("停用账号"),
            "access.opened": _("恢复账号"), "access.appointed": _("任命"), "access.appointment_ended": _("结束任职"), "access.handed_over": _("交接任职"),
            "access.signed_in": _("登录"), "access.signed_out": _("退出"), "access.sign_in_refused": _("登录未成功"), "access.data_exported": _("导出个人数据"),
        },
        keys={
            "accounts": _("账号数"), "role": _("担任"), "until": _("到"), "at": _("时间"), "from": _("原来"), "to": _("现在"),
            "training_path": _("哪些培训班"), "unit": None,
        },
        values=ROLE_NAMES,
        told={"from": trail.people, "to": trail.people, "at": trail.time, "until": trail.until, "training_path": trail.each(training_place)},
    ),
    "notices": trail.Words(
        kinds={"notices.announced": _("发布公告"), "notices.withdrawn": _("撤下公告")},
        keys={"roles": _("发给的身份"), "title": _("标题")},
        values=ROLE_NAMES,
    ),
    "administration": trail.Words(
        kinds={"administration.list_exported": _("导出名单")},
        keys={"list": _("名单"), "rows": _("行数"), "query": _("查询")},
        values={"administration.people": _("人员"), "administration.audit": _("审计记录")},
        told={"query": trail.each(_looked_for)},
    ),
}  # fmt: skip
