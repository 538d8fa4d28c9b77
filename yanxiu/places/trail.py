"""What places records, in words; read by the audit trail."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yanxiu.administration import trail
from yanxiu.places.models import Choice, QuotaMovement, QuotaRequest
from yanxiu.programme.models import Batch
from yanxiu.programme.trail import classes


def _by_batch(plans: Sequence[Mapping[str, int]]) -> list[str]:
    """{batch's row: amount} → 第1期 120、第2期 80."""
    numbers = dict(Batch.objects.filter(pk__in={int(pk) for plan in plans for pk in plan}).values_list("pk", "number"))
    return [
        trail.listed(
            f"{gettext('第%(n)s期') % {'n': number}} {amount}"
            for number, amount in sorted((numbers.get(int(pk), 0), amount) for pk, amount in plan.items())
        )
        for plan in plans
    ]


WORDS = trail.Words(
    kinds={
        "places.plan_saved": _("保存配额计划"), "places.plan_submitted": _("提交配额计划"), "places.plan_returned": _("退回配额计划"),
        "places.plan_approved": _("核准配额计划"), "places.plan_reopened": _("重新开放配额计划"), "places.plan_reminder": _("提醒提交配额计划"),
        "places.quota_requested": _("申请追加配额"), "places.quota_request_answered": _("答复配额申请"), "places.quota_moved": _("配额增减"),
        "places.seats_changed": _("更改班级名额"), "places.exempted": _("准许例外"), "places.exemption_withdrawn": _("收回例外"),
        "places.barred": _("禁止参训"), "places.bar_lifted": _("解除禁止参训"), "places.complained": _("申诉不予报名"),
        "places.complaint_answered": _("答复不予报名的申诉"), "places.held": _("选课占位"), "places.waited": _("选课候补"),
        "places.moved_up": _("候补转为占位"), "places.proposed": _("报名送审"), "places.enrolled": _("报名"), "places.withdrawn": _("退选"),
        "places.refused": _("不予报名"), "places.returned": _("退回报名"), "places.replaced": _("换人"), "places.lapsed": _("选课失效"),
        "places.cancelled": _("选课取消"), "places.followed": _("选课随教师转校"), "places.warned": _("提醒选课将失效"),
        "places.warnings_done": _("选课将失效的提醒已发"), "places.past_written": _("记下参训经历"),
    },
    keys={
        "number": _("到达号"), "class": _("培训班"), "training_class": _("培训班"), "reason": _("原因"), "cause": _("原因"),
        "successor": _("接替的教师"), "from_school": _("原学校"), "to_school": _("新学校"), "movement": _("怎样变动"), "giver": _("给出"),
        "taker": _("得到"), "amount": _("数量"), "before": _("原来"), "after": _("现在"), "asked": _("计划数"), "approved": _("核准数"),
        "state": _("情况"), "hours": _("提前几小时"), "starts": _("开班时间"), "left": _("还有几天"), "closes": _("截止"), "until": _("到"),
        "school": None, "enrolment": None, "replaces": None, "programme": None, "days": None,
    },
    values={
        "same_year": _("今年已经参加同一项目"),
        **{value: _(str(label)) for kinds in (Choice.State, QuotaRequest.State, QuotaMovement.Kind) for value, label in kinds.choices},
    },
    told={
        "class": classes, "training_class": classes, "successor": trail.people, "from_school": trail.units, "to_school": trail.units,
        "giver": trail.units, "taker": trail.units, "asked": _by_batch, "approved": _by_batch, "starts": trail.time,
        "closes": trail.until, "until": trail.until,
    },
)  # fmt: skip
