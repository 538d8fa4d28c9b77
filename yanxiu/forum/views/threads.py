"""The discussion of a class: threads, a thread, what the own posts count."""

from fractions import Fraction
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from yanxiu.forum import actions, queries
from yanxiu.forum.forms import AnswerForm, ReplyForm, ThreadForm
from yanxiu.forum.models import Post
from yanxiu.forum.queries import Membership
from yanxiu.forum.rules import Tally, Worth
from yanxiu.lib import clock
from yanxiu.lib.decision import Reason
from yanxiu.web import reasons
from yanxiu.web.door import signed_in
from yanxiu.web.said import say

SIZE = 50


def short(value: Any) -> str:
    """0.5, 1, 2.5: points without idle zeros."""
    number = Fraction(value)
    return str(number.numerator) if number.denominator == 1 else f"{float(number):.2f}".rstrip("0")


def _member(request: HttpRequest, class_id: int) -> Membership:
    found = queries.membership(request.scope, request.shell.person, class_id)
    if found is None:
        raise Http404
    request.shell.here = "forum:moderate" if found.moderator else "forum:mine"
    return found


def _key(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return None


@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """The classes one takes part in; with only one, its discussion at once."""
    rows = list(queries.classes_of(request.scope, request.shell.person)[:100])
    if len(rows) == 1:
        return redirect("forum:thread_list", rows[0].pk)
    return render(request, "forum/mine.html", {"title": _("讨论"), "rows": rows})


def _rules(member: Membership) -> dict[str, Any]:
    """The policy's numbers for "how points are given"."""
    i = member.policy.interaction
    return {
        **{name: short(getattr(i, name)) for name in ("post", "reply", "daily_cap", "featured", "forum_cap")},
        "min_post": i.min_post,
        "min_reply": i.min_reply,
    }


def _tally(member: Membership) -> Tally | None:
    return (
        queries.tally_of(member.enrolment, member.policy) if member.enrolment is not None and not member.staff else None
    )


def _shown_tally(member: Membership, tally: Tally | None) -> dict[str, Any] | None:
    if tally is None:
        return None
    today = tally.days.get(clock.today(), Fraction(0))
    return {
        "points": short(tally.points),
        "today": short(today),
        "exact": float(tally.points),
        "top": float(member.policy.interaction.forum_cap),
        "counted": tally.counted,
        "not_counted": tally.written - tally.counted,
        "featured": tally.featured,
        "running": member.training_class.batch.starts <= clock.now() < member.training_class.batch.ends,
    }


@signed_in
def thread_list(request: HttpRequest, class_id: int) -> HttpResponse:
    member = _member(request, class_id)
    discussions = queries.discussions(member.training_class)
    asked = request.GET.get("item", "")
    item = next((d for d in discussions if str(d.pk) == asked), None)
    featured, word = request.GET.get("featured") == "1", request.GET.get("q", "").strip()[:80]
    rows = queries.threads(member.training_class, item=item.pk if item else None, featured=featured, word=word)
    page = Paginator(rows, SIZE).get_page(request.GET.get("page"))
    tally = _tally(member)
    context = {
        "title": member.training_class.name,
        "member": member,
        "class_": member.training_class,
        "discussions": discussions,
        "item": item,
        "featured": featured,
        "word": word,
        "page": page,
        "tally": _shown_tally(member, tally),
        "rules": _rules(member),
        "staff": member.named,
        "open": clock.now() < queries.open_until(member.training_class),
    }
    return render(request, "forum/thread_list.html", context)


@signed_in
def write(request: HttpRequest, class_id: int) -> HttpResponse:
    """A new thread, or an answer to the course's discussion (`?item=`)."""
    received = clock.now()
    member = _member(request, class_id)
    asked = request.GET.get("item", "")
    item = next((d for d in queries.discussions(member.training_class) if str(d.pk) == asked), None)
    form = (AnswerForm if item else ThreadForm)(request.POST or None)
    refused, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            one = actions.PostIn(
                person=request.shell.person.pk,
                training_class=class_id,
                body=form.cleaned_data["body"],
                title=form.cleaned_data["title"],
                item=item.pk if item else None,
                key=_key(request),
                at=received,
                scope=request.scope,
            )
            outcome = actions.post([one])[0]
            if outcome and outcome.post:
                _tell(request, member, outcome.post)
                return redirect("forum:thread", outcome.post.pk)
            refused = outcome.decision
    context = {
        "title": _("回答课程讨论") if item else _("发新帖"),
        "form": form,
        "class_": member.training_class,
        "item": item,
        "refused": refused,
        "rules": _rules(member),
        "tally": _shown_tally(member, _tally(member)),
    }
    return render(request, "forum/write.html", context, status=status)


def _tell(request: HttpRequest, member: Membership, post: Post) -> None:
    """What it counts, at once; a post that does not count is on the page all the same."""
    tally = _tally(member)
    worth = tally.each.get(post.pk) if tally else None
    title = _("已回复") if post.thread_id else _("已发表")
    if worth is None:
        say(request, "ok", title)
    elif worth.reasons:
        say(request, "warn", title, reasons.sentence(worth.reasons))
    else:
        say(request, "ok", title, _("计%(points)s分") % {"points": short(worth.total)})


@signed_in
def thread(request: HttpRequest, post_id: int) -> HttpResponse:
    """Opening post and replies, fifty a page; the address of a reply leads to its page of the thread."""
    received = clock.now()
    row = queries.post(post_id)
    if row is None:
        raise Http404
    member = _member(request, row.training_class_id)
    if row.thread_id:
        before = Post.objects.filter(thread_id=row.thread_id, pk__lt=row.pk).count()
        return redirect(f"{reverse('forum:thread', args=[row.thread_id])}?page={before // queries.PAGE + 1}#p{row.pk}")
    form, refused, status = ReplyForm(request.POST or None), None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            one = actions.PostIn(
                person=request.shell.person.pk,
                training_class=row.training_class_id,
                body=form.cleaned_data["body"],
                thread=row.pk,
                key=_key(request),
                at=received,
                scope=request.scope,
            )
            outcome = actions.post([one])[0]
            if outcome and outcome.post:
                _tell(request, member, outcome.post)
                return redirect("forum:thread", outcome.post.pk)
            refused = outcome.decision
    replies: Any = queries.Replies(row.pk)
    page: Any = Paginator(replies, queries.PAGE).get_page(request.GET.get("page"))
    tally = _tally(member)
    context = {
        "title": row.title if row.removed_at is None or _sees(request, member, row) else _("已移除的话题"),
        "class_": row.training_class,
        "member": member,
        "opening": (opening := _post(request, member, row, tally)),
        "opening_alone": [opening],
        "page": page,
        "replies": [_post(request, member, reply, tally) for reply in page],
        "form": form,
        "refused": refused,
        "open": received < queries.open_until(member.training_class) and row.removed_at is None,
        "rules": _rules(member),
        "tally": _shown_tally(member, tally),
    }
    return render(request, "forum/thread.html", context, status=status)


def _sees(request: HttpRequest, member: Membership, row: Post) -> bool:
    """A removed post: its author and who keeps order."""
    return member.moderator or row.author_id == request.shell.person.pk


def _post(request: HttpRequest, member: Membership, row: Post, tally: Tally | None) -> dict[str, Any]:
    own = row.author_id == request.shell.person.pk
    worth = tally.each.get(row.pk) if tally and own else None
    return {
        "row": row,
        "own": own,
        "sees": row.removed_at is None or _sees(request, member, row),
        "staff": member.named.get(row.author_id) or ("tutor" if row.enrolment_id is None else ""),
        "worth": _worth(worth) if worth else None,
        # Who keeps order reads why a learner's post does not count.
        "against": reasons.line(Reason(f"post_{row.verdict}", "", _numbers(member, row))).sentence
        if member.moderator and row.verdict and row.verdict != "not_learner"
        else "",
        "may_feature": member.moderator
        and not own
        and not row.verdict
        and row.removed_at is None
        and clock.now() < member.training_class.batch.ends,
    }


def _numbers(member: Membership, row: Post) -> dict[str, Any]:
    i = member.policy.interaction
    return {"length": row.length, "least": i.min_reply if row.thread_id else i.min_post}


def _worth(worth: Worth) -> dict[str, Any]:
    return {
        "points": short(worth.points),
        "bonus": short(worth.bonus) if worth.bonus else "",
        "lines": reasons.explain(worth.reasons),
        "counts": worth.total > 0,
    }


@signed_in
def points(request: HttpRequest, class_id: int) -> HttpResponse:
    """The learner's own posts, day by day: what each counts and why not."""
    member = _member(request, class_id)
    tally = _tally(member)
    if tally is None:
        raise Http404
    days: dict[Any, dict[str, Any]] = {}
    for row in Post.objects.filter(enrolment_id=member.enrolment or 0).order_by("pk").select_related("thread"):
        day = days.setdefault(
            row.day, {"day": row.day, "points": short(tally.days.get(row.day, Fraction(0))), "rows": []}
        )
        day["rows"].append({"row": row, "worth": _worth(tally.each[row.pk])})
    context = {
        "title": _("我的互动得分"),
        "class_": member.training_class,
        "days": list(reversed(days.values())),
        "tally": _shown_tally(member, tally),
        "bonus": short(tally.bonus),
        "rules": _rules(member),
    }
    return render(request, "forum/points.html", context)
