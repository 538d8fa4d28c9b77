"""Quota plans, exemptions and bars, through HTTP."""

import pytest
from django.urls import reverse

from tests import factories as make
from tests.places.pages.reading import read, sheet
from yanxiu.organisation.models import PastParticipation
from yanxiu.places import actions
from yanxiu.places.models import Bar, Choice, Exemption, QuotaBalance, QuotaPlan


@pytest.fixture
def p(w):
    make.set_clock("2023-07-05 10:00")
    w.batches = list(w.programme.batches.order_by("number"))
    return w


def numbers(p, more=0, **extra):
    return {f"n-{b.pk}": 100 + b.number + more for b in p.batches} | extra


@pytest.mark.clause("T3.3a", door="http")
def test_drafted_submitted_returned_and_approved_with_other_numbers(p):
    city, province = make.client(p.city_admin), make.client(p.province_admin)
    assert "7月7日24:00前提交全年各期的数量，还有2天14小时" in read(city.get("/plan/"))
    first = {f"n-{p.batches[0].pk}": "100"}
    assert city.post(reverse("places:save_plan"), first | {"version": 0}).status_code == 302
    assert "还有8期没有填" in read(city.post(reverse("places:save_plan"), first | {"submit": 1}), 422)
    wrong = city.post(reverse("places:save_plan"), numbers(p) | {f"n-{p.batches[2].pk}": "一百"})
    assert "每一期的数量要在0到" in read(wrong, 422) and 'value="一百"' in wrong.content.decode()
    one = reverse("places:plan_one", args=[p.nanjing.pk])
    assert "还没有提交" in read(province.get(one)), "a draft is the office's own"
    assert city.post(reverse("places:save_plan"), numbers(p, submit=1)).status_code == 302
    assert "等待核准" in read(city.get("/plan/"))
    text = read(province.get("/plans/"))
    assert "南京市等待核准945" in text and "昆山市还没有填" in text
    decide = reverse("places:decide_plan", args=[p.nanjing.pk])
    assert "原因至少要写4个字" in read(province.post(decide, numbers(p, yes=0, reason="")), 422)
    assert province.post(decide, numbers(p, yes=0, reason="第9期偏多，请核对")).status_code == 302
    assert "第9期偏多，请核对" in read(city.get("/plan/"))
    assert city.post(reverse("places:save_plan"), numbers(p, submit=1)).status_code == 302
    assert province.post(decide, numbers(p, 1, yes=1)).status_code == 302
    assert QuotaBalance.objects.get(unit=p.nanjing, batch=p.batches[0]).received == 102
    assert "数字已成为本级配额" in read(city.get("/plan/"))
    rows = sheet(province.get("/plans/", {"export": "xlsx"}))
    assert ["南京市", "已核准", 945, 954] in [r[:4] for r in rows]


@pytest.mark.clause("T3.3a", door="http")
def test_locked_after_the_deadline_and_reopened_by_the_province_with_a_reason(p):
    county, province = make.client(p.kunshan_admin), make.client(p.province_admin)
    assert county.post(reverse("places:save_plan"), numbers(p)).status_code == 302
    make.set_clock("2023-07-08 00:00")
    assert "计划已锁定" in read(county.get("/plan/"))
    assert "提交截止于7月7日24:00" in read(county.post(reverse("places:save_plan"), numbers(p, submit=1)), 422)
    reopen = reverse("places:reopen_plan", args=[p.kunshan.pk])
    assert "请写明原因" in read(province.post(reopen, {"until": "2023-07-10T18:00", "reason": ""}), 422)
    assert "已经过去" in read(province.post(reopen, {"until": "2023-07-01T18:00", "reason": "暴雨停电"}), 422)
    assert province.post(reopen, {"until": "2023-07-10T18:00", "reason": "暴雨停电"}).status_code == 302
    assert "暴雨停电" in read(county.get("/plan/"))
    assert county.post(reverse("places:save_plan"), numbers(p, submit=1)).status_code == 302
    assert QuotaPlan.objects.get(unit=p.kunshan).state == "submitted"


def test_only_the_sixteen_and_nobody_decides_another_offices_plan(p):
    county = make.client(p.county_admin)
    assert "由13个设区市和3个直接发文的县" in read(county.get("/plan/"))
    assert county.post(reverse("places:save_plan"), numbers(p)).status_code == 404
    make.client(p.city_admin).post(reverse("places:save_plan"), numbers(p, submit=1))
    other = make.client(p.kunshan_admin)
    assert "南京市" not in read(other.get("/plans/"))
    assert other.get(reverse("places:plan_one", args=[p.nanjing.pk])).status_code == 404
    for client in (other, make.client(p.province_leader)):
        assert client.post(reverse("places:decide_plan", args=[p.nanjing.pk]), numbers(p, yes=1)).status_code == 403
    assert make.client(p.school_admin).get("/plan/").status_code == 403


@pytest.mark.clause("T3.3a", door="http")
def test_a_county_of_a_city_is_led_to_its_quota_and_has_no_section_for_plans(p):
    """Its city and a directly addressed county have one."""
    county = make.client(p.county_admin)
    page = county.get("/plan/")
    assert "鼓楼区不提交计划" in read(page) and "在配额页向南京市申请追加" in read(page)
    main = page.content.decode().partition("<main")[2]
    assert f'href="{reverse("places:quota")}"' in main
    assert "这里没有配额计划" in read(county.get("/plans/")) and "等您核准" not in read(county.get("/plans/"))
    assert '<a href="/plan/"' not in page.content.decode()
    for officer in (p.city_admin, p.kunshan_admin):
        assert '<a href="/plan/"' in make.client(officer).get("/plan/").content.decode()


@pytest.mark.clause("T1.2", door="http")
def test_the_province_grants_an_exemption_with_a_reason(w):
    teacher = w.teachers[0]
    PastParticipation.objects.create(
        series=w.programme.series, year=2022, identity_hash=teacher.identity_hash, person=teacher
    )
    me, province = make.client(teacher), make.client(w.province_admin)
    take = {"class": w.klass.pk}
    assert "2022年参加过同一项目" in read(me.post(reverse("places:take"), take), 422)
    url = reverse("places:exempt")
    assert "请写明原因" in read(province.post(url, {"number": teacher.teacher_number, "reason": ""}), 422)
    text = read(province.post(url, {"number": "T999999999", "reason": "承担省级课题"}), 422)
    assert "名册里没有这个人" in text and "承担省级课题" in text
    assert province.post(url, {"number": teacher.teacher_number, "reason": "承担省级课题"}).status_code == 302
    assert "已经准许例外" in read(province.post(url, {"number": teacher.teacher_number, "reason": "承担省级课题"}), 422)
    assert "承担省级课题" in read(province.get("/exemptions/"))
    assert me.post(reverse("places:take"), take).status_code == 302
    row = Exemption.objects.get()
    assert province.post(reverse("places:withdraw_exemption", args=[row.pk])).status_code == 302
    for other in (w.county_admin, w.city_admin, w.province_leader):
        assert make.client(other).get("/exemptions/").status_code == 403
        assert make.client(other).post(url, {}).status_code == 403
    school = make.client(w.school_admin)
    assert "2022年参加过同一项目" in read(school.get("/enrolments/")), "the school's enrolment asks again"
    assert Choice.objects.get().state == "holding"


def test_bars_are_listed_and_lifted_with_a_reason(w):
    until = make.moment("2024-01-01 00:00")
    actions.set_bar(person=w.teachers[0].pk, year=2023, until=until, reason="认定抄袭", by=w.province_admin.pk)
    province = make.client(w.province_admin)
    text = read(province.get("/bars/"))
    assert "沈玉芬" in text and "2023年12月31日24:00" in text and "认定抄袭" in text
    assert "本年度不能参加省级在线培训" in read(make.client(w.teachers[0]).get("/choose/"))
    url = reverse("places:lift_bar", args=[Bar.objects.get().pk])
    assert province.post(url, {"reason": "不"}).status_code == 302 and not Bar.objects.get().lifted_at
    assert province.post(url, {"reason": "申诉成立"}).status_code == 302 and Bar.objects.get().lifted_at
    assert make.client(w.county_admin).get("/bars/").status_code == 403
