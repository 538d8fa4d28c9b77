"""From codes to sentences."""

from datetime import UTC, datetime

import pytest
from django.template import engines
from django.utils.translation import override

from yanxiu.lib.decision import Decision, Reason
from yanxiu.web import reasons
from yanxiu.web.clauses import clauses

REFUSAL = Decision.no(
    Reason("consecutive_year", "T1.2", {"year": 2022}),
    Reason("window_closed", "T3.3b", {"closed": datetime(2023, 9, 15, 16, tzinfo=UTC)}),
    Reason("quota_short", "T3.2b", {"free": 1200, "wanted": 1500}),
)


def draw(source, **context):
    return engines["django"].from_string(source).render(context)


@pytest.mark.parametrize("code", sorted(reasons.REASONS))
def test_every_code_names_a_clause_of_the_register_and_a_sentence(code):
    said = reasons.REASONS[code]
    assert said.clause == "" or said.clause in clauses()
    assert str(said.sentence)


def test_all_reasons_are_said_with_clause_words_and_way_on():
    with override("zh-hans"):
        html = draw("{% y_reasons d heading='不能报名' %}", d=REFUSAL)
    for part in (
        "2022年参加过同一项目",
        "9月15日 24:00 已经截止",
        "可用配额1,200个，不够1,500个",
        "同一教师原则上不得连续2年参加同一项目",
        "您可以：改选别的项目",
        "1．",
        "3．",
    ):
        assert part in html


def test_one_reason_joins_its_heading():
    with override("zh-hans"):
        html = draw("{% y_reasons d heading='不能为孙丽老师报名' %}", d=Decision.no(REFUSAL.reasons[0]))
    assert "不能为孙丽老师报名：2022年参加过同一项目" in html and "1．" not in html


def test_a_stored_decision_reads_like_a_fresh_one():
    with override("en"):
        assert (
            reasons.sentence(REFUSAL)
            == "took part in this programme in 2022; closed on 15 Sept 24:00; 1,200 of the quota are free, not 1,500"
        )
        assert reasons.explain(REFUSAL.to_json()) == reasons.explain(REFUSAL)


def test_a_name_from_outside_cannot_write_html():
    html = draw(
        "{% y_reasons d %}", d=Decision.no(Reason("duplicate_choice", "T4.1a", {"class": "<script>alert(1)</script>"}))
    )
    assert "<script>" not in html and "&lt;script&gt;" in html


def test_an_unworded_code_is_shown_with_its_clause():
    (line,) = reasons.explain(Decision.no(Reason("nobody_worded_this", "T4.3")))
    assert (line.sentence, line.clause) == ("nobody_worded_this", "T4.3")


def test_a_code_is_worded_once():
    with pytest.raises(ValueError, match="twice"):
        reasons.register({"no_seat": reasons.Say("T4.1a", "else")})
