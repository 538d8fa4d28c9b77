"""Dates, spans and figures in both languages."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils.translation import activate, get_language, gettext, override

from yanxiu.web import wording

MOMENT = datetime(2023, 9, 13, 12, 14, 7, tzinfo=UTC)  # 20:14:07 in Shanghai
MIDNIGHT = datetime(2023, 9, 15, 16, tzinfo=UTC)  # 2023-09-16 00:00 in Shanghai
ENDS = datetime(2023, 9, 20, 16, tzinfo=UTC)
STARTS = datetime(2023, 8, 31, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "chinese", "english"),
    [
        (lambda: wording.day(MOMENT), "9月13日", "13 Sept"),
        (lambda: wording.day(date(2023, 9, 13), year=True), "2023年9月13日", "13 Sept 2023"),
        (lambda: wording.time(MOMENT), "9月13日 20:14", "13 Sept 20:14"),
        (lambda: wording.time(MOMENT, seconds=True), "9月13日 20:14:07", "13 Sept 20:14:07"),
        (lambda: wording.until(MIDNIGHT), "9月15日 24:00", "15 Sept 24:00"),
        (lambda: wording.until(MOMENT), "9月13日 20:14", "13 Sept 20:14"),
        (lambda: wording.last_day(ENDS), "9月20日", "20 Sept"),
        (lambda: wording.days(date(2023, 9, 1), date(2023, 9, 20)), "9月1日—20日", "1–20 Sept"),
        (lambda: wording.days(date(2023, 9, 16), date(2023, 10, 5)), "9月16日—10月5日", "16 Sept – 5 Oct"),
        (lambda: wording.days(date(2023, 9, 1), date(2023, 9, 1)), "9月1日", "1 Sept"),
        (
            lambda: wording.days(date(2023, 12, 16), date(2024, 1, 4), year=True),
            "2023年12月16日—2024年1月4日",
            "16 Dec 2023 – 4 Jan 2024",
        ),
        (lambda: wording.left(MIDNIGHT, MOMENT), "还有2天3小时", "2 days 3 hours left"),
        (lambda: wording.left(MOMENT + timedelta(hours=1), MOMENT), "还有1小时", "1 hour left"),
        (lambda: wording.left(MOMENT + timedelta(days=1, minutes=5), MOMENT), "还有1天", "1 day left"),
        (lambda: wording.left(MOMENT + timedelta(seconds=59), MOMENT), "还有不到1分钟", "less than a minute left"),
        (lambda: wording.left(MOMENT, MOMENT), "已截止", "Closed"),
        (lambda: wording.seconds(752), "12:32", "12:32"),
        (lambda: wording.seconds(3725), "1:02:05", "1:02:05"),
        (lambda: wording.seconds_words(202), "3分22秒", "3 min 22 s"),
        (lambda: wording.seconds_words(0), "0秒", "0 s"),
        (lambda: wording.plain("小学"), "小学", "primary school"),
        (lambda: wording.plain(["语文", "数学"]), "语文、数学", "Chinese, Mathematics"),
        (lambda: wording.plain(True), "是", "yes"),
    ],
)
def test_both_languages(said, chinese, english):
    with override("zh-hans"):
        assert said() == chinese
    with override("en"):
        assert said() == english


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (wording.count(850216), "850,216"),
        (wording.trim(Decimal("80.00")), "80"),
        (wording.trim(Decimal("0.50")), "0.5"),
        (wording.trim(Fraction(9, 4)), "2.25"),
        (wording.trim(24000), "24,000"),
        (wording.mark(Decimal("79.995")), "80.00"),
        (wording.mark(Fraction(127, 2)), "63.50"),
        (wording.mark(None), "–"),
        (wording.percent(1, 3), "33.3%"),
        (wording.percent(0, 0), "–"),
        (wording.percent(Decimal("41.26")), "41.3%"),
        (wording.percent(3, 3, 0), "100%"),
        # 23,999 s are not yet 10 credit hours of 40 minutes, and must not read as if they were.
        (wording.hours(23999), "9.99"),
        (wording.hours(24000), "10.00"),
        (wording.hours(None), "–"),
    ],
)
def test_figures(said, expected):
    assert said == expected


def test_a_unit_follows_its_figure():
    with override("en"):
        assert [wording.unit("人", n) for n in (0, 1, 2)] == ["people", "person", "people"]
        assert {wording.unit(unit, 1) for unit in wording.UNITS} & {
            wording.unit(unit, 2) for unit in wording.UNITS
        } == set()
        assert wording.unit("/ 300", 1) == "/ 300"
    with override("zh-hans"):
        assert wording.unit("人", 1) == wording.unit("人", 2) == "人"


def test_words_are_those_of_the_language_and_of_the_thread() -> None:
    """Found words are remembered, and the language is kept without Django's own store (web/apps.py)."""
    with ThreadPoolExecutor(1) as other, override("en"):
        for _again in range(2):
            assert gettext("消息") == "Messages" and get_language() == "en"
            assert other.submit(lambda: (gettext("消息"), get_language())).result() == ("消息", "zh-hans")
        other.submit(activate, "en").result()
        with override("zh-hans"):
            assert gettext("消息") == "消息"
            assert other.submit(gettext, "消息").result() == "Messages"
