"""The chip opens the clause's own words; the copy is the register's."""

import tomllib
from pathlib import Path

from django.template import engines
from django.utils.translation import override

from yanxiu.web.clauses import clauses

REGISTER = Path(__file__).resolve().parents[2] / "docs" / "clauses.toml"


def test_every_clause_of_the_register_with_its_own_words_and_an_english():
    register = {row["id"]: row["text"] for row in tomllib.loads(REGISTER.read_text(encoding="utf-8"))["clause"]}
    assert {c.id: c.text for c in clauses().values()} == register
    assert all((c.english and c.english.isascii()) or set(c.english) & set("…–“”’") for c in clauses().values())
    assert not [c.id for c in clauses().values() if any("\u4e00" <= ch <= "\u9fff" for ch in c.english)]


def test_chip_stands_in_a_paragraph_and_opens_its_own_popover():
    draw = engines["django"].from_string('{% y_clause "T3.2c" %}{% y_clause "T3.2c" %}').render
    with override("zh-hans"):
        html = draw()
    assert "校级项目办培训管理员根据教师选课情况" in html
    assert "<div" not in html and "<p" not in html  # a block inside a paragraph would end it
    targets = [part.split('"')[0] for part in html.split('popovertarget="')[1:]]
    assert len(set(targets)) == 2 and all(f'id="{t}"' in html for t in targets)
    with override("en"):
        assert "enrols teachers in the system" in draw()


def test_unknown_clause_is_shown_as_it_is():
    assert "X9" in engines["django"].from_string('{% y_clause "X9" %}').render()
