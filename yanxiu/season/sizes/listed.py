"""The accounts that a visitor can be, as in the small demo: every office of one line down to a school, its neighbours, teachers in the middle of something."""

from yanxiu.organisation.models import Person, Unit
from yanxiu.places.models import Choice, Enrolment
from yanxiu.season.building import leaders, open_accounts
from yanxiu.season.sizes.opening import Opened
from yanxiu.season.sizes.people import Roster


def listed(roster: Roster, opened: Opened) -> None:
    made = roster.province
    nanjing = next(o for o in made.offices if o.name == "南京市")
    batches = {n: b.pk for n, b in opened.batches.items()}
    standing = Enrolment.objects.filter(state="standing").select_related("person", "school", "training_class")
    learning = standing.filter(batch=batches[3], school_path__startswith=nanjing.path, time__seconds__gt=0).order_by(
        "pk"
    )
    middle = learning[0]
    county = next(c for c in made.counties if middle.school_path.startswith(c.path))
    twin = next((c for c in made.counties if c.name == "鼓楼区" and c.pk != county.pk), made.counties[-1])
    kunshan = next(o for o in made.offices if o.name == "昆山市")
    heads = {a.role: a.person for a in leaders()}
    waiting = (
        Choice.objects.filter(batch=batches[5], state="waiting").select_related("person").order_by("number").first()
    )
    finished = standing.filter(batch=batches[1], certificate__isnull=False).order_by("pk").first()
    marked = standing.filter(batch=batches[2], result__state="final", result__passed=False).order_by("pk").first()
    open_accounts(
        [
            ("province", made.province_admin),
            ("province-leader", heads["province_leader"]),
            ("general", heads["general_admin"]),
            ("city", made.admin_of[nanjing.pk]),
            ("county", made.admin_of[county.pk]),
            ("county-twin", made.admin_of[twin.pk]),
            ("kunshan", made.admin_of[kunshan.pk]),
            ("school", _first(roster, middle.school)),
            ("tutor", opened.tutors[middle.training_class.subject][0]),
            ("auditor", heads["auditor"]),
            ("teacher", middle.person),
            ("teacher-waiting", waiting.person if waiting else None),
            ("teacher-result", marked.person if marked else None),
            ("teacher-certified", finished.person if finished else None),
            ("teacher-new", _new(roster, middle.school)),
        ]
    )


def _first(roster: Roster, school: Unit) -> Person:
    """The school's administrator."""
    place = next(i for i, s in enumerate(roster.province.schools) if s.pk == school.pk)
    return Person.objects.get(pk=roster.first[place])


def _new(roster: Roster, school: Unit) -> Person | None:
    """Somebody of the school who has neither learned nor chosen."""
    place = next(i for i, s in enumerate(roster.province.schools) if s.pk == school.pk)
    people = Person.objects.filter(pk__in=roster.teachers(place)[1:], choices=None, past=None)
    return people.order_by("-pk").first()
