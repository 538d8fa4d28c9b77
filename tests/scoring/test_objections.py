"""The learner, the tutor, the province; who may not, until when; an appeal never lowers; the change has a record."""

from decimal import Decimal

import pytest

from tests import factories as make
from tests.scoring import season
from yanxiu.events.models import Event
from yanxiu.homework.models import Work, WorkMark
from yanxiu.scoring import actions
from yanxiu.scoring.models import Objection, Result

TEXT = "作业一的第二项我写了三个例子，请再看一看。"


@pytest.fixture
def marked(world):
    """Batch 4 marked, the objections open. 50 + 10 + 16 + 0 + 3 = 79: one point short."""
    world.programme.batches.exclude(number=4).update(
        evidence_frozen_at=world.batch.starts, marks_frozen_at=world.batch.starts, final_at=world.batch.starts
    )
    season.learned(world.enrolment, seconds=2400)
    season.quizzed(world.enrolment, [100, 100])
    season.worked(world.enrolment, [80, 80], by=world.tutor)
    season.talked(world.enrolment, posts=3)
    actions.sweep_evidence(make.set_clock("2023-09-21 01:00"))
    actions.sweep_marks(make.set_clock("2023-09-28 00:00"))
    make.set_clock("2023-09-29 10:00")
    world.work = Work.objects.filter(enrolment=world.enrolment).first()
    world.result = Result.objects.get(enrolment=world.enrolment)
    assert world.result.total == 79
    return world


def raised(w, part="subjective", work=True, text=TEXT):
    return actions.object_to(
        by=w.teacher, enrolment_id=w.enrolment.pk, part=part, text=text, work_id=w.work.pk if work else None
    )


def answered(w, objection, **fields):
    return actions.answer(
        by=w.tutor,
        scope=season.scope(w.tutor),
        objection_id=objection.pk,
        **{"text": "同意，第二项补三分。" * 2, **fields},
    )


def decided(w, objection, **fields):
    return actions.decide(
        by=w.province_admin,
        scope=season.scope(w.province_admin),
        objection_id=objection.pk,
        **{"text": "复核后维持原评分结果。", **fields},
    )


def test_the_tutor_raises_a_mark_and_the_result_follows_with_a_record(marked):
    decision, objection = raised(marked)
    assert decision.ok
    assert answered(marked, objection, points=90).ok
    marked.result.refresh_from_db()
    assert (marked.result.total, marked.result.passed, marked.result.parts["subjective"]) == (
        Decimal("80.00"),
        True,
        "17.00",
    )
    change = marked.result.changes.get()
    assert (change.before["total"], change.after["total"], change.by) == ("79.00", "80.00", marked.tutor)
    assert list(WorkMark.objects.filter(work=marked.work).order_by("pk").values_list("points", "why")) == [
        (80, "marking"),
        (90, "objection"),
    ]
    event = Event.objects.get(kind="scoring.changed")
    assert (event.person, event.data["before"]["passed"], event.data["after"]["passed"], event.actor) == (
        marked.teacher.pk,
        False,
        True,
        marked.tutor.pk,
    )
    objection.refresh_from_db()
    assert (objection.state, objection.changed) == ("answered", True)


@pytest.mark.parametrize("points", [0, 79, 80])
def test_an_appeal_never_lowers(marked, points):
    _, objection = raised(marked)
    for act in (answered,):
        assert act(marked, objection, points=points).codes == ("mark_never_lowered",)
    marked.result.refresh_from_db()
    objection.refresh_from_db()
    assert (marked.result.total, objection.state) == (79, "tutor")
    assert WorkMark.objects.filter(work=marked.work).count() == 1


def test_a_recount_that_would_lower_is_refused_and_leaves_everything(marked):
    _, objection = raised(marked, part="interaction", work=False)
    marked.enrolment.posts.all().delete()
    assert answered(marked, objection, recount=True).codes == ("mark_never_lowered",)
    objection.refresh_from_db()
    assert (objection.state, objection.tutor_id) == ("tutor", None)


def test_a_recount_finds_what_was_put_right(marked):
    _, objection = raised(marked, part="interaction", work=False)
    season.talked(marked.enrolment, posts=1, first=9)
    assert answered(marked, objection, recount=True).ok
    marked.result.refresh_from_db()
    assert (marked.result.total, marked.result.passed) == (80, True)


def test_excellent_can_be_given_by_an_answer(marked):
    _, objection = raised(marked, part="excellent")
    assert answered(marked, objection, excellent=True).ok
    marked.result.refresh_from_db()
    assert (marked.result.total, marked.result.parts["excellent"]) == (81, "2.00")


def test_carried_on_to_the_province_which_decides_for_good(marked):
    _, objection = raised(marked)
    assert decided(marked, objection).codes == ("objection_not_waiting",)
    assert answered(marked, objection).ok
    assert actions.escalate(by=marked.teacher, objection_id=objection.pk, text="请省里再看。").ok
    assert decided(marked, objection, points=95).ok
    objection.refresh_from_db()
    assert (objection.state, objection.decided_by) == ("decided", marked.province_admin)
    marked.result.refresh_from_db()
    assert marked.result.total == Decimal("80.50")
    assert raised(marked)[0].codes == ("objection_decided_already",)


def test_nobody_final_while_an_objection_is_open(marked):
    _, objection = raised(marked)
    assert actions.sweep_final(make.set_clock("2023-10-03 00:00")) == 2, "the other two"
    make.set_clock("2023-10-03 09:00")
    answered(marked, objection)
    assert actions.sweep_final(make.set_clock("2023-10-08 23:00")) == 0, "five days to carry it on"
    assert actions.escalate(by=marked.teacher, objection_id=objection.pk).ok
    assert actions.sweep_final(make.set_clock("2023-10-20 00:00")) == 0
    assert decided(marked, objection).ok
    assert actions.sweep_final(make.set_clock("2023-10-20 00:01")) == 1


def test_a_tutor_who_is_silent_does_not_hold_it_up(marked):
    _, objection = raised(marked)
    assert actions.escalate(by=marked.teacher, objection_id=objection.pk).codes == ("objection_waits_for_tutor",)
    make.set_clock("2023-10-05 00:00")
    assert actions.escalate(by=marked.teacher, objection_id=objection.pk).ok


@pytest.mark.parametrize(
    ("at", "part", "text", "codes"),
    [
        ("2023-09-29 10:00", "subjective", "短", ["reason_too_short"]),
        ("2023-10-03 00:00", "subjective", TEXT, ["objection_closed"]),
        ("2023-10-02 23:59", "subjective", TEXT, []),
        ("2023-10-03 00:00", "time", "短", ["objection_closed", "reason_too_short"]),
        ("2023-09-29 10:00", "nonsense", TEXT, ["out_of_scope"]),
    ],
)
def test_raising_refused(marked, at, part, text, codes):
    make.set_clock(at)
    assert sorted(raised(marked, part=part, text=text)[0].codes) == codes


def test_one_objection_a_part_and_work(marked):
    assert raised(marked)[0].ok
    assert raised(marked)[0].codes == ("objection_open_already",)
    assert raised(marked, part="time", work=False)[0].ok


def test_too_early_before_the_marks_are_out(world):
    world.work = None
    assert actions.object_to(by=world.teacher, enrolment_id=world.enrolment.pk, part="time", text=TEXT)[0].codes == (
        "objection_too_early",
    )


def test_only_the_own_mark_and_only_the_class_tutor(marked):
    assert actions.object_to(by=marked.colleague, enrolment_id=marked.enrolment.pk, part="time", text=TEXT)[
        0
    ].codes == ("out_of_scope",)
    _, objection = raised(marked)
    other = make.officer("tutor", training_path=f"/{marked.programme.code}/5/", at=marked.school_b)
    assert actions.answer(by=other, scope=season.scope(other), objection_id=objection.pk, text=TEXT).codes == (
        "out_of_scope",
    )
    for person in (marked.province_leader, marked.county_admin, marked.city_admin):
        assert actions.decide(by=person, scope=season.scope(person), objection_id=objection.pk, text=TEXT).codes == (
            "out_of_scope",
        )


def test_nobody_decides_about_herself(marked):
    _, objection = raised(marked)
    make.appoint(marked.teacher, "tutor", training_path=marked.training_class.path)
    assert actions.answer(
        by=marked.teacher, scope=season.scope(marked.teacher), objection_id=objection.pk, text=TEXT
    ).codes == ("self_decision",)
    answered(marked, objection)
    actions.escalate(by=marked.teacher, objection_id=objection.pk)
    make.appoint(marked.tutor, "province_admin", marked.province)
    from yanxiu.access import queries as access

    scope = access.scope_of(marked.tutor.appointments.get(role="province_admin"))
    assert actions.decide(by=marked.tutor, scope=scope, objection_id=objection.pk, text=TEXT).codes == (
        "self_decision",
    )
    assert Objection.objects.get().state == "province"
