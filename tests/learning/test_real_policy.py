"""Ten credit hours under the real policy: a diligent learner in stretches of five minutes over many days."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from tests import factories as make
from yanxiu.catalogue.actions import generate_course
from yanxiu.events.models import Event
from yanxiu.learning import actions, queries
from yanxiu.learning.models import ItemTime, LearnerTime
from yanxiu.learning.rules import Report
from yanxiu.lib import clock


def test_ten_credit_hours(db: None, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    make.installation("2023-09-01 08:00")
    tree = make.tree()
    batch = make.batch(make.programme("S20230304"), 4)
    version = generate_course(slug="rehearsal", title="演练课程")
    learner = make.person(tree.school_a)
    enrolment = make.enrolment(learner, make.training_class(batch, version))
    for day, item in enumerate(version.items.filter(kind__in=("video", "text"))):
        make.set_clock(f"2023-09-{day + 1:02} 19:00")
        session = actions.open_session(enrolment=enrolment.pk).session
        assert session is not None
        for start in range(0, item.seconds, 300):
            end = min(start + 300, item.seconds)
            make.set_clock(clock.now() + timedelta(seconds=end - start))
            span = (
                Report(learner.pk, session, item.pk, ((start, end, None),))
                if item.kind == "video"
                else Report(learner.pk, session, item.pk, last=end - start)
            )
            [answer] = actions.report([span])
            assert (answer.credited, answer.refused) == (end - start, [])
            if answer.ask:
                actions.answer_presence(session=session, person=learner.pk)
    assert queries.progress([enrolment.pk]) == {enrolment.pk: 24_000}
    assert sum(LearnerTime.objects.get().days) == 24_000
    assert not ItemTime.objects.exclude(refused=[]).exists()
    reached = Event.objects.get(kind="learning.reached")
    assert reached.data == {"enrolment": enrolment.pk, "seconds": 24_000} and reached.policy == batch.policy_id
