"""Whom an event is told to, in which words and where the link leads. Part of the reactions; the English stands in locale/en."""

from collections.abc import Callable, Sequence

from yanxiu.events import actions as events
from yanxiu.events.models import Event
from yanxiu.notices import actions as notices
from yanxiu.notices import rules as sentences
from yanxiu.places.models import Enrolment
from yanxiu.programme.models import Batch, TrainingClass
from yanxiu.web.navigation import url_or_none


def _(msgid: str) -> str:
    """Marks a sentence for the catalogue."""
    return msgid


SENTENCES = {
    "places.held": _("您在第%(batch)s期《%(class)s》占到了名额，等学校报名"),
    "places.moved_up": _("您在第%(batch)s期《%(class)s》的候补轮到了，已为您占位，等学校报名"),
    "places.enrolled": _("学校已为您报名第%(batch)s期《%(class)s》"),
    "places.refused": _("学校没有为您报名第%(batch)s期：%(reason)s"),
    "places.returned": _("您在第%(batch)s期的报名已退回：%(reason)s"),
    "places.replaced": _("您在第%(batch)s期的名额已由同校老师接替：%(reason)s"),
    "places.followed": _("您第%(batch)s期《%(class)s》的选课已随您转到现在的单位，请看现在的情况"),
    "places.lapsed": _("第%(batch)s期已开班，您没有被报名，占位或候补到此结束"),
    "places.cancelled": _("您在第%(batch)s期的选课已取消"),
    "homework.marked": _("您的作业已批改：%(points)s分"),
    "homework.returned": _("总辅导员退回了您的作业，请修改后再交"),
    "forum.featured": _("您的帖子被评为精华"),
    "forum.removed": _("您的帖子已被移除：%(reason)s"),
    "scoring.marked": _("第%(batch)s期成绩已公示：%(total)s分，有异议请在期限内提出"),
    "scoring.pending": _("您有作业还没有评完，成绩待评，不会按零分计"),
    "scoring.changed": _("您第%(batch)s期的成绩有更正：%(before)s分改为%(after)s分"),
    "scoring.answered": _("总辅导员已答复您的异议"),
    "scoring.decided": _("省级项目办已对您的异议作出决定"),
    "learning.appeal_decided": _("您的学习时间申诉已有结果，补记%(granted)s秒"),
    "recognition.issued": _("您的第%(batch)s期结业证书已颁发"),
}


def _about_learner(code: str) -> Callable[[Sequence[Event]], None]:
    """Tells the person concerned; the sentence's values come from the event."""

    def tell(happened: Sequence[Event]) -> None:
        concerned = [e for e in happened if e.person]
        if not concerned:
            return
        numbers = dict(Batch.objects.filter(pk__in={e.batch for e in concerned}).values_list("pk", "number"))
        classes = dict(
            TrainingClass.objects.filter(path__in={e.training_path for e in concerned}).values_list("path", "name")
        )
        address = _address(code, concerned)
        params: dict[int, dict[str, object]] = {}
        urls: dict[int, str] = {}
        for event in concerned:
            person = event.person or 0  # all of these events concern a person
            values: dict[str, object] = {
                "batch": numbers.get(event.batch or 0, ""),
                "class": classes.get(event.training_path, ""),
            }
            values = {k: v for k, v in event.data.items() if isinstance(v, (str, int))} | values
            if code == "scoring.changed":
                values |= {
                    "before": event.data["before"].get("total") or "–",
                    "after": event.data["after"].get("total") or "–",
                }
            if person in params:  # two works of one person marked in one list are two notifications
                notices.notify([person], code, values, url=address(event))
            else:
                params[person], urls[person] = values, address(event)
        notices.notify(list(params), code, params, url=urls)

    return tell


def _address(code: str, happened: Sequence[Event]) -> Callable[[Event], str]:
    """Where the notification leads: choosing, the explanation of the mark, the certificates."""
    if code.startswith("places."):
        return lambda event: url_or_none("places:choose") or ""
    if code.startswith("recognition."):
        return lambda event: url_or_none("recognition:mine") or ""
    if code.startswith(("scoring.", "homework.", "learning.")):
        pairs = Enrolment.objects.filter(
            person__in=[e.person for e in happened], batch__in=[e.batch for e in happened]
        ).order_by("id")
        known: dict[tuple[int | None, int | None], int] = {
            (p, b): pk for p, b, pk in pairs.values_list("person_id", "batch_id", "pk")
        }
        return lambda event: (
            (url_or_none("scoring:why", known[event.person, event.batch]) or "")
            if (event.person, event.batch) in known
            else ""
        )
    return lambda event: ""


def register() -> None:
    sentences.register(SENTENCES)
    for code in SENTENCES:
        events.on(code, _about_learner(code))
