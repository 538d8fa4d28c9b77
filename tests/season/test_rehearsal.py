"""A small season through all acts, judged by the oracle; and the oracle's eyes: what is tampered with is found."""

from collections.abc import Iterator

import pytest
from django.db import connection

from yanxiu.monitoring import actions as monitoring
from yanxiu.season import building
from yanxiu.season.oracle import judge
from yanxiu.season.play import Script, Season, play

POLICY = building.POLICIES / "demo.toml"
REQUIRED = 2400


@pytest.fixture
def season(db: None) -> Iterator[Season]:
    script = Script(batches=(1,), learners=24, report_often=False)
    played = building.season(
        policy=POLICY, script=script, seed=7, schools=110, teachers=700, say=lambda text: None, real_courses=True
    )
    play(played)
    yield played


def test_the_oracle_finds_nothing_and_then_each_sabotage(season: Season) -> None:
    run = season.runs[1]
    batch = run.batch.pk
    assert judge(season.diary, batch, required=REQUIRED) == []
    assert monitoring.recount() == []
    assert len(run.enrolments) >= 15
    for sabotage, found in (
        (
            "UPDATE learning_learnertime SET seconds = seconds + 1 WHERE enrolment_id = (SELECT min(enrolment_id) FROM learning_learnertime t JOIN places_enrolment e ON e.id = t.enrolment_id WHERE e.state = 'standing')",
            "mark",
        ),
        ("UPDATE scoring_result SET total = total + 0.01 WHERE id = (SELECT min(id) FROM scoring_result)", "mark"),
        (
            "UPDATE places_choice SET state = 'withdrawn' WHERE id = (SELECT min(id) FROM places_choice WHERE state = 'lapsed')",
            "line",
        ),
        ("DELETE FROM recognition_certificate WHERE id = (SELECT min(id) FROM recognition_certificate)", "mark"),
        (
            "UPDATE monitoring_learnerfigures SET works_done = works_done - 1 WHERE enrolment_id = (SELECT min(enrolment_id) FROM monitoring_learnerfigures WHERE works_done > 0)",
            "figure",
        ),
    ):
        with connection.cursor() as cursor:
            cursor.execute("SAVEPOINT before")
            cursor.execute(sabotage)
            violations = judge(season.diary, batch, required=REQUIRED)
            assert any(v.startswith(found) for v in violations), sabotage
            cursor.execute("ROLLBACK TO before")
