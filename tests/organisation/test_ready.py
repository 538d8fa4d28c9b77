"""A query written once gives what its queryset gives, for other values too and on every connection."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from yanxiu.events.ready import Ready, of_any
from yanxiu.lib import clock
from yanxiu.organisation.models import Person, Unit
from yanxiu.programme.models import Programme

pytestmark = pytest.mark.django_db


def test_the_same_rows_as_the_queryset(world: SimpleNamespace) -> None:
    ready = Ready(
        lambda unit: (
            Person.objects.filter(school=unit)
            .select_related("school__parent")
            .defer("identity_sealed")
            .annotate(also=F("name"))
            .order_by("pk")
        )
    )
    make.person(world.school_a)
    for school in (world.school_a, world.school_b):
        own = list(Person.objects.filter(school=school).select_related("school__parent").order_by("pk"))
        found = ready.all(school.pk)
        assert found == own and len(own) > 0
        with CaptureQueriesContext(connection) as said:
            assert [(p.school, p.school.parent, p.name, p.also) for p in found] == [
                (p.school, p.school.parent, p.name, p.name) for p in own
            ]
            assert not said.captured_queries
        assert found[0].identity_sealed == own[0].identity_sealed  # what was left out is read when it is asked for
    assert ready.first(0) is None


def test_it_is_built_once(world: SimpleNamespace) -> None:
    built = []
    ready = Ready(lambda pk: built.append(pk) or Unit.objects.filter(pk=pk))
    assert [ready.first(u.pk) for u in (world.province, world.nanjing)] == [world.province, world.nanjing]
    assert len(built) == 1


def test_of_any_serves_lists_of_every_length(world: SimpleNamespace) -> None:
    ready = Ready(lambda units: Unit.objects.filter(pk=of_any(units)).order_by("pk").values_list("pk", "name"))
    for units in ([], [world.nanjing], [world.nanjing, world.province]):
        assert ready.all([u.pk for u in units]) == sorted((u.pk, u.name) for u in units)
    flat = Ready(lambda day: Programme.objects.filter(batches__starts__gt=day).values_list("batches__starts"))
    assert all(starts > clock.now() for (starts,) in flat.all(clock.now()))


def test_what_it_cannot_keep_is_refused(world: SimpleNamespace) -> None:
    for build in (
        lambda: world.programme.batches.all(),
        lambda: Programme.objects.prefetch_related("batches"),
        lambda: Unit.objects.values("pk"),
    ):
        with pytest.raises(ValueError):
            Ready(build).all()
