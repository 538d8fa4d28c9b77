"""The quota sheet, through HTTP as the office."""

from uuid import uuid4

import pytest
from django.urls import reverse

from tests import factories as make
from tests.places.pages.reading import read, sheet, xlsx
from yanxiu.places import actions
from yanxiu.places.actions.plans import approved_so_far
from yanxiu.places.models import QuotaBalance, QuotaMovement, QuotaRequest
from yanxiu.season.oracle.seats import ledger

URL = "/quota/"


@pytest.fixture
def q(w):
    """鼓楼区 has 8 more in batch 4 and 6 in batch 5."""
    w.next = make.batch(w.programme, 5)
    make.quota(w.gulou_nj, w.batch, 8)
    make.quota(w.gulou_nj, w.next, 6)
    return w


def balance(unit, batch):
    row = QuotaBalance.objects.filter(unit=unit, batch=batch).first()
    return (row.received, row.passed_on, row.used) if row else (0, 0, 0)


def typed(*cells):
    """(unit, batch, was, now)"""
    data = {"key": uuid4().hex}
    for unit, batch, was, now in cells:
        data |= {f"n-{unit.pk}-{batch.pk}": now, f"w-{unit.pk}-{batch.pk}": was}
    return data


@pytest.mark.clause("T3.2b", door="http")
def test_from_the_city_to_the_county_to_the_school_and_back(q):
    city, county = make.client(q.city_admin), make.client(q.county_admin)
    make.quota(q.nanjing, q.next, 5)
    assert city.post(reverse("places:save_quota"), typed((q.gulou_nj, q.next, 6, 9))).status_code == 302
    assert balance(q.gulou_nj, q.next) == (9, 0, 0)
    text = read(county.get(URL))
    assert "鼓楼区配额" in text and "还能下发8" in text and "建议分配：第4期还能下发的8个" in text
    cells = (q.school_a, q.batch, 2, 6), (q.school_b, q.next, 0, 4)
    assert county.post(reverse("places:save_quota"), typed(*cells)).status_code == 302
    assert balance(q.school_a, q.batch) == (6, 0, 0) and balance(q.school_b, q.next) == (4, 0, 0)
    assert "已保存2处" in read(county.get(URL))
    assert county.post(reverse("places:save_quota"), typed((q.school_a, q.batch, 6, 1))).status_code == 302
    assert balance(q.school_a, q.batch) == (1, 0, 0) and balance(q.gulou_nj, q.batch)[:2] == (10, 1)
    text = read(county.get(reverse("places:ledger")))
    assert "收回" in text and "清溪小学" in text
    rows = sheet(county.get(reverse("places:ledger"), {"export": "xlsx"}))
    assert len(rows) - 1 == QuotaMovement.objects.filter(giver=q.gulou_nj).count() + QuotaMovement.objects.filter(taker=q.gulou_nj).count()  # fmt: skip


@pytest.mark.clause("T3.2b", door="http")
def test_never_more_than_held_nor_less_than_used_and_what_was_typed_stays(q):
    for person in q.teachers[:2]:
        actions.choose(person=person.pk, training_class=q.klass.pk)
    county = make.client(q.county_admin)
    data = typed((q.school_a, q.batch, 2, 1), (q.school_b, q.batch, 0, 77), (q.school_b, q.next, 0, 3))
    answer = county.post(reverse("places:save_quota"), data)
    text = read(answer, 422)
    assert "办成1处，2处没有办成" in text and "可用配额8个，不够77个" in text and "可用配额0个，不够1个" in text
    assert 'value="77"' in answer.content.decode()
    assert balance(q.school_b, q.next) == (3, 0, 0) and balance(q.school_a, q.batch)[0] == 2
    text = read(county.post(reverse("places:save_quota"), typed((q.school_b, q.next, 0, 5))), 422)
    assert "刚刚被别人改过" in text, "another officer saved meanwhile: nothing is overwritten"
    text = read(county.post(reverse("places:save_quota"), typed((q.school_b, q.next, 3, "-2"))), 422)
    assert "要填0以上的整数" in text
    make.set_clock("2023-09-01 00:00")
    county.post(reverse("places:save_quota"), typed((q.school_a, q.batch, 2, 5)))
    assert balance(q.school_a, q.batch)[0] == 2, "from the start day on nothing moves"


@pytest.mark.clause("T3.2b", door="http")
def test_unused_goes_back_up_and_across(q):
    school, county = make.client(q.school_admin), make.client(q.county_admin)
    assert "退回鼓楼区" in read(school.get(URL))
    back = {"batch": q.batch.pk, "amount": 1, "note": "两位教师改报第5期", "key": uuid4().hex}
    assert school.post(reverse("places:give_back"), back).status_code == 302
    assert balance(q.school_a, q.batch) == (1, 0, 0)
    assert "可用配额1个，不够9个" in read(school.post(reverse("places:give_back"), back | {"amount": 9, "key": uuid4().hex}), 422)  # fmt: skip
    move = {"batch": q.batch.pk, "giver": q.school_a.pk, "taker": q.school_b.pk, "amount": 1, "key": uuid4().hex}
    assert county.post(reverse("places:across"), move).status_code == 302
    assert balance(q.school_b, q.batch) == (1, 0, 0) and balance(q.school_a, q.batch) == (0, 0, 0)
    assert county.post(reverse("places:across"), move | {"taker": q.school_c.pk}).status_code == 404


@pytest.mark.clause("T3.2b", door="http")
@pytest.mark.parametrize("office", ["nanjing", "kunshan"])
def test_the_sixteen_give_unused_quota_back_to_the_province(q, office):
    unit, person = getattr(q, office), {"nanjing": q.city_admin, "kunshan": q.kunshan_admin}[office]
    make.quota(unit, q.next, 5)
    admin, before = make.client(person), balance(unit, q.next)
    free = before[0] - before[1] - before[2]
    page = read(admin.get(URL))
    assert "退回江苏省" in page and "申请追加" not in page, "more comes from the plan only"
    back = {"batch": q.next.pk, "amount": 4, "note": "报名的人少", "key": uuid4().hex}
    short = admin.post(reverse("places:give_back"), back | {"amount": free + 1, "key": uuid4().hex})
    assert f"可用配额{free}个，不够{free + 1}个" in read(short, 422)
    assert admin.post(reverse("places:give_back"), back).status_code == 302
    assert balance(unit, q.next) == (before[0] - 4, before[1], before[2])
    assert balance(q.province, q.next) == (0, 0, 0) and not list(ledger(q.next.pk))
    row = QuotaMovement.objects.latest("pk")
    assert (row.kind, row.giver, row.taker, row.by) == ("give_back", unit, q.province, person)
    province = read(make.client(q.province_admin).get(URL))
    assert f"退回{unit.name}" in province and "报名的人少" in province
    # What was given back is not counted as approved any more: approving a plan anew gives it again.
    assert approved_so_far(unit.pk, q.next.pk) == before[0] - 4
    (taken,) = actions.move_quota(batch=q.next.pk, movements=[("take_back", unit.pk, q.province.pk, 1)], by=None)
    assert taken.codes == ("not_next_level",), "the province reduces by the plan"
    make.set_clock(q.next.starts)
    late = admin.post(reverse("places:give_back"), back | {"amount": 1, "key": uuid4().hex})
    assert late.status_code == 422 and balance(unit, q.next)[0] == before[0] - 4


@pytest.mark.clause("T3.2b", door="http")
def test_a_school_asks_for_more_and_the_county_grants_or_declines(q):
    school, county = make.client(q.school_admin), make.client(q.county_admin)
    ask = {"batch": q.batch.pk, "amount": 3, "reason": "三位教师在等"}
    assert school.post(reverse("places:request_quota"), ask).status_code == 302
    row = QuotaRequest.objects.get()
    assert "三位教师在等" in read(county.get(URL))
    url = reverse("places:answer_quota", args=[row.pk])
    for other in (q.county_admin_xz, q.neighbour):
        assert make.client(other).post(url, {"yes": "1", "amount": 3}).status_code == 404
    assert "原因至少要写4个字" in read(county.post(url, {"yes": "0", "answer": "不"}), 422)
    assert county.post(url, {"yes": "1", "amount": 2}).status_code == 302
    assert balance(q.school_a, q.batch)[0] == 4
    assert "已同意" in read(school.get(URL))


@pytest.mark.clause("T3.2b", door="http")
def test_xlsx_out_and_in_nothing_moves_before_it_is_saved(q):
    county = make.client(q.county_admin)
    rows = sheet(county.get(reverse("places:export_quota")))
    assert rows[0][:4] == ["单位代码", "单位", "教师", "第1期"]
    rows[1][6] = 5
    rows += [["S999999", "没有的学校", 1, *[3] * 9], [None, "望江中学", 1, *[None] * 9], ["S000002", "", "", None, None, None, "很多"]]  # fmt: skip
    answer = county.post(reverse("places:import_quota"), {"file": xlsx(rows)})
    text = read(answer)
    assert "没有这个单位" in text and "第4期“很多”不是数" in text and "还没有保存" in text
    assert 'value="5"' in answer.content.decode() and balance(q.school_a, q.batch)[0] == 2


@pytest.mark.clause("T3.2b", door="http")
def test_a_movement_is_told_from_the_side_of_who_reads_it(q):
    city, county, school = (make.client(p) for p in (q.city_admin, q.county_admin, q.school_admin))
    make.quota(q.nanjing, q.next, 5)
    city.post(reverse("places:save_quota"), typed((q.gulou_nj, q.next, 6, 9)))
    county.post(reverse("places:save_quota"), typed((q.school_a, q.next, 0, 2)))
    county.post(reverse("places:save_quota"), typed((q.school_a, q.next, 2, 1)))
    told = {who: read(client.get(URL)) for who, client in (("city", city), ("county", county), ("school", school))}
    assert "下发鼓楼区" in told["city"] and "−3" in told["city"]
    assert "收到南京市" in told["county"] and "+3" in told["county"] and "下发南京市" not in told["county"]
    assert (
        "收回鼓楼区清溪小学" in told["county"] and "上级收回鼓楼区" in told["school"] and "收到鼓楼区" in told["school"]
    )
    rows = sheet(county.get(reverse("places:ledger"), {"export": "xlsx", "kind": "received", "batch": 5}))
    assert ("收到", "南京市", "鼓楼区") in {(str(r[2]), str(r[3])[-3:], str(r[4])[-3:]) for r in rows[1:]}
    assert {r[2] for r in rows[1:]} == {"收到"}
    rows = sheet(county.get(reverse("places:ledger"), {"export": "xlsx", "kind": "allot"}))
    assert rows[1:] and {r[2] for r in rows[1:]} == {"下发"}


def test_the_province_sees_what_its_offices_got_and_the_sums_agree(q):
    make.quota(q.nanjing, q.next, 5)
    actions.move_quota(batch=q.next.pk, movements=[("give_back", q.nanjing.pk, q.province.pk, 2)], by=q.city_admin.pk)
    admin = make.client(q.province_admin)
    offices = QuotaBalance.objects.filter(unit__parent=q.province, batch=q.next)
    received, passed_on = (sum(getattr(row, name) for row in offices) for name in ("received", "passed_on"))
    assert received > passed_on > 0
    head = admin.get(URL, {"b": 5}).context["sheet"].here
    assert (head.own.received, head.own.passed_on, head.own.free) == (received, passed_on, received - passed_on)
    page = read(admin.get(URL, {"b": 5}))
    assert (
        f"各地收到{received}" in page and f"各地已下发{passed_on}" in page and f"未下发{received - passed_on}" in page
    )
    assert "退回南京市" in page and "+2" in page and "核准南京市" in page and "−5" in page
    rows = sheet(admin.get(reverse("places:ledger"), {"export": "xlsx", "batch": 5}))[1:]
    assert sum(-r[5] if r[2] == "退回" else r[5] for r in rows) == received, "the ledger adds up to what they hold"
    assert {r[2] for r in rows} == {"核准", "退回"}


def test_the_bar_is_cut_into_used_unused_and_not_passed_on(q):
    actions.choose(person=q.teachers[0].pk, training_class=q.klass.pk)
    answer = make.client(q.county_admin).get(URL)
    received, passed_on, _used = balance(q.gulou_nj, q.batch)
    assert answer.context["sheet"].here.bar == [
        ("accent", "0.00%", f"{100 / received:.2f}%"),
        ("pale", f"{100 / received:.2f}%", f"{100 * (passed_on - 1) / received:.2f}%"),
        ("rail", f"{100 * passed_on / received:.2f}%", f"{100 * (received - passed_on) / received:.2f}%"),
    ]
    label = f'aria-label="收到{received}，已用1，下发未用{passed_on - 1}，未下发{received - passed_on}"'
    assert label in answer.content.decode() and f"在校未用{passed_on - 1}" in read(answer)


def test_neighbours_find_nothing_and_move_nothing(q):
    before = QuotaMovement.objects.count()
    for other in (q.county_admin_xz, q.neighbour, q.kunshan_admin, q.school_admin_c):
        client = make.client(other)
        assert "清溪" not in read(client.get(URL)) and "清溪" not in read(client.get(reverse("places:ledger")))
        for name in ("quota", "ledger", "export_quota"):
            assert client.get(reverse(f"places:{name}"), {"unit": q.school_a.pk}).status_code == 404
        answer = client.post(reverse("places:save_quota"), typed((q.school_a, q.batch, 2, 0)))
        assert answer.status_code == (404 if other == q.school_admin_c else 302)
        across = {"batch": q.batch.pk, "giver": q.school_a.pk, "taker": q.school_b.pk, "amount": 1}
        assert client.post(reverse("places:across"), across).status_code == 404
    assert QuotaMovement.objects.count() == before
    leader = make.client(q.province_leader)
    assert "清溪" in read(leader.get(URL, {"unit": q.gulou_nj.pk})) and "保存配额" not in read(leader.get(URL))
    assert leader.post(reverse("places:save_quota"), {}).status_code == 403
