"""The province by COPY: the same from the same seed, nothing to recount, the product's own rules agree with every mark, and pages for each role."""

import re

import pytest
from django.db import connection, transaction

from tests import factories as make
from yanxiu.access.models import Account
from yanxiu.forum import rules as forum
from yanxiu.forum.actions.writing import fingerprint
from yanxiu.forum.models import Post
from yanxiu.lib import clock, text
from yanxiu.monitoring import actions as monitoring
from yanxiu.organisation import queries as organisation
from yanxiu.organisation.models import Person
from yanxiu.programme import queries as programme
from yanxiu.programme.models import Batch
from yanxiu.programme.queries import policy
from yanxiu.scoring import queries as scoring
from yanxiu.scoring import rules
from yanxiu.scoring.models import Result
from yanxiu.scoring.queries.facts import asks
from yanxiu.season import sizes
from yanxiu.season.oracle import figures, seats
from yanxiu.season.sizes import bulk
from yanxiu.season.visitors import visitors

TABLES = (
    "organisation_unit", "organisation_person", "organisation_pastparticipation", "access_appointment", "programme_trainingclass", "places_quotamovement",
    "places_quotabalance", "places_choice", "places_enrolment", "learning_itemtime", "learning_learnertime", "homework_quizattempt", "homework_work",
    "homework_workversion", "homework_workmark", "forum_post", "scoring_result", "recognition_certificate", "monitoring_learnerfigures", "events_event",
)  # fmt: skip
PAGES = {
    "province": ["/desk/", "/watch/", "/quota/", "/people/", "/results/", "/certificates/issue/", "/audit/"],
    "city": ["/desk/", "/watch/", "/quota/", "/plan/"],
    "county": ["/desk/", "/watch/", "/quota/", "/enrolments/list/"],
    "school": ["/desk/", "/enrolments/", "/people/", "/watch/"],
    "tutor": ["/desk/", "/classes/", "/works/"],
    "teacher": ["/desk/", "/choose/", "/learn/"],
    "teacher-certified": ["/desk/", "/certificates/mine/"],
}


def definitions() -> set[tuple[str, str, str]]:
    """Every constraint and index of the schema; PostgreSQL writes casts another way when it has read its own text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint")
        found = set(cursor.fetchall())
        cursor.execute("SELECT tablename, indexname, indexdef FROM pg_indexes")
        found |= set(cursor.fetchall())
    return {(table, name, re.sub(r"::[a-z ]+(\[\])?|[()]", "", said)) for table, name, said in found}


def digest() -> dict[str, str]:
    """All that is stored but for seals, whose nonces are new each time."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(
                f"SELECT md5(coalesce(string_agg(r, ',' ORDER BY r), '')) FROM (SELECT (to_jsonb(t) - 'identity_sealed' - 'phone_sealed')::text AS r FROM {table} t) s"
            )
            found[table] = cursor.fetchone()[0]
    return found


def build(seed: int = 5) -> None:
    sizes.build(seed=seed, size=sizes.scale(1000), say=lambda _: None)


def begin_anew() -> None:
    """Sequences do not roll back; ids are part of what must be the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(sequencename) FROM pg_sequences WHERE schemaname = 'public'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"SELECT setval('{name}', 1, false)")
    clock.set_state(offset=clock.ZERO, frozen=None)
    # What never changes is kept by its id, and here the ids begin anew.
    for kept in (asks, programme._stored, programme._in_force, programme._calendar):
        kept.cache_clear()


def test_the_province_at_its_smallest(db: None, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    schema = definitions()
    begin_anew()
    with transaction.atomic():
        build()
        first = digest()
        transaction.set_rollback(True)
    begin_anew()
    build()
    assert digest() == first
    assert definitions() == schema
    assert monitoring.recount() == []
    for batch in Batch.objects.order_by("number"):
        assert list(seats.ledger(batch.pk)) == []
        assert list(figures.violations(batch.pk)) == []
    marks_follow_from_the_facts()
    posts_are_judged_as_the_forum_does()
    nobody_waits_for_whom_both_are_free()
    person = Person.objects.filter(on_roster=True).order_by("?").first()
    assert (
        organisation.by_identity(organisation.open_sealed(bytes(person.identity_sealed), organisation.IDENTITY))
        == person
    )
    pages_open()


def marks_follow_from_the_facts() -> None:
    """Evidence and mark of every result are what the product reads from the rows."""
    results = {r.enrolment_id: r for r in Result.objects.select_related("policy")}
    assert len(results) >= 100
    for enrolment, live in scoring.facts(list(results)).items():
        stored, result = rules.Evidence.from_json(results[enrolment].evidence), results[enrolment]
        assert stored == live
        mark = rules.assess(policy(result.policy), live)
        assert (result.state == "pending") == mark.waiting
        if not mark.waiting:
            assert (result.total, result.passed) == (mark.total, mark.passed)


def posts_are_judged_as_the_forum_does() -> None:
    seen: set[tuple[int, bytes]] = set()
    posts = Post.objects.select_related("training_class__batch__policy").order_by("training_class_id", "id")
    assert len(posts) > 500
    replies: dict[int, int] = {}
    for post in posts:
        batch, mark = post.training_class.batch, fingerprint(post.body)
        assert bytes(post.fingerprint) == mark
        assert post.length == text.length(post.body)
        assert post.verdict == forum.verdict(
            body=post.body, reply=post.thread_id is not None, at=post.at, starts=batch.starts, ends=batch.ends, learner=True,
            seen_before=(post.training_class_id, mark) in seen, interaction=policy(batch.policy).interaction,
        )  # fmt: skip
        seen.add((post.training_class_id, mark))
        if post.thread_id:
            replies[post.thread_id] = replies.get(post.thread_id, 0) + 1
    assert {p.pk: p.reply_count for p in posts if p.reply_count} == replies


def nobody_waits_for_whom_both_are_free() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FILTER (WHERE k.used < k.seats AND q.received > q.passed_on + q.used), count(*) FROM places_choice c
                 JOIN programme_trainingclass k ON k.id = c.training_class_id
                 LEFT JOIN places_quotabalance q ON q.batch_id = c.batch_id AND q.unit_id = c.school_id WHERE c.state = 'waiting'"""
        )
        free, waiting = cursor.fetchone()
    assert waiting > 10
    assert free == 0


def pages_open() -> None:
    assert {v.login for v in visitors()} >= set(PAGES)
    for login, pages in PAGES.items():
        client = make.client(Account.objects.get(teacher_number=login).person)
        for page in pages:
            assert client.get(page).status_code == 200, f"{login} {page}"


def test_what_breaks_a_rule_does_not_come_in_by_copy(world) -> None:
    """The keys come back at the end of the load, and with them their refusal; the schema is whole again after it."""
    schema = definitions()
    row = ("x", "x", "x", "x", "{}", world.school_a.pk, world.school_a.path, True, True)
    names = (
        "name",
        "name_key",
        "identity_mask",
        "phone_mask",
        "name_grams",
        "school_id",
        "school_path",
        "on_roster",
        "on_duty",
    )
    rest = ("stage", "subject", "title", "identity_hash")
    twice = [(*row, "", "", "", b"same"), (*row, "", "", "", b"same")]
    nowhere = [(*row[:5], 999_999_999, *row[6:], "", "", "", b"other")]
    for rows in (twice, nowhere):
        with pytest.raises(Exception, match=r"identity_hash|school_id"), bulk.bare("organisation_person"):
            bulk.copy("organisation_person", (*names, *rest), rows)
        assert definitions() == schema


def test_sizes_follow_from_the_teachers() -> None:
    whole = sizes.scale(sizes.NAMED["province"])
    assert (whole.schools, whole.learners, whole.classes) == (12_000, 9_333, 60)
    assert sizes.scale(1000).classes == 4
    with pytest.raises(ValueError, match="teachers"):
        sizes.scale(999)
