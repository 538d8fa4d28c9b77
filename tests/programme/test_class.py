"""Opening classes and saving policies."""

from types import SimpleNamespace

import pytest

from tests import factories as make
from yanxiu.programme import actions, queries


def test_a_class_without_material_quiz_work_or_tutor_is_refused_with_all_reasons(world: SimpleNamespace) -> None:
    version = make.course("short", seconds=100)
    version.items.filter(kind__in=["quiz", "homework"]).delete()
    with pytest.raises(actions.Refused) as refused:
        actions.open_class(batch=world.batch, version=version, seats=0, tutors=[])
    assert refused.value.decision.codes == (
        "batch_begun",
        "course_too_short",
        "course_without_quiz",
        "course_without_work",
        "no_seats_given",
        "no_tutor",
    )


def test_classes_are_numbered_by_course_and_have_their_own_path(world: SimpleNamespace) -> None:
    make.set_clock("2023-08-31 23:59")
    opened = actions.open_class(batch=world.batch, version=world.version, seats=10, tutors=[world.tutor])
    assert (opened.number, opened.name, opened.path) == (2, "测试课程（2班）", "/S20230304/4/语文/2/")


def test_a_batch_that_has_begun_gets_no_class(world: SimpleNamespace) -> None:
    make.set_clock("2023-09-01 00:00")
    with pytest.raises(actions.Refused) as refused:
        actions.open_class(batch=world.batch, version=world.version, seats=10, tutors=[world.tutor])
    assert refused.value.decision.codes == ("batch_begun",)


def test_a_new_policy_reaches_only_batches_whose_choice_is_not_open(world: SimpleNamespace) -> None:
    make.set_clock("2023-08-29 20:14")
    saved = actions.save_policy(
        programme=world.programme, path=make.ROOT / "policies" / "S20230304.toml", by=world.province_admin
    )
    assert saved.number == 2 and ["time.required_hours", "1", "10"] in saved.difference
    hours = {b.number: queries.policy(b.policy).time.required_hours for b in queries.batches(world.programme)}
    assert hours == {**dict.fromkeys(range(1, 5), 1), **dict.fromkeys(range(5, 10), 10)}
    assert (
        actions.save_policy(programme=world.programme, path=make.ROOT / "policies" / "S20230304.toml", by=None).pk
        == saved.pk
    )
