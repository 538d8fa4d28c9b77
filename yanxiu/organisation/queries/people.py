"""Reads of people."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from yanxiu.lib import identity, text
from yanxiu.organisation.models import Person, Unit
from yanxiu.organisation.queries.sealing import identity_hash, phone_hash


def people_below(path: str) -> QuerySet[Person]:
    return Person.objects.filter(school_path__startswith=path)


def of_unit(unit: Unit) -> QuerySet[Person]:
    return Person.objects.filter(school=unit).order_by("name_key", "pk")


def by_identity(number: str) -> Person | None:
    return Person.objects.filter(identity_hash=identity_hash(identity.normalise(number))).first()


def by_phone(number: str) -> QuerySet[Person]:
    return Person.objects.filter(phone_hash=phone_hash(identity.normalise_phone(number)))


def by_numbers(numbers: Iterable[str]) -> dict[str, Person]:
    """Identity or teacher numbers as typed → people; for lists handed in as a spreadsheet. Two queries whatever the length."""
    wanted = [number.strip() for number in numbers]
    hashes = {identity_hash(identity.normalise(number)): number for number in wanted if identity.check(number) is None}
    found = {
        hashes[bytes(p.identity_hash)]: p
        for p in Person.objects.filter(identity_hash__in=list(hashes))
        if p.identity_hash is not None
    }
    rest = [number for number in wanted if number not in found]
    found.update({str(p.teacher_number): p for p in Person.objects.filter(teacher_number__in=rest)})
    return found


def matching(rows: QuerySet[Person], query: str) -> QuerySet[Person]:
    """By any part of the name; or exactly by identity number, phone or teacher number. A part of a number finds nobody."""
    query = query.strip()
    if any(char.isdigit() for char in query):
        exact = Q(teacher_number=query)
        if identity.check(query) is None:
            exact |= Q(identity_hash=identity_hash(identity.normalise(query)))
        if identity.check_phone(query) is None:
            exact |= Q(phone_hash=phone_hash(identity.normalise_phone(query)))
        return rows.filter(exact)
    terms = text.search_terms(query)
    return rows.filter(name_grams__contains=terms) if terms else rows.none()
