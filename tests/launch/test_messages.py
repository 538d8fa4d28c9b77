"""The check of the languages finds what a reader of English would meet in Chinese."""

from pathlib import Path

import pytest

from launch.inside import messages

PAGE = """{% load i18n %}{# 注释 #}<!-- 注释 -->
<p title="{% translate '标题' %}">{% blocktranslate with n=names|length trimmed %}
  共{{ n }}人
{% endblocktranslate %}</p>
{% blocktranslate count c=k %}{{ c }}门课{% plural %}{{ c }}门课程{% endblocktranslate %}
{% translate "期" context "nav" as label %}{{ label|default:_("没有") }}
{% comment %}旧的{% endcomment %}
"""
CODE = '''"""说明"""
from django.utils.translation import gettext as _, gettext as now_, ngettext, pgettext
A = _("第一句" "接着")
B = ngettext("%(n)s人", "%(n)s人们", 2)
C = pgettext("动词", "报名")
D = _(A)
E = now_("换了名")
class State(models.TextChoices):
    OPEN = "open", "待处理"
    DONE = "done", _("已办")
'''


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "ENGLISH", tmp_path / "locale/en/LC_MESSAGES/django.po")
    page = tmp_path / "yanxiu/places/templates/places/page.html"
    page.parent.mkdir(parents=True)
    (tmp_path / "yanxiu/places/locale").mkdir()
    (tmp_path / "yanxiu/programme/locale").mkdir(parents=True)
    (tmp_path / "yanxiu/web").mkdir()
    (tmp_path / "yanxiu/web/shell.py").write_text('F = _("壳")\n', encoding="utf-8")
    page.write_text(PAGE, encoding="utf-8")
    (tmp_path / "policies").mkdir()
    policy = '[time]\nminutes = { value = 40, assumed = "按一节课定" }\n'
    (tmp_path / "policies/one.toml").write_text(policy, encoding="utf-8")
    (tmp_path / "yanxiu/places/views.py").write_text(CODE, encoding="utf-8")
    return tmp_path


def test_every_way_to_say_a_message_is_seen(tree: Path) -> None:
    seen = {(found.context, found.texts) for found in messages.extract()}
    assert seen == {
        (None, ("标题",)),
        (None, ("共%(n)s人",)),
        (None, ("%(c)s门课", "%(c)s门课程")),
        ("nav", ("期",)),
        (None, ("没有",)),
        (None, ("第一句接着",)),
        (None, ("%(n)s人", "%(n)s人们")),
        ("动词", ("报名",)),
        (None, ("换了名",)),
        (None, ("待处理",)),
        (None, ("已办",)),
        (None, ("按一节课定",)),
        (None, ("壳",)),
    }


def test_missing_spare_broken_and_bare_are_named(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert messages.main(["check"]) == 1
    assert "no English for '标题'" in capsys.readouterr().out
    assert messages.main(["fix"]) == 0
    own = tree / "yanxiu/places/locale/en/LC_MESSAGES/django.po"
    text = own.read_text(encoding="utf-8")
    assert 'msgid "壳"' in messages.ENGLISH.read_text(encoding="utf-8"), "web has no catalogue of its own"
    assert not (tree / "yanxiu/web/locale").exists() and "壳" not in text
    assert "按一节课定" in (tree / "yanxiu/programme/locale/en/LC_MESSAGES/django.po").read_text(encoding="utf-8")
    assert text.count('msgid "标题"') == 1
    text = text.replace('msgid "标题"\nmsgstr ""', 'msgid "标题"\nmsgstr "Title"')
    text = text.replace('msgid "共%(n)s人"\nmsgstr ""', 'msgid "共%(n)s人"\nmsgstr "people"')
    own.write_text(text + '\nmsgid "没人用"\nmsgstr "unused"\n', encoding="utf-8")
    (tree / "yanxiu/places/templates/places/bare.html").write_text('<p aria-label="裸">x</p>', encoding="utf-8")
    assert messages.main(["check"]) == 1
    said = capsys.readouterr().out
    assert "no English for '标题'" not in said
    assert "nothing uses '没人用'" in said
    assert "'共%(n)s人' and its English differ in %(n)s" in said
    assert "bare.html: outside of translation" in said
    assert "page.html: outside" not in said


def test_two_catalogues_at_odds_are_named(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Django serves all catalogues as one: the first installed would speak for all."""
    for package, english in (("places", "Title"), ("forum", "Heading")):
        file = tree / f"yanxiu/{package}/locale/en/LC_MESSAGES/django.po"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f'msgid "标题"\nmsgstr "{english}"\n', encoding="utf-8")
    assert messages.main(["check"]) == 1
    assert "'标题' has another English in yanxiu/forum" in capsys.readouterr().out


def test_everything_in_this_tree_has_its_english(capsys: pytest.CaptureFixture[str]) -> None:
    assert messages.main(["check"]) == 0, capsys.readouterr().out
