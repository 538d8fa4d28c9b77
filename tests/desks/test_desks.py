"""Every role's desk says what needs doing now."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from tests import factories as make
from yanxiu.homework.models import Work
from yanxiu.lib import clock


def _desk(person: object) -> str:
    answer = make.client(person).get("/desk/")  # type: ignore[arg-type]
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.clause("S2.1.3", door="http")
def test_a_learner_sees_what_is_due_and_what_is_missing_to_pass(world: SimpleNamespace) -> None:
    page = _desk(world.teacher)
    assert "沈玉芬老师" in page and "作业一" in page and "测验一" in page
    assert "9月15日 24:00" in page.replace('<span class="y-nb">', "").replace("</span>", "")
    assert "离合格还差" in page


def test_a_draft_is_carried_on_and_what_was_returned_is_mended_in_time(world: SimpleNamespace) -> None:
    item = world.version.items.filter(kind="homework")[0]
    work = Work.objects.create(
        enrolment=world.enrolment,
        training_class=world.enrolment.training_class,
        item=item,
        draft="先写一半",
        state="draft",
    )
    assert "有草稿，还没有提交。" in _desk(world.teacher) and "继续写" in _desk(world.teacher)
    work.state, work.submitted_at, work.revise_until = "returned", clock.now(), clock.now() + timedelta(hours=1)
    work.save()
    assert "总辅导员退回了" in _desk(world.teacher) and "有草稿" not in _desk(world.teacher)
    make.set_clock(clock.now() + timedelta(hours=2))
    assert "总辅导员退回了" not in _desk(world.teacher)  # It waits for a mark again.


def test_a_teacher_without_a_class_is_told_to_choose_while_a_batch_is_open(world: SimpleNamespace) -> None:
    fresh = make.person(world.school_a)
    assert "第5期正在选课" in _desk(fresh)
    make.set_clock("2023-07-16 07:00")
    assert "第5期正在选课" not in _desk(make.person(world.school_a))


def test_the_school_is_told_of_holds(world: SimpleNamespace) -> None:
    batch = make.batch(world.programme, 5)
    coming = make.training_class(batch, world.version, tutor=world.tutor)
    make.quota(world.school_a, batch, 1)
    make.choice(make.person(world.school_a), coming)
    assert "第5期有1位教师占位待报名" in _desk(world.school_admin)
    assert "占位待报名" not in _desk(world.school_admin_c)


def test_the_county_is_told_of_quota_not_passed_on(world: SimpleNamespace) -> None:
    from yanxiu.places.models import QuotaMovement

    batch = make.batch(world.programme, 5)
    QuotaMovement.objects.create(batch=batch, kind="approve", taker=world.nanjing, amount=9, at=clock.now())
    QuotaMovement.objects.create(
        batch=batch, kind="allot", giver=world.nanjing, taker=world.gulou_nj, amount=7, at=clock.now()
    )
    assert "第5期还有7个配额没有下发" in _desk(world.county_admin)
    assert "没有下发" not in _desk(world.county_admin_xz)
    assert "第5期还有2个配额没有下发" in _desk(world.city_admin)


@pytest.mark.clause("S2.4.2", door="http")
def test_the_tutor_is_told_of_works_to_mark(world: SimpleNamespace) -> None:
    item = world.version.items.filter(kind="homework")[0]
    Work.objects.create(
        enrolment=world.enrolment,
        training_class=world.enrolment.training_class,
        item=item,
        state="submitted",
        first_submitted_at=clock.now(),
        submitted_at=clock.now(),
    )
    assert "1份作业等您批改" in _desk(world.tutor)


@pytest.mark.parametrize(
    "who",
    [
        "province_admin",
        "province_leader",
        "city_admin",
        "county_admin",
        "kunshan_admin",
        "school_admin",
        "tutor",
        "teacher",
    ],
)
def test_every_desk_opens_in_both_languages(world: SimpleNamespace, who: str) -> None:
    client = make.client(getattr(world, who))
    for language in ("zh-hans", "en"):
        client.cookies["yx_lang"] = language
        assert client.get("/desk/").status_code == 200
