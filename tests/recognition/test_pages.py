"""Certificates through HTTP: the office issues, the holder downloads, anybody verifies."""

import json
import re
from io import BytesIO

import openpyxl
import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse

from tests import factories as make
from tests.recognition.test_certificates import final, to_the_end  # noqa: F401
from tests.scoring import season
from yanxiu.recognition import actions
from yanxiu.recognition.actions import looking_up
from yanxiu.recognition.models import Certificate, IssueRun


def read(response, status=200):
    assert response.status_code == status, response.content.decode()[:2000]
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", "", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", text))


@pytest.fixture
def issued(final):  # noqa: F811
    to_the_end(final)
    actions.issue_batch(batch=final.batch, by=final.province_admin, wait=True)
    final.certificate = Certificate.objects.get(enrolment=final.enrolment)
    return final


@pytest.mark.clause("S1.2.9", door="http")
def test_the_province_issues_a_batch_and_the_learner_downloads(final):  # noqa: F811
    to_the_end(final)
    province = make.client(final.province_admin)
    assert "颁发2张" in read(province.get(reverse("recognition:issue")))
    url = province.post(reverse("recognition:start", args=[final.batch.pk])).headers["Location"]
    assert "正在颁发结业证书0/2" in read(province.get(url))
    assert 'hx-trigger="every 2s"' in province.get(url).content.decode()
    run = IssueRun.objects.get()
    actions.carry_out(run.pk)
    assert "已经办完2/2" in read(province.get(url, headers={"HX-Request": "true", "HX-Target": "run"}))
    learner = make.client(final.colleague)
    text = read(learner.get(reverse("recognition:mine")))
    number = Certificate.objects.get(enrolment=final.enrolment_2).number
    assert number in text
    answer = learner.get(reverse("recognition:own_pdf", args=[number]))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    printed = pypdfium2.PdfDocument(answer.content)[0].get_textpage().get_text_range()
    assert "李䶮" in printed
    assert number in printed
    assert learner.get(reverse("recognition:own_pdf", args=[number])).content == answer.content


@pytest.mark.clause("G1", door="http")
def test_host_and_organisers_stand_on_the_certificate_and_its_public_page(issued):
    pdf = make.client(issued.teacher).get(reverse("recognition:own_pdf", args=[issued.certificate.number])).content
    printed = "".join(pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range().split())
    page = read(Client().get(reverse("recognition:verify_code", args=[issued.certificate.code])))
    for words in ("主办江苏省教育厅", "承办江苏省师干训中心、江苏省电化教育馆"):
        assert words in printed.replace("\u3000", "")
        assert words in page


@pytest.mark.clause("S1.2.9", door="http")
def test_anybody_verifies_by_the_code_in_the_qr_code_and_by_number(issued):
    public = Client()
    by_code = read(public.get(reverse("recognition:verify_code", args=[issued.certificate.code])))
    for words in (
        "有这张证书，有效",
        "沈玉芬",
        "鼓楼区清溪小学",
        "测试课程",
        "第4期",
        "学时1",
        "合格",
        "2023年10月3日",
        issued.certificate.number,
    ):
        assert words in by_code, words
    by_number = read(public.get(reverse("recognition:verify"), {"q": issued.certificate.number.lower()}))
    assert "姓名沈＊＊" in by_number
    assert "沈玉芬" not in by_number
    assert "姓名一致" in read(
        public.get(reverse("recognition:verify"), {"q": issued.certificate.number, "name": "沈玉芬"})
    )
    assert "姓名不一致" in read(
        public.get(reverse("recognition:verify"), {"q": issued.certificate.number, "name": "沈玉芳"})
    )
    for text in (by_code, by_number):
        for secret in (
            issued.teacher.identity_mask,
            issued.teacher.identity_mask[-4:],
            issued.teacher.teacher_number,
            issued.certificate.record["total"],
        ):
            assert secret not in text


def test_the_qr_code_in_the_pdf_leads_to_the_page(issued):
    from yanxiu.recognition import drawing

    url = "http://testserver" + reverse("recognition:verify_code", args=[issued.certificate.code])
    answer = make.client(issued.teacher).get(reverse("recognition:own_pdf", args=[issued.certificate.number]))
    assert answer.content == drawing.certificate_pdf(issued.certificate.record, url)


@pytest.mark.clause("S1.2.9", door="http")
def test_revoked_says_the_date_and_not_the_cause_and_is_not_handed_out(issued):
    province = make.client(issued.province_admin)
    page = reverse("recognition:certificate", args=[issued.certificate.number])
    assert "至少5个字" in read(province.post(page, {"reason": "错"}), 422)
    assert province.post(page, {"reason": "姓名登记有误，重新核对"}).status_code == 302
    text = read(Client().get(reverse("recognition:verify_code", args=[issued.certificate.code])))
    assert "2023年10月3日起撤销" in text
    assert "登记有误" not in text
    learner = make.client(issued.teacher)
    assert "姓名登记有误" in read(learner.get(reverse("recognition:mine")))
    assert learner.get(reverse("recognition:own_pdf", args=[issued.certificate.number])).status_code == 404
    assert province.post(page, {"reason": "登记已经更正"}).status_code == 302
    assert "有这张证书，有效" in read(Client().get(reverse("recognition:verify_code", args=[issued.certificate.code])))


@pytest.mark.parametrize("asked", ["S20230304-04-009999", "ABCDEFGHJKMNPQRSTVWX", "1", "'", "𬭛" * 10])
def test_what_does_not_exist(issued, asked):
    answer = Client().get(reverse("recognition:verify"), {"q": asked}, follow=True)
    assert "没有这张证书" in read(answer, 404)


def test_too_many_questions(issued):
    public = Client()
    url = reverse("recognition:verify")
    for _n in range(looking_up.LIMIT):
        assert public.get(url, {"q": issued.certificate.number}).status_code == 200
    answer = public.get(url, {"q": issued.certificate.number})
    assert (answer.status_code, answer["Retry-After"]) == (429, "600")
    assert public.get(url).status_code == 200, "the empty form is no question"
    assert Client(REMOTE_ADDR="10.1.1.1").get(url, {"q": issued.certificate.number}).status_code == 200


def test_another_learner_gets_no_pdf(issued):
    client = make.client(issued.colleague)
    assert client.get(reverse("recognition:own_pdf", args=[issued.certificate.number])).status_code == 404
    assert client.get(reverse("recognition:pdf", args=[issued.certificate.number])).status_code == 403


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("province_admin", {"沈玉芬", "李䶮"}),
        ("city_admin", {"沈玉芬", "李䶮"}),
        ("county_admin", {"沈玉芬", "李䶮"}),
        ("school_admin", {"沈玉芬", "李䶮"}),
        ("county_admin_xz", set()),
        ("kunshan_admin", set()),
        ("school_admin_c", set()),
    ],
)
def test_each_office_sees_its_own_list_sheet_page_and_pdf(issued, who, names):
    client = make.client(getattr(issued, who))
    text = read(client.get(reverse("recognition:certificates")))
    assert {name for name in ("沈玉芬", "李䶮", "欧阳𬭛") if name in text} == names
    sheet = openpyxl.load_workbook(
        BytesIO(b"".join(client.get(reverse("recognition:certificates"), {"export": "xlsx"}).streaming_content))
    ).active
    assert {row[1] for row in list(sheet.iter_rows(values_only=True))[1:]} == names
    status = 200 if names else 404
    for name in ("recognition:certificate", "recognition:pdf"):
        assert client.get(reverse(name, args=[issued.certificate.number])).status_code == status


@pytest.mark.parametrize("who", ["city_admin", "county_admin", "school_admin", "province_leader"])
def test_only_the_province_issues_and_revokes(issued, who):
    client = make.client(getattr(issued, who))
    assert client.post(reverse("recognition:start", args=[issued.batch.pk])).status_code == 403
    assert client.get(reverse("recognition:issue")).status_code == 403
    assert (
        client.post(
            reverse("recognition:certificate", args=[issued.certificate.number]), {"reason": "我来撤销这一张"}
        ).status_code
        == 404
    )
    issued.certificate.refresh_from_db()
    assert issued.certificate.revoked_at is None


def test_the_record_is_plain_json(issued):
    assert json.loads(json.dumps(issued.certificate.record)) == issued.certificate.record


@pytest.mark.parametrize("name", ["mine", "verify", "issue", "certificates", "certificate"])
def test_english(issued, name):
    client = make.client(issued.province_admin if name in ("issue", "certificates", "certificate") else issued.teacher)
    client.cookies["yx_lang"] = "en"
    args = [issued.certificate.number] if name == "certificate" else []
    text = client.get(reverse(f"recognition:{name}", args=args)).content.decode()
    main = re.sub(r"<option[^>]*>|<[^>]+>", "", text[text.index("<main") : text.index("</main>")])
    record = issued.certificate.record
    for own in (
        *(str(record[key]) for key in ("name", "school", "course", "programme", "host", "days_text", "issued_text")),
        *record["organisers"],
        "李䶮",
        "、",
        "苏师干训〔2023〕25号",
    ):
        main = main.replace(own, "")
    assert re.findall("[\u4e00-\u9fff]+", main) == []


def test_drawn_with_a_late_worker(issued):
    """A run already finished is not carried out twice."""
    run = IssueRun.objects.get()
    before = (run.done, run.finished_at)
    actions.carry_out(run.pk)
    run.refresh_from_db()
    assert (run.done, run.finished_at) == before
    assert season.scope(issued.province_admin)
