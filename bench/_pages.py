"""Which pages are measured, and who looks at them: found in the province that is there. Anonymous looks have no account."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Q
from django.urls import reverse

from yanxiu.access.models import Account, Appointment
from yanxiu.catalogue.models import Item
from yanxiu.forum.models import Post
from yanxiu.homework import queries as homework
from yanxiu.homework.models import Work
from yanxiu.lib import clock
from yanxiu.organisation.models import Person, Unit
from yanxiu.places.models import Enrolment
from yanxiu.programme import queries as programmes
from yanxiu.programme.models import Batch
from yanxiu.recognition.models import Certificate

LOOKS = 40


@dataclass(frozen=True)
class Look:
    """Who opens which address."""

    account: int | None
    url: str


Looks = list[Look]


def accounts(persons: Iterable[int]) -> dict[int, int]:
    """Of these people; made where there is none. Whoever looks has done the duties of the first sign-in."""
    wanted = dict(Person.objects.filter(pk__in=set(persons)).values_list("pk", "teacher_number"))
    known = dict(Account.objects.filter(person__in=wanted).values_list("person", "pk"))
    made = Account.objects.bulk_create(
        Account(person_id=p, teacher_number=number or f"B{p}", password="!", created_at=clock.now())
        for p, number in wanted.items()
        if p not in known
    )
    Person.objects.filter(pk__in=wanted, profile_confirmed_at=None).update(profile_confirmed_at=clock.now())
    Account.objects.filter(person__in=wanted).update(must_set_password=False)
    return known | {a.person_id: a.pk for a in made}


class Province:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.now: datetime = clock.now()
        found = programmes.programme()
        if found is None:
            raise SystemExit("There is no province in this database: build one first (manage.py demo_build).")
        self.batches: list[Batch] = programmes.batches(found)
        self.enrolments = self._learning()
        people = [p for _e, p, _c, _v in self.enrolments]
        self.accounts = accounts([*people, *self._officers()])

    def _learning(self) -> list[tuple[int, int, int, int]]:
        """Enrolment, person, class, version: of the batch that runs, else of the latest that has learners."""
        begun = [b for b in self.batches if b.starts <= self.now]
        running = [b for b in begun if self.now < b.ends]
        for batch in [*reversed(running), *reversed(begun)]:
            rows = Enrolment.objects.filter(batch=batch, state=Enrolment.State.STANDING, time__seconds__gt=0)
            ids = list(rows.order_by("pk").values_list("pk", flat=True)[: LOOKS * 20])
            if ids:
                some = self.random.sample(ids, min(LOOKS, len(ids)))
                return list(
                    Enrolment.objects.filter(pk__in=some).values_list(
                        "pk", "person", "training_class", "training_class__version"
                    )
                )
        raise SystemExit("Nobody learns in this province.")

    def _officers(self) -> list[int]:
        roles = ("province_admin", "city_admin", "county_admin", "school_admin", "tutor")
        found = []
        for role in roles:
            held = Appointment.objects.filter(role=role, period__contains=self.now).order_by("pk")
            found += list(held.values_list("person", flat=True)[: 100_000 if role == "school_admin" else 400])
        return found

    def officers(self, role: str) -> list[tuple[int, int, str]]:
        """Account, unit, path in the training tree; of people with this appointment alone, so that it is the one they act under."""
        held = (
            Appointment.objects.filter(role=role, period__contains=self.now)
            .annotate(n=Count("person__appointments", distinct=True))
            .filter(Q(n=1) | Q(role="tutor"))
            .order_by("pk")
            .order_by("n", "pk")
        )
        rows = held.values_list("person", "unit", "training_path")
        return [(self.accounts[p], unit or 0, path) for p, unit, path in rows if p in self.accounts]

    # --- one thing ----------------------------------------------------------------------------------------------------------

    def one_front(self) -> Looks:
        return [Look(None, "/")]

    def one_desk(self) -> Looks:
        return [Look(self.accounts[p], reverse("desks:desk")) for _e, p, _c, _v in self.enrolments]

    def one_class(self) -> Looks:
        return [Look(self.accounts[p], reverse("classroom:class", args=[e])) for e, p, _c, _v in self.enrolments]

    def one_marks(self) -> Looks:
        return [Look(self.accounts[p], reverse("scoring:why", args=[e])) for e, p, _c, _v in self.enrolments]

    def one_player(self) -> Looks:
        return self._item("classroom:item", Item.Kind.VIDEO)

    def one_quiz(self) -> Looks:
        return self._item("homework:quiz", Item.Kind.QUIZ)

    def one_work(self) -> Looks:
        return self._item("homework:work", Item.Kind.HOMEWORK)

    def _item(self, name: str, kind: str) -> Looks:
        items: dict[int, list[int]] = {}
        for version, pk in Item.objects.filter(kind=kind, version__in={v for *_, v in self.enrolments}).values_list(
            "version", "pk"
        ):
            items.setdefault(version, []).append(pk)
        return [
            Look(self.accounts[p], reverse(name, args=[e, self.random.choice(items[v])]))
            for e, p, _c, v in self.enrolments
            if v in items
        ]

    def one_verify(self) -> Looks:
        codes = Certificate.objects.order_by("pk").values_list("code", flat=True)[:LOOKS]
        return [Look(None, reverse("recognition:verify_code", args=[code])) for code in codes]

    # --- many ---------------------------------------------------------------------------------------------------------------

    def many_catalogue(self) -> Looks:
        return [Look(None, reverse("programme:catalogue"))]

    def many_choose(self) -> Looks:
        """Beyond the goals' list, but what everybody opens in the first minute: the classes of the batch open for choice."""
        return [Look(self.accounts[p], reverse("places:choose")) for _e, p, _c, _v in self.enrolments]

    def many_thread(self) -> Looks:
        """The longest discussions of the learners' classes; the first page has fifty replies."""
        own = {c: p for _e, p, c, _v in self.enrolments}
        rows = Post.objects.filter(training_class__in=own, thread=None).order_by("-reply_count")
        return [
            Look(self.accounts[own[c]], reverse("forum:thread", args=[pk]))
            for pk, c in rows.values_list("pk", "training_class")[:5]
        ]

    def many_choices(self) -> Looks:
        """Schools with many choices in the batch that may be chosen."""
        open_ = next((b for b in self.batches if b.choice_opens <= self.now < b.starts), self.batches[-1])
        admins = {unit: account for account, unit, _ in reversed(self.officers("school_admin"))}
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT school_id FROM places_choice WHERE batch_id = %s GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 500",
                [open_.pk],
            )
            schools = [school for (school,) in cursor.fetchall() if school in admins]
        return [Look(admins[school], reverse("places:enrolments")) for school in schools[:10]]

    def many_grid(self) -> Looks:
        """The county whose schools are nearest to eighty."""
        admins = {unit: account for account, unit, _ in reversed(self.officers("county_admin"))}
        counts = Unit.objects.filter(pk__in=admins).annotate(n=Count("children")).values_list("pk", "n")
        nearest = sorted(counts, key=lambda row: abs(row[1] - 80))
        return [Look(admins[pk], reverse("places:quota")) for pk, _n in nearest[:5]]

    def many_marking(self) -> Looks:
        """Tutors with the most to mark, acting under the appointment that it waits for."""
        held = Appointment.objects.filter(role="tutor", period__contains=self.now).order_by("pk")
        waiting = homework.waiting(self.now) & Q(enrolment__batch__marking_ends__gt=self.now)
        found = []
        for pk, person, path in held.values_list("pk", "person", "training_path"):
            n = Work.objects.filter(waiting, enrolment__class_path__startswith=path).count()
            found.append((n, pk, person))
        most = {person: pk for n, pk, person in sorted(found) if n}
        looks = []
        for person, pk in list(most.items())[-5:]:
            Account.objects.filter(pk=self.accounts[person]).update(preferred_appointment=pk)
            looks.append(Look(self.accounts[person], reverse("homework:queue")))
        return looks

    def many_roster(self) -> Looks:
        account = self.officers("province_admin")[0][0]
        names = list(Person.objects.filter(on_roster=True).order_by("pk").values_list("name", flat=True)[:2000])
        words = self.random.sample(names, min(LOOKS, len(names)))
        people = reverse("administration:people")
        return [Look(account, f"{people}?q={word}") for word in words]

    def many_watch_province(self) -> Looks:
        return self._watch("province_admin")

    def many_watch_city(self) -> Looks:
        return self._watch("city_admin")

    def many_watch_county(self) -> Looks:
        return self._watch("county_admin")

    def many_watch_school(self) -> Looks:
        return self._watch("school_admin")

    def _watch(self, role: str) -> Looks:
        return [Look(account, reverse("monitoring:watch")) for account, _u, _p in self.officers(role)[:LOOKS]]


NAMES = (
    "one-front", "one-desk", "one-player", "one-quiz", "one-work", "one-marks", "one-class", "one-verify",
    "many-catalogue", "many-choose", "many-thread", "many-choices", "many-grid", "many-marking", "many-roster",
    "many-watch-school", "many-watch-county", "many-watch-city", "many-watch-province",
)  # fmt: skip


def pages(seed: int = 20230304) -> dict[str, Looks]:
    """Name of a row → looks, in turn. Empty where the province has nothing of the kind."""
    province = Province(seed)
    found: dict[str, Looks] = {}
    for name in NAMES:
        look: Callable[[], Looks] = getattr(province, name.replace("-", "_"))
        found[name] = look()
    return found
