"""The classes that a teacher chooses from as HTML: twenty a page, put together here, where a template would ask each a hundred things."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from yanxiu.places.models import Choice
from yanxiu.places.offers import Offer, Row, Staff, lines, staff
from yanxiu.places.queries import InLine
from yanxiu.web.navigation import pattern
from yanxiu.web.shell import Request
from yanxiu.web.templatetags.y import y_key, y_meter, y_reasons, y_tag
from yanxiu.web.terms import term
from yanxiu.web.wording import count


@dataclass(frozen=True)
class Reader:
    """Who looks, and when: the own live choice and its place in line, before or after the days of choosing; `told`: some reasons are said before all classes."""

    request: Request
    live: Choice | None
    line: InLine | None
    opens: bool
    closed: bool
    told: bool

    @property
    def settled(self) -> bool:
        """Nothing can be chosen, whatever the class."""
        return self.opens or self.closed or (self.live is not None and self.live.state == Choice.State.ENROLLED)


def cards(shown: list[Offer], reader: Reader) -> SafeString:
    """An <article> for each class."""
    waiting, people = lines(shown), staff(shown)
    token = f'<input type="hidden" name="csrfmiddlewaretoken" value="{get_token(reader.request)}">'
    made = (_card(offer, reader, people.get(offer.row.pk, ()), waiting.get(offer.row.pk, 0), token) for offer in shown)
    return mark_safe("\n".join(made))


def _card(offer: Offer, reader: Reader, people: Iterable[Staff], waiting: int, token: str) -> str:
    row = offer.row
    who = "".join(f"　{_staff(one)}" for one in people)
    course = pattern("catalogue:course") % row.course
    against = "" if offer.decision.ok or offer.mine or reader.settled else _reasons(offer)
    return (
        f'<article class="y-class{" is-mine" if offer.mine else ""}">\n'
        f'<div><h3 class="y-keep">{escape(row.name)}</h3><p class="y-small y-2"><span class="y-nb">{escape(term(row.subject))}</span>{who}</p></div>\n'
        f'<div>{_seats(row)}</div>\n<div class="y-stack is-tight">\n{_state(offer, reader, waiting)}\n'
        f'{_act(offer, reader, token)}\n<a class="btn btn-plain" href="{course}">{_("看课程")}</a>\n</div>\n{against}\n</article>'
    )


def _staff(one: Staff) -> str:
    words = _("总辅导员 %(name)s") if one.kind == "tutor" else _("专家 %(name)s")
    title = _("（%(title)s）") % {"title": escape(term(one.title))} if one.title else ""
    return words % {"name": escape(one.name)} + title


def _seats(row: Row) -> str:
    n, used = count(row.seats), count(row.used)
    meter = y_meter(
        row.used, row.seats, mark_safe(_("%(n)s个名额中已占%(used)s个") % {"n": n, "used": used}), "mt-1" if row.left else "mt-1 is-full"
    )  # fmt: skip
    return (
        f'<span class="y-label">{_("还有") if row.left else _("已满")}</span>'
        f'<span class="y-num is-sm">{count(row.left)}<small>{_("/ %(n)s个名额") % {"n": n}}</small></span>{meter}'
    )


def _state(offer: Offer, reader: Reader, waiting: int) -> SafeString:
    if offer.mine and reader.live is not None:
        return _own_state(reader.live, reader.line)
    if not offer.decision.ok:
        if reader.settled:
            return y_tag(
                "wait", _("还没有开放") if reader.opens else _("已截止") if reader.closed else _("本期已经报名")
            )
        n = len(offer.decision.reasons)
        words = ngettext("不能选", "不能选，有%(n)s个原因", n) % {"n": n}
        return y_tag("stop", pgettext("class", "不能选") if reader.told else words)
    if offer.holds:
        return y_tag("ok", _("可以选"))
    if offer.row.left:
        return y_tag("wait", _("有名额，等本校配额"))
    words = _("候补%(n)s人，现在加入是第%(next)s位") % {"n": count(waiting), "next": count(waiting + 1)}
    return y_tag("wait", words)


def _own_state(live: Choice, line: InLine | None) -> SafeString:
    if live.state == Choice.State.ENROLLED:
        return y_tag("ok", _("已报名"))
    if live.state == Choice.State.HOLDING or line is None:
        return y_tag("ok", _("已占位，到达号%(number)s") % {"number": count(live.number)})
    if "seat" in line.missing:
        words = _("您是候补第%(n)s位，共%(all)s人") % {"n": count(line.place), "all": count(line.waiting)}
    else:
        words = _("等本校配额第%(n)s位") % {"n": count(line.school_place)}
    return y_tag("now", words, icon="users-group")


def _act(offer: Offer, reader: Reader, token: str) -> str:
    """The button: a change says first what is given up."""
    row = offer.row
    if offer.mine or not offer.decision.ok:
        return ""
    if reader.live is not None:
        name = f"change-{row.pk}"
        what = {"mine": reader.live, "row": row, "dialog": name}
        return (
            f'<a class="btn" href="{pattern("places:before_change") % row.pk}" data-yx-dialog="{name}">{_("换到这个班")}</a>'
            f'<dialog class="y-dialog" id="{name}" aria-labelledby="{name}-h"><header><h2 id="{name}-h" class="y-h2">{_("换到这个班？")}</h2></header>'
            f"{render_to_string('places/_change_form.html', what, reader.request)}</dialog>"
        )
    return (
        f'<form method="post" action="{reverse("places:take")}" data-hot="choose" data-batch="{row.batch_id}">{token}{y_key()}'
        f'<input type="hidden" name="class" value="{row.pk}"><button class="btn{" btn-primary" if offer.holds else ""}" type="submit">'
        f"{_('选这个班') if offer.holds else _('加入候补')}</button></form>"
    )


def _reasons(offer: Offer) -> str:
    return render_to_string("web/reasons.html", y_reasons(offer.further)) if offer.further else ""
