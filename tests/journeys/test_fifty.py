"""Fifty people press for the last ten seats of a class in the same moment, each in a browser of their own."""

import time
from typing import Any

import pytest

from tests import factories as make
from tests.journeys.conftest import Visitors
from tests.journeys.serving import Platform
from yanxiu.places.models import Choice

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PEOPLE, LEFT = 50, 10
WORDS = {
    "zh-CN": {
        "held": "已占位：{name}",
        "number": "已占位，到达号{n:,}",
        "waits": "已加入候补：{name}",
        "place": "候补第{n}位，共{all}人",
        "full": "您是候补第",
    },
    "en-US": {
        "held": "Place held: {name}",
        "number": "Place held, arrival no. {n:,}",
        "waits": "In line for: {name}",
        "place": "Number {n} of {all} in line",
        "full": "in line",
    },
}
PRESS = "at => { setTimeout(() => document.querySelector('form[data-hot=choose] button').click(), Math.max(0, at - Date.now())); }"


@pytest.mark.clause("T4.1a", "T4.1b", door="browser")
@pytest.mark.parametrize("visitors", ["zh-CN"], indirect=True)
def test_fifty_pages_choose_the_last_ten_seats_at_once(visitors: Visitors, platform: Platform) -> None:
    w = make.world("2023-09-12 10:00")
    batch = make.batch(w.programme, 5)
    training_class = make.training_class(batch, w.version, seats=LEFT + 2)
    make.quota(w.school_a, batch, PEOPLE + 2)
    for _ in range(2):
        make.choice(make.person(w.school_a), training_class)
    english = Visitors(visitors.browser, visitors.url, "en-US")
    crowd = []
    for n in range(PEOPLE):
        of = english if n % 5 == 4 else visitors
        person = make.person(w.school_a)
        page = of.person(person)
        page.goto("/choose/", wait_until="load")
        crowd.append((page, person, WORDS[of.locale]))
    at = (time.time() + 1.5) * 1000
    for page, _, _ in crowd:
        page.evaluate(PRESS, at)
    for page, _, _ in crowd:
        page.locator("#outcome .y-say").wait_for()
        page.locator("#choose #mine").wait_for()
    stored = {choice.person_id: choice for choice in Choice.objects.filter(batch=batch)}
    line = sorted(c.number for c in stored.values() if c.state == "waiting")
    assert len(stored) == PEOPLE + 2 and len(line) == PEOPLE - LEFT
    training_class.refresh_from_db()
    assert training_class.used == training_class.seats
    assert max(c.number for c in stored.values() if c.state == "holding") < line[0]
    name = training_class.name
    for page, person, words in crowd:
        shown(page, stored[person.pk], line, words, name)
    # Whoever pressed early saw a shorter line; the page says the present one whenever it is looked at.
    for page, person, words in crowd[::10]:
        page.reload()
        choice = stored[person.pk]
        if choice.state == "waiting":
            whole = words["place"].format(n=line.index(choice.number) + 1, all=len(line))
            assert whole in page.locator("#choose").inner_text()
    assert visitors.wrong + english.wrong == []


def shown(page: Any, choice: Choice, line: list[int], words: dict[str, str], name: str) -> None:
    """What this screen says is what is stored about this person."""
    outcome, own = page.locator("#outcome").inner_text(), page.locator("#choose").inner_text()
    if choice.state == "holding":
        assert words["held"].format(name=name) in outcome
        assert words["number"].format(n=choice.number) in own and words["full"] not in own
        return
    place = line.index(choice.number) + 1
    assert words["waits"].format(name=name) in outcome
    assert any(words["place"].format(n=place, all=n) in own for n in range(place, len(line) + 1)), (place, own)
