import json
import re
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from yanxiu.programme.rules import (
    PROGRAMME_GROUPS,
    Mark,
    Policy,
    PolicyError,
    belongs_to,
    difference,
    explain,
    flat,
    in_force,
    load_policy,
    marks_from_json,
    marks_to_json,
)
from yanxiu.programme.rules.sentences import value_at
from yanxiu.programme.rules.words import SECTIONS

ROOT = Path(__file__).parents[2]
POLICIES = ROOT / "policies"
REAL = load_policy(POLICIES / "S20230304.toml")
DEMO = load_policy(POLICIES / "demo.toml")


def problems(tmp_path, text, *, extends="S20230304"):
    """What is wrong with a policy that extends the real one and says `text`."""
    for source in POLICIES.glob("*.toml"):
        (tmp_path / source.name).write_text(source.read_text("utf-8"), "utf-8")
    path = tmp_path / "next.toml"
    path.write_text((f'extends = "{extends}"\n' if extends else "") + text, "utf-8")
    try:
        load_policy(path)
    except PolicyError as error:
        return [str(problem) for problem in error.problems]
    return []


def changed(text):
    """A stored policy with one value changed: "result.pass=90"."""
    tree = json.loads(REAL.canonical_json)
    for change in text.split(" "):
        key, _, value = change.partition("=")
        group = tree
        *above, name = key.split(".")
        for step in above:
            group = group[step]
        group[name] = json.loads(value)
    return json.dumps(tree)


# ------------------------------------------------------------------ what the notice and silent.md say


NOTICE = {  # from the notice, by hand
    "batches.first_start": ("2023-07-16", "T2.1"),
    "batches.start_days": ([1, 16], "T2.1"),
    "batches.length_days": (20, "T2.1"),
    "batches.count": (9, "T2.1"),
    "plan.deadline": ("07-07", "T3.3a"),
    "enrolment.window_days": (5, "T3.3b"),
    "enrolment.replace_until": ("end", "T4.1b"),
    "enrolment.return_until": ("end", "T4.1b"),
    "repeat.gap_years": (1, "T1.2"),
    "coverage.percent": (10, "T3.2a"),
    "result.weights.time": ("50", "A2.1"),
    "result.weights.objective": ("10", "A2.2"),
    "result.weights.subjective": ("20", "A2.2"),
    "result.weights.excellent": ("2", "A2.2"),
    "result.weights.interaction": ("18", "A2.3"),
    "result.pass": ("80", "A2.4"),
    "result.excellent": ("90", "E2.1"),
    "originality.percent": ("30", "T4.2a"),
    "bar.until": ("12-31", "T4.2b"),
    "programme.phone": ("025-83758377", "T4.3"),
    "programme.host": ("江苏省教育厅", "G1"),
}
SILENT = {  # decided where the notice is silent
    "choice.opens_days_before": 15, "choice.opens_at": "08:00", "choice.stage_must_match": True, "choice.warn_hours": [48, 12],
    "repeat.same_year": "no", "enrolment.review": "none", "coverage.count_date": "06-30", "coverage.direct_counties_in_city": False,
    "time.required_hours": "10", "time.minutes_per_hour": 40, "time.full_mark": "proportional", "time.max_speed": "1",
    "time.text_chars_per_minute": 300, "time.text_idle_seconds": 120, "time.daily_minutes": 0, "time.late_minutes": 30, "time.appeal_days": 7,
    "presence.every_minutes": 20, "presence.answer_seconds": 60, "quiz.attempts": 3, "quiz.counts": "best", "homework.due_day": 15,
    "homework.late_factor": "0.8", "homework.revision_days": 3, "interaction.post": "1", "interaction.reply": "0.5", "interaction.daily_cap": "3",
    "interaction.featured": "2", "interaction.forum_cap": "12", "interaction.live_minutes": 15, "interaction.live_points": "1",
    "interaction.live_session_cap": "3", "interaction.live_cap": "6", "interaction.activity_points": "2", "interaction.activity_cap": "4",
    "interaction.min_post": 20, "interaction.min_reply": 10, "activity.counts_in": "interaction", "result.minima": {}, "result.digits": 2,
    "result.rounding": "half-up", "result.marking_days": 7, "result.objection_days": 5, "originality.exclude": "both",
    "originality.min_length": 200, "finding.answer_days": 5, "finding.appeal_days": 15, "bar.year": "batch", "bar.running": "finish",
}  # fmt: skip


def test_every_number_of_the_notice_with_its_clause():
    values = flat(REAL.canonical_json)
    assert {key: (values[key], REAL.marks[key].clause) for key in NOTICE} == NOTICE


def test_every_decision_where_the_notice_is_silent_is_marked_assumed():
    values = flat(REAL.canonical_json)
    assert {key: values[key] for key in SILENT} == SILENT
    assert all(REAL.marks[key].assumed and not REAL.marks[key].clause for key in SILENT)


def test_every_value_has_exactly_one_mark():
    assert set(REAL.marks) == set(flat(REAL.canonical_json))
    assert all((mark.clause is None) != (mark.assumed is None) for mark in REAL.marks.values())


def test_clauses_are_those_of_the_register():
    register = ROOT / "docs" / "clauses.toml"
    if not register.exists():
        register = ROOT / "yanxiu" / "web" / "data" / "clauses.toml"
    known = {clause["id"] for clause in tomllib.loads(register.read_text("utf-8"))["clause"]}
    assert {mark.clause for mark in REAL.marks.values() if mark.clause} <= known


def test_types_are_exact():
    assert Decimal("0.80") == REAL.policy.homework.late_factor
    assert isinstance(REAL.policy.result.pass_, Decimal)
    assert REAL.policy.time.required_seconds == 24_000
    assert REAL.policy.batches.start_days == (1, 16)


def test_a_policy_cannot_be_changed():
    with pytest.raises(Exception, match="frozen"):
        REAL.policy.time.late_minutes = 3


# ------------------------------------------------------------------ versions


def test_demo_differs_in_one_value_and_says_why():
    assert difference(REAL.canonical_json, DEMO.canonical_json) == [("time.required_hours", "10", "1")]
    assert "演示" in DEMO.marks["time.required_hours"].assumed
    assert {key: mark for key, mark in DEMO.marks.items() if key != "time.required_hours"} == {
        key: mark for key, mark in REAL.marks.items() if key != "time.required_hours"
    }
    assert DEMO.sha256 != REAL.sha256


def test_a_stored_version_is_the_same_policy():
    again = Policy.from_json(REAL.canonical_json)
    assert again == REAL.policy
    assert again.to_json() == REAL.canonical_json


def test_one_spelling_a_number():
    assert Policy.from_json(changed('homework.late_factor="0.800"')).to_json() == REAL.canonical_json
    assert Policy.from_json(changed('result.pass="80.0"')).to_json() == REAL.canonical_json
    assert Policy.from_json(changed("result.pass=80")).to_json() == REAL.canonical_json


def test_marks_there_and_back():
    assert marks_from_json(json.loads(json.dumps(marks_to_json(REAL.marks)))) == dict(REAL.marks)


def test_difference_names_keys_that_one_version_lacks():
    old = json.loads(REAL.canonical_json)
    del old["finding"]["appeal_days"]
    old["quiz"]["attempts"] = 5
    old["result"]["minima"] = {"time": "30"}
    assert difference(json.dumps(old), REAL.canonical_json) == [
        ("finding.appeal_days", None, 15),
        ("quiz.attempts", 5, 3),
        ("result.minima", {"time": "30"}, {}),
    ]


def test_keys_belong_to_programme_or_batch():
    assert {name for name in Policy.model_fields if belongs_to(f"{name}.x") == "programme"} == PROGRAMME_GROUPS
    assert belongs_to("plan.deadline") == "programme"
    assert belongs_to("result.pass") == "batch"


def test_a_batch_keeps_its_own_keys_and_follows_the_programmes():
    frozen = Policy.from_json(changed('result.pass="75" coverage.percent=5'))
    both = in_force(frozen=frozen, current=REAL.policy)
    assert both.result.pass_ == 75
    assert both.coverage.percent == 10


# ------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[time]\nrequired_hour = { value = 1, assumed = "x" }',
            "time.required_hour = .*没有这个键，是否想写“required_hours”",
        ),
        ('[nothing]\nx = { value = 1, assumed = "x" }', "nothing = .*没有这个键。这里可用的键：activity、"),
        (
            '[result.weights]\nbonus = { value = 1, assumed = "x" }',
            "result.weights.bonus = .*没有这个键.*excellent、interaction",
        ),
        ("[time]\nlate_minutes = 3", "time.late_minutes = 3：须写成"),
        ("[time]\nlate_minutes = { value = 3 }", "time.late_minutes = 3：须注明出处"),
        ('[time]\nlate_minutes = { value = 3, clause = "A1.4", assumed = "x" }', "time.late_minutes = 3：.*两者取一"),
        ('[time]\nlate_minutes = { value = 3, clause = "第三条" }', "time.late_minutes = '第三条'：clause 须为条款号"),
        ('[time]\nlate_minutes = { value = 3, assumed = " " }', "time.late_minutes = ' '：assumed 须写明理由"),
        ('[time]\nlate_minutes = { value = 3, assume = "x" }', "time.late_minutes = 3：出处只能写"),
        ('[time]\nlate_minutes = { value = 1441, assumed = "x" }', "time.late_minutes = 1441：须为整数，0 到 1440"),
        ('[time]\nlate_minutes = { value = -1, assumed = "x" }', "time.late_minutes = -1：须为整数，0 到 1440"),
        ('[time]\nlate_minutes = { value = "3", assumed = "x" }', "time.late_minutes = '3'：须为整数"),
        ('[time]\nlate_minutes = { value = true, assumed = "x" }', "time.late_minutes = True：须为整数"),
        (
            '[time]\nrequired_hours = { value = 1.5, assumed = "x" }',
            "time.required_hours = 1.5：须为整数或带引号的小数",
        ),
        (
            '[time]\nrequired_hours = { value = true, assumed = "x" }',
            "time.required_hours = True：须为整数或带引号的小数",
        ),
        ('[time]\nrequired_hours = { value = 0, assumed = "x" }', "time.required_hours = '0'：.*> 0 到 1000"),
        ('[time]\nrequired_hours = { value = "1e3", assumed = "x" }', "time.required_hours = '1e3'"),
        (
            '[time]\nfull_mark = { value = "propotional", assumed = "x" }',
            "只能是：proportional、stepped、all-or-nothing",
        ),
        (
            '[choice]\nstage_must_match = { value = "yes", assumed = "x" }',
            "choice.stage_must_match = 'yes'：只能是 true 或 false",
        ),
        ('[choice]\nopens_at = { value = "8:00", assumed = "x" }', 'choice.opens_at = .*如 "08:00"'),
        ('[choice]\nopens_at = { value = "24:00", assumed = "x" }', 'choice.opens_at = .*如 "08:00"'),
        (
            '[choice]\nwarn_hours = { value = [48, 0], assumed = "x" }',
            "choice.warn_hours = 0：须为一组整数，各为 1 到 720",
        ),
        ('[choice]\nwarn_hours = { value = 48, assumed = "x" }', "choice.warn_hours = 48：须为一组整数"),
        ('[plan]\ndeadline = { value = "02-29", clause = "T3.3a" }', "plan.deadline = '02-29'：.*每年都有"),
        ('[plan]\ndeadline = { value = "7-7", clause = "T3.3a" }', "plan.deadline = '7-7'"),
        ('[batches]\nfirst_start = { value = "July", clause = "T2.1" }', "batches.first_start = 'July'：须为日期"),
        ('[batches]\nstart_days = { value = [16, 1], clause = "T2.1" }', r"batches.start_days = .*须从小到大，不重复"),
        (
            '[batches]\nstart_days = { value = [1, 1, 16], clause = "T2.1" }',
            r"batches.start_days = .*须从小到大，不重复",
        ),
        ('[batches]\nstart_days = { value = [16, 31], clause = "T2.1" }', "batches.start_days = 31：.*1 到 28"),
        ('[programme]\nname = { value = "", clause = "T1.1" }', "programme.name = ''：须为不为空的文字"),
        (
            '[programme]\norganisers = { value = [], clause = "G1" }',
            r"programme.organisers = \[\]：须为一组不为空的文字",
        ),
        ('[result]\nminima = { value = { total = 3 }, assumed = "x" }', "result.minima = .*须为“部分 = 最低分”"),
        ('[result]\nminima = { value = { time = "some" }, assumed = "x" }', "result.minima = .*须为“部分 = 最低分”"),
        ('[result]\nweights = { value = 3, assumed = "x" }', r"result.weights = .*须为一组键，写成 \[result.weights\]"),
        # between keys
        ('[result.weights]\ntime = { value = 49, clause = "A2.1" }', "result.weights = '99'：各部分分值之和须为 100"),
        (
            '[result]\nexcellent = { value = "79.99", clause = "E2.1" }',
            "result.excellent = '79.99'：.*result.pass = 80",
        ),
        (
            '[result]\nminima = { value = { time = 51 }, assumed = "x" }',
            "result.minima.time = '51'：.*0 和该部分分值 50 之间",
        ),
        (
            '[result]\nminima = { value = { time = "all-works" }, assumed = "x" }',
            "result.minima.time = 'all-works'：.*objective",
        ),
        (
            '[interaction]\ndaily_cap = { value = 13, assumed = "x" }',
            "interaction.daily_cap = '13'：不得大于 interaction.forum_cap = 12",
        ),
        (
            '[interaction]\nforum_cap = { value = 19, assumed = "x" }',
            "interaction.forum_cap = '19'：不得大于 result.weights.interaction = 18",
        ),
        (
            '[interaction]\npost = { value = "3.5", assumed = "x" }',
            "interaction.post = '3.5'：不得大于 interaction.daily_cap = 3",
        ),
        ('[interaction]\nreply = { value = 4, assumed = "x" }', "interaction.reply = '4'"),
        ('[interaction]\nlive_points = { value = 4, assumed = "x" }', "interaction.live_points = '4'"),
        ('[interaction]\nlive_session_cap = { value = 7, assumed = "x" }', "interaction.live_session_cap = '7'"),
        ('[interaction]\nlive_cap = { value = 19, assumed = "x" }', "interaction.live_cap = '19'"),
        ('[interaction]\nactivity_points = { value = 5, assumed = "x" }', "interaction.activity_points = '5'"),
        ('[interaction]\nactivity_cap = { value = 19, assumed = "x" }', "interaction.activity_cap = '19'"),
        ('[interaction]\nfeatured = { value = 13, assumed = "x" }', "interaction.featured = '13'"),
        (
            '[batches]\nfirst_start = { value = 2023-07-17, clause = "T2.1" }',
            "batches.first_start = .*每月开班日之一：1、16",
        ),
        (
            '[batches]\nfirst_start = { value = 2024-07-16, clause = "T2.1" }',
            "batches.first_start = .*项目年度 2023 年内",
        ),
        (
            '[plan]\ndeadline = { value = "07-16", clause = "T3.3a" }',
            "plan.deadline = '07-16'：.*早于首批开班日 2023-07-16",
        ),
        (
            '[enrolment]\nwindow_days = { value = 16, clause = "T3.3b" }',
            "enrolment.window_days = 16：.*opens_days_before = 15",
        ),
        ('[homework]\ndue_day = { value = 21, assumed = "x" }', "homework.due_day = 21：.*20 天之内"),
    ],
)
def test_refusals_name_file_key_value_and_what_is_allowed(tmp_path, text, said):
    (problem,) = problems(tmp_path, text)
    assert problem.startswith("next.toml：")
    assert re.search(said, problem), problem


def test_all_problems_at_once(tmp_path):
    text = '[time]\nlate_minutes = { value = -1, assumed = "x" }\nfoo = 1\n[quiz]\nattempts = 3\ncounts = { value = "worst", assumed = "x" }'
    assert len(problems(tmp_path, text)) == 4


def test_edges_that_are_allowed(tmp_path):
    text = """
    [result]
    pass = { value = 90, clause = "A2.4" }
    minima = { value = { time = 50, subjective = "all-works", objective = "0" }, assumed = "x" }
    [interaction]
    daily_cap = { value = 12, assumed = "x" }
    [enrolment]
    window_days = { value = 15, assumed = "x" }
    [homework]
    due_day = { value = 20, assumed = "x" }
    [choice]
    opens_at = { value = 07:30:00, assumed = "x" }
    """
    assert problems(tmp_path, text) == []


def test_what_is_missing_is_said(tmp_path):
    said = problems(tmp_path, "", extends=None)
    assert any(line.startswith("next.toml：time：缺少这个键") for line in said)
    with pytest.raises(PolicyError, match=r"quiz\.attempts：缺少这个键"):
        tree = json.loads(REAL.canonical_json)
        del tree["quiz"]["attempts"]
        Policy.from_json(json.dumps(tree))


@pytest.mark.parametrize("text", ["", "nonsense", "[]", "3"])
def test_stored_rubbish_is_a_policy_error(text):
    with pytest.raises(PolicyError):
        Policy.from_json(text)


def test_stored_versions_are_cross_checked_too():
    with pytest.raises(PolicyError, match="100"):
        Policy.from_json(changed('result.weights.time="51"'))


def test_files_that_are_none(tmp_path):
    with pytest.raises(PolicyError, match=r"none.toml：没有这个文件"):
        load_policy(tmp_path / "none.toml")
    for name, body, said in (
        ("bad.toml", b"x = ", "不是有效的 TOML"),
        ("gbk.toml", "# 方案".encode("gbk"), "UTF-8"),
        ("self.toml", b'extends = "self"', "绕圈"),
        ("out.toml", b'extends = "../S20230304"', "不带 .toml"),
        ("away.toml", b'extends = "away2"', "away2.toml：没有这个文件"),
    ):
        (tmp_path / name).write_bytes(body)
        with pytest.raises(PolicyError, match=said):
            load_policy(tmp_path / name)


def test_an_error_inherited_names_the_file_it_stands_in(tmp_path):
    (tmp_path / "base.toml").write_text(
        (POLICIES / "S20230304.toml").read_text("utf-8").replace("attempts = { value = 3,", "attempts = { value = 0,"),
        "utf-8",
    )
    (tmp_path / "child.toml").write_text('extends = "base"\n', "utf-8")
    with pytest.raises(PolicyError, match=r"base.toml：quiz.attempts = 0"):
        load_policy(tmp_path / "child.toml")


# ------------------------------------------------------------------ in words


def test_every_key_stands_in_exactly_one_sentence():
    keys = [key for _title, rows in SECTIONS for row_keys, _msgid in rows for key in row_keys]
    assert sorted(keys) == sorted(flat(REAL.canonical_json))


def test_sentences_are_complete_and_marked():
    for loaded in (REAL, DEMO):
        lines = [line for section in explain(loaded.policy, loaded.marks) for line in section.lines]
        for line in lines:
            assert "%(" not in str(line)
            assert line.clauses or line.assumptions
            assert {mark.clause for key in line.keys if (mark := loaded.marks[key]).clause} == set(line.clauses)
            assert {mark.assumed for key in line.keys if (mark := loaded.marks[key]).assumed} == set(line.assumptions)


def test_sentences_show_what_the_policy_says():
    said = {line.keys[0]: str(line) for section in explain(REAL.policy, REAL.marks) for line in section.lines}
    assert said["time.required_hours"] == "须学满 10 学时，每学时 40 分钟；同一段材料只计一次。"
    assert said["batches.start_days"].startswith("每月 1、16 日开班，每期 20 天")
    assert said["choice.opens_days_before"].startswith("选课自开班前第 15 天 08:00 起")
    assert said["homework.late_factor"].startswith("之后至当期结束前提交的，得分乘以 0.8；")
    assert said["coverage.percent"] == "各市参训人数不低于教师总数的 10%。"
    assert said["time.daily_minutes"] == "不设每日上限。"
    assert said["result.minima"] == "各部分不设最低分。"


def test_other_values_make_other_sentences():
    other = Policy.from_json(
        changed(
            'time.daily_minutes=90 repeat.gap_years=2 bar.scope="series" result.minima={"time":"30","subjective":"all-works"}'
        )
    )
    said = [str(line) for section in explain(other, {}) for line in section.lines]
    for sentence in ("每天最多计 90 分钟。", "学习时间至少得 30 分方可合格。", "须提交全部主观题作业方可合格。"):
        assert sentence in said
    assert any("须间隔 2 年" in sentence for sentence in said)
    assert any("同一系列的培训项目" in sentence for sentence in said)


def test_each_choice_of_words_fits_an_allowed_value():
    """A sentence for a value that cannot occur is dead; a value without a sentence is an error on the page."""
    from typing import Literal, get_args, get_origin

    from yanxiu.programme.rules.problems import field_at

    for _title, rows in SECTIONS:
        for keys, msgid in rows:
            info, _group = field_at(Policy, keys[0].split("."))
            if get_origin(info.annotation) is Literal:
                assert isinstance(msgid, dict), keys
                assert set(msgid) == set(get_args(info.annotation)), keys
            elif info.annotation is bool:
                assert set(msgid) == {True, False}, keys
            elif isinstance(msgid, dict):
                assert set(msgid) == {0, ""}, keys


def test_mark_is_one_of_two():
    assert Mark("A1.1") != Mark(None, "A1.1")
    assert value_at(REAL.policy, "result.pass") == 80
