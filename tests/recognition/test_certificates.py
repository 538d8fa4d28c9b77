"""Numbering, drawing, issuing, revoking: what is printed is in the PDF, every name prints or says why not, numbers have no gaps."""

import csv
import threading
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest
from django.db import connection
from fontTools.ttLib import TTFont

from tests import factories as make
from tests.scoring import season
from yanxiu.events.models import Event
from yanxiu.organisation.models import Person
from yanxiu.recognition import actions, drawing, queries, rules
from yanxiu.recognition.models import Certificate, IssueRun
from yanxiu.scoring import actions as scoring
from yanxiu.scoring.models import Result

RARE = [
    row["char"]
    for row in csv.DictReader(
        (Path(__file__).parents[1] / "data" / "rare-name-characters.csv").read_text("utf-8").splitlines()
    )
]
SITE = "https://yanxiu.example/verify/{}/"


@pytest.fixture
def final(world):
    """Batch 4 final: two of school A passed, the one of school C did nothing and failed."""
    world.programme.batches.exclude(number=4).update(
        evidence_frozen_at=world.batch.starts, marks_frozen_at=world.batch.starts, final_at=world.batch.starts
    )
    for enrolment in (world.enrolment, world.enrolment_2):
        season.learned(enrolment, seconds=2400)
        season.quizzed(enrolment, [100, 100])
        season.worked(enrolment, [90, 90], by=world.tutor)
        season.talked(enrolment, posts=6)
    return world


def to_the_end(w):
    for sweep, at in (
        (scoring.sweep_evidence, "2023-09-21 01:00"),
        (scoring.sweep_marks, "2023-09-28 00:00"),
        (scoring.sweep_final, "2023-10-03 00:00"),
    ):
        sweep(make.set_clock(at))
    make.set_clock("2023-10-03 09:00")


def text_of(certificate):
    pdf = drawing.certificate_pdf(certificate.record, SITE.format(certificate.code))
    return "".join(pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range().split())


def test_every_rare_character_is_printed():
    record = {**RECORD, "name": "".join(RARE)}
    found = pypdfium2.PdfDocument(drawing.certificate_pdf(record, SITE.format("A")))[0].get_textpage().get_text_range()
    assert [c for c in RARE if c not in found] == []


def test_no_glyph_of_a_rare_name_is_an_empty_box():
    """The text in a PDF proves the character code; that its glyph is drawn, and is not the fonts' box for "unknown", the cmaps prove."""
    assert rules.missing_glyphs(RARE, drawing.known_characters()) == []
    cmaps = [TTFont(path, lazy=True).getBestCmap() for path in sorted(drawing.FONTS.glob("*.ttf"))]
    for char in RARE:
        assert any(cmap.get(ord(char)) not in (None, ".notdef") for cmap in cmaps), char


RECORD = {
    "number": "S20230304-04-000001", "name": "李䶮", "identity_mask": "320106********123X", "school": "学校", "course": "课程", "class": "班",
    "programme": "项目", "code": "S20230304", "document": "文号", "batch": 4, "first_day": "2023-09-01", "last_day": "2023-09-20",
    "days_text": "2023年9月1日至9月20日", "hours": "10", "total": "86.00", "level": "pass", "level_text": "合格", "host": "主办单位",
    "organisers": ["承办甲", "承办乙"], "issued_on": "2023-10-03", "issued_text": "2023年10月3日",
}  # fmt: skip


def test_the_pdf_is_the_same_bytes_from_the_same_record():
    first = drawing.certificate_pdf(RECORD, SITE.format("A"))
    drawing._compiler.cache_clear()
    assert drawing.certificate_pdf(dict(reversed(RECORD.items())), SITE.format("A")) == first
    assert drawing.certificate_pdf({**RECORD, "hours": "9"}, SITE.format("A")) != first


def test_issue_passed_learners_only_and_print_the_record(final):
    to_the_end(final)
    run = actions.issue_batch(batch=final.batch, by=final.province_admin, wait=True)
    assert (run.total, run.done, run.stopped, run.finished_at is not None) == (2, 2, [], True)
    certificates = list(Certificate.objects.order_by("serial"))
    assert [c.number for c in certificates] == ["S20230304-04-000001", "S20230304-04-000002"]
    assert {c.enrolment_id for c in certificates} == {final.enrolment.pk, final.enrolment_2.pk}
    printed = text_of(next(c for c in certificates if c.enrolment_id == final.enrolment_2.pk))
    for words in (
        "结业证书",
        "李䶮",
        "鼓楼区清溪小学",
        "测试课程",
        "第4期",
        "2023年9月1日至9月20日",
        "完成1学时",
        "考核合格",
        "江苏省教育厅",
        "江苏省师干训中心、江苏省电化教育馆",
        "2023年10月3日",
        "S20230304-04-00000",
    ):
        assert "".join(words.split()) in printed, words
    assert final.colleague.identity_mask in printed
    assert Event.objects.filter(kind="recognition.issued").count() == 2


def test_the_record_stays_what_it_was(final):
    to_the_end(final)
    actions.issue_batch(batch=final.batch, by=final.province_admin, wait=True)
    Person.objects.filter(pk=final.teacher.pk).update(
        name="改名", school=final.school_c, school_path=final.school_c.path
    )
    certificate = Certificate.objects.get(enrolment=final.enrolment)
    assert (certificate.record["name"], certificate.record["school"]) == ("沈玉芬", "鼓楼区清溪小学")
    assert "沈玉芬" in text_of(certificate)


def test_issuing_again_issues_only_what_is_new(final):
    to_the_end(final)
    actions.issue_batch(batch=final.batch, by=final.province_admin, wait=True)
    before = list(Certificate.objects.order_by("pk").values())
    again = actions.issue_batch(batch=final.batch, by=final.province_admin, wait=True)
    assert (again.total, again.done) == (0, 0)
    actions.carry_out(again.pk)
    assert list(Certificate.objects.order_by("pk").values()) == before


def test_a_name_without_glyph_stops_says_so_and_takes_no_number(final):
    Person.objects.filter(pk=final.teacher.pk).update(name="沈\U00031234玉")
    to_the_end(final)
    run = actions.issue_batch(batch=final.batch, by=final.province_admin, wait=True)
    assert run.stopped == [{"enrolment": final.enrolment.pk, "name": "沈\U00031234玉", "missing": ["\U00031234"]}]
    assert [c.number for c in Certificate.objects.all()] == ["S20230304-04-000001"]
    Person.objects.filter(pk=final.teacher.pk).update(name="沈玉")
    assert actions.issue_batch(batch=final.batch, by=final.province_admin, wait=True).done == 1
    assert Certificate.objects.get(enrolment=final.enrolment).number == "S20230304-04-000002"


def test_a_run_that_broke_off_goes_on(final, monkeypatch):
    to_the_end(final)
    monkeypatch.setattr("yanxiu.recognition.actions.issuing.CHUNK", 1)
    run = actions.issue_batch(batch=final.batch, by=final.province_admin)
    from yanxiu.recognition.actions import issuing

    issuing._issue_some(run.pk, 0)
    assert actions.issue_batch(batch=final.batch, by=final.province_admin).pk == run.pk, "one unfinished run a batch"
    actions.carry_out(run.pk)
    run.refresh_from_db()
    assert (run.done, [c.serial for c in Certificate.objects.order_by("serial")]) == (2, [1, 2])


def test_a_changed_result_revokes_and_its_reversal_gives_the_same_number_back(final):
    to_the_end(final)
    actions.issue_batch(batch=final.batch, by=final.province_admin, wait=True)
    certificate = Certificate.objects.get(enrolment=final.enrolment)
    for confirmed in (True, False):
        scoring.set_finding(
            enrolment_id=final.enrolment.pk,
            confirmed=confirmed,
            reason="认定" if confirmed else "撤销认定",
            by=final.province_admin,
        )
        actions.follow_result(Event.objects.filter(kind="scoring.changed").order_by("-pk")[:1])
        after = Certificate.objects.get(enrolment=final.enrolment)
        assert (after.revoked_at is not None, after.number, after.code) == (
            confirmed,
            certificate.number,
            certificate.code,
        )
    assert [
        e.kind
        for e in Event.objects.filter(subject_id=certificate.pk, kind__startswith="recognition.re").order_by("pk")
    ] == [
        "recognition.revoked",
        "recognition.reinstated",
    ]


def test_what_an_office_revoked_no_reversal_gives_back_by_itself(final):
    to_the_end(final)
    actions.issue_batch(batch=final.batch, by=final.province_admin, wait=True)
    certificate = Certificate.objects.get(enrolment=final.enrolment)
    scope = season.scope(final.province_admin)
    assert actions.revoke(by=final.province_admin, scope=scope, certificate_id=certificate.pk, reason="姓名登记有误").ok
    result = Result.objects.get(enrolment=final.enrolment)
    actions.follow_result(
        [Event(kind="scoring.changed", subject_id=result.pk, data={"after": {"passed": True}, "reason": "x"})]
    )
    certificate.refresh_from_db()
    assert certificate.revoked_at is not None
    assert actions.reinstate(
        by=final.province_admin, scope=scope, certificate_id=certificate.pk, reason="登记已更正"
    ).ok
    certificate.refresh_from_db()
    assert (certificate.revoked_at, certificate.number) == (None, "S20230304-04-000001")


def test_revoking_refused(final):
    to_the_end(final)
    actions.issue_batch(batch=final.batch, by=final.province_admin, wait=True)
    certificate = Certificate.objects.get(enrolment=final.enrolment)

    def codes(person, reason="姓名登记有误", act=actions.revoke):
        return act(by=person, scope=season.scope(person), certificate_id=certificate.pk, reason=reason).codes

    assert codes(final.county_admin) == ("out_of_scope",)
    assert codes(final.province_admin, reason="错") == ("reason_too_short",)
    assert codes(final.province_admin, act=actions.reinstate) == ("certificate_not_revoked",)
    assert codes(final.province_admin) == ()
    assert codes(final.province_admin) == ("certificate_revoked_already",)
    Result.objects.filter(enrolment=final.enrolment).update(passed=False)
    assert codes(final.province_admin, act=actions.reinstate) == ("result_not_passed",)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("s20230304-04-000123", ("number", "S20230304-04-000123")),
        (" Ｓ20230304－04－000123 ", ("number", "S20230304-04-000123")),
        ("abcdefghjkmnpqrstvwx", ("code", "ABCDEFGHJKMNPQRSTVWX")),
        ("1", ("", "1")),
        ("'; DROP TABLE", ("", "';DROPTABLE")),
    ],
)
def test_what_people_type(typed, found):
    assert rules.asked(typed) == found


def test_names_masked_and_compared_by_code_points():
    assert (rules.masked_name("欧阳𬭛"), rules.masked_name("𠅤")) == ("欧＊＊", "𠅤＊")
    assert rules.same_name("阿依·古丽", "阿依・古丽")
    assert not rules.same_name("李䶮", "李龑")


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_draw_each_number_once():
    final = make.world()
    final.programme.batches.exclude(number=4).update(
        evidence_frozen_at=final.batch.starts, marks_frozen_at=final.batch.starts, final_at=final.batch.starts
    )
    for _n in range(6):
        learner = make.enrolment(make.person(final.school_a), final.training_class)
        Result.objects.create(
            enrolment=learner, state="final", evidence={**EMPTY, "video_seconds": 2400}, total=Decimal("85.00"), passed=True, honours=False,
            evidence_at=final.batch.ends, policy=final.batch.policy,
        )  # fmt: skip
    run = IssueRun.objects.create(batch=final.batch, at=final.batch.ends)
    failed = []

    def work():
        try:
            from yanxiu.recognition.actions import issuing

            issuing.CHUNK, kept = 2, issuing.CHUNK
            actions.carry_out(run.pk)
            issuing.CHUNK = kept
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not failed
    assert [c.serial for c in Certificate.objects.order_by("serial")] == [1, 2, 3, 4, 5, 6]
    run.refresh_from_db()
    assert run.done == 6


EMPTY = {
    "video_seconds": 0, "text_seconds": 0, "other_seconds": 0, "refused_seconds": 0, "quizzes": [], "works": [], "days": [], "featured": 0,
    "uncounted": [], "finding": False,
}  # fmt: skip


def test_questions_are_counted_by_the_database(db):
    from yanxiu.recognition.actions import looking_up

    assert all(actions.count_lookup("10.0.0.1") for _ in range(looking_up.LIMIT))
    assert not actions.count_lookup("10.0.0.1")
    assert actions.count_lookup("10.0.0.2")
    assert actions.sweep_lookups() == 0


def test_the_office_sees_certificates_of_its_own_subtree(final):
    to_the_end(final)
    actions.issue_batch(batch=final.batch, by=final.province_admin, wait=True)
    assert queries.certificates(season.scope(final.county_admin)).count() == 2
    for stranger in (final.county_admin_xz, final.kunshan_admin, final.school_admin_c, final.tutor):
        assert queries.certificates(season.scope(stranger)).count() == 0
