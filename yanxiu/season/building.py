"""From an empty database to a province in the middle of its season: the demo's, or the rehearsal's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from random import Random

from django.conf import settings

from yanxiu.access import actions as access
from yanxiu.access.models import Appointment, Role
from yanxiu.catalogue.actions import generate_course, load_course
from yanxiu.catalogue.models import Course
from yanxiu.events import actions as events
from yanxiu.lib import clock
from yanxiu.organisation import actions as organisation
from yanxiu.organisation import queries as organisation_queries
from yanxiu.organisation.actions import roster
from yanxiu.organisation.models import Person
from yanxiu.places.models import Choice, Enrolment
from yanxiu.programme import actions as programme_actions
from yanxiu.programme.models import Programme
from yanxiu.season import province as provinces
from yanxiu.season.play import Script, Season, play
from yanxiu.season.visitors import PASSWORD

BEGINS = datetime(2023, 6, 20, 9, tzinfo=clock.SHANGHAI)
CURTAIN = datetime(2023, 8, 29, 20, 14, tzinfo=clock.SHANGHAI)
POLICIES = settings.BASE_DIR / "policies"
COURSES = settings.BASE_DIR / "courses"
Say = Callable[[str], None]


def public_page() -> dict[str, object]:
    """What the programme's public page carries (T4.3, G1)."""
    whole = (POLICIES / "S20230304.notice.txt").read_text(encoding="utf-8").strip()
    notice, _, guide = whole.partition("附件\n江苏省中小学")
    return {
        "notice": notice.strip(),
        "attachments": [
            {"title": "江苏省中小学（幼儿园）教师学科类在线学习实施指南", "text": ("江苏省中小学" + guide).strip()}
        ]
        if guide
        else [],
        "subtitle": "江苏教师在线学习",
        "contact": "许老师",
        "phone": "025-83758377",
        "host": "江苏省教育厅",
        "organisers": ["江苏省师干训中心", "江苏省电化教育馆"],
    }


def season(
    *,
    policy: Path,
    script: Script,
    seed: int,
    schools: int,
    teachers: int,
    say: Say,
    real_courses: bool,
    centre: str = "",
) -> Season:
    """Units, people, offices, programme, courses, tutors, last year's participants; then the script is played."""
    events.create_installation(mode="demo", at=BEGINS, frozen=True)
    say("units, schools, people")
    made = provinces.build(seed=seed, schools=schools, teachers=teachers, centre=centre)
    programme = programme_actions.create_programme(path=policy, public=public_page(), by=made.province_admin)
    say("courses")
    if real_courses:
        for folder in sorted(COURSES.iterdir()):
            if (folder / "course.toml").exists():
                load_course(folder)
    else:
        generate_course(slug="whole", title="课堂提问与反馈", subject="通识")
        generate_course(slug="primary", title="小学语文任务群", subject="语文", stages=["小学"])
    played = Season(province=made, programme=programme, script=script, seed=seed, say=say)
    _tutors(played, programme)
    _past(played, seed)
    return played


def _tutors(played: Season, programme: Programme) -> None:
    """Two a subject, of the highest titles, appointed for every batch."""
    subjects = sorted(set(Course.objects.values_list("subject", flat=True)))
    best = [p for p in played.province.teachers if p.title == "正高级教师"]
    admins = {p.pk for p in played.province.admin_of.values()}
    pool = [p for p in best if p.pk not in admins]
    for subject in subjects:
        own = [p for p in pool if p.subject == subject] or pool
        chosen = own[:2]
        played.tutors[subject] = chosen
        for person in chosen:
            pool.remove(person)
            played.taken.add(person.pk)
            for number in range(1, 10):
                access.appoint(
                    person=person.pk,
                    role=Role.TUTOR,
                    training_path=f"/{programme.code}/{number}/{subject}/",
                    starts=BEGINS,
                    by=played.province.province_admin.pk,
                )


def _past(played: Season, seed: int) -> None:
    """About one in twenty took part last year: their file comes in through the same import as an office's."""
    random = Random(seed + 1)
    chosen = [p for p in played.province.teachers if random.random() < 0.05]
    lines = ["姓名,身份证号"]
    for person in chosen:
        lines.append(
            f"{person.name},{organisation_queries.open_sealed(bytes(person.identity_sealed or b''), organisation_queries.IDENTITY)}"
        )
    office = played.province.province_admin.pk
    file = ("\ufeff" + "\n".join(lines) + "\n").encode()
    imported = roster.receive(
        iter([file]),
        name="2022年参训名单.csv",
        kind="past",
        unit=played.province.root,
        series=played.programme.series,
        year=2022,
        by=office,
    )
    roster.read(imported.pk)
    decision = roster.apply(imported.pk, by=office)
    roster.carry_out(imported.pk)
    imported.refresh_from_db()
    if not decision or imported.state != "applied":
        raise RuntimeError(
            f"last year's participants could not be imported: {decision.codes} {imported.state} {imported.counts} {imported.problem}"
        )


def demo(*, seed: int, schools: int, teachers: int, learners: int, say: Say) -> Season:
    script = Script(batches=(1, 2, 3, 4), learners=learners, until=CURTAIN, report_often=False)
    played = season(
        policy=POLICIES / "demo.toml",
        script=script,
        seed=seed,
        schools=schools,
        teachers=teachers,
        say=say,
        real_courses=True,
        centre=provinces.CENTRE,
    )
    play(played)
    say("accounts")
    _visitors(played)
    events.release_clock()
    return played


def _visitors(played: Season) -> None:
    """The listed accounts: every office of one line down to a school, its neighbours, and teachers in the middle of something."""
    made = played.province
    nanjing = next(o for o in made.offices if o.name == "南京市")
    county = next(c for c in made.counties if c.code == provinces.CENTRE)
    learning = Enrolment.objects.filter(batch__number=3, state="standing").select_related("person", "school")
    to_enrol = set(Choice.objects.filter(batch__number=4, state="holding").values_list("school_id", flat=True))
    waiting = Choice.objects.filter(batch__number=4, state="waiting").select_related("person")
    finished = Enrolment.objects.filter(batch__number=1, state="standing", certificate__isnull=False).select_related(
        "person"
    )
    objecting = Enrolment.objects.filter(batch__number=2, state="standing", result__state="marked").select_related(
        "person"
    )

    school = max((s for s in made.schools if s.parent_id == county.pk), key=lambda s: len(made.by_school[s.pk]))

    def fits(enrolment: Enrolment) -> tuple[bool, bool, bool, bool, int]:
        """A diligent learner of the largest school in the middle; of one that has somebody to enrol: as near to that as the seed gives."""
        kind = played.diary.learners[enrolment.pk].kind
        return (
            enrolment.school_id != school.pk,
            not enrolment.school_path.startswith(county.path),
            kind != "diligent",
            enrolment.school_id not in to_enrol,
            enrolment.pk,
        )

    middle = min(learning, key=fits)
    twin = next((c for c in made.counties if c.name == "鼓楼区" and c.pk != county.pk), made.counties[-1])
    kunshan = next(o for o in made.offices if o.name == "昆山市")
    heads = {a.role: a.person for a in leaders()}
    listed: list[tuple[str, Person | None]] = [
        ("province", made.province_admin),
        ("province-leader", heads["province_leader"]),
        ("general", heads["general_admin"]),
        ("city", made.admin_of[nanjing.pk]),
        ("county", made.admin_of[county.pk]),
        ("county-twin", made.admin_of[twin.pk]),
        ("kunshan", made.admin_of[kunshan.pk]),
        ("school", made.admin_of[middle.school_id]),
        ("tutor", played.tutors[middle.training_class.subject][0]),
        ("auditor", heads["auditor"]),
        ("teacher", middle.person),
        ("teacher-waiting", waiting[0].person if waiting else None),
        ("teacher-result", objecting[0].person if objecting else None),
        ("teacher-certified", finished[0].person if finished else None),
    ]
    fresh = next(p for p in made.by_school[middle.school_id][1:] if p.pk not in played.taken)
    listed.append(("teacher-new", fresh))
    open_accounts(listed)


def open_accounts(listed: list[tuple[str, Person | None]]) -> None:
    """Of those that are listed, with the demo's password; who is new has not looked at the profile yet."""
    access.make_accounts(
        [access.NewAccount(person=person, password=PASSWORD, login=login) for login, person in listed if person]
    )
    for login, person in listed:
        if person and login != "teacher-new":
            organisation.confirm_profile(person.pk)


def leaders() -> list[Appointment]:
    return list(
        Appointment.objects.filter(role__in=["province_leader", "general_admin", "auditor"]).select_related("person")
    )
