import csv
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanxiu.lib import surnames, text

RARE = [
    row["char"]
    for row in csv.DictReader(
        (Path(__file__).parent.parent / "data" / "rare-name-characters.csv").open(encoding="utf-8")
    )
]
any_text = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)


@pytest.mark.parametrize("char", RARE)
def test_rare_characters_count_are_found_sorted_and_masked(char):
    name = f"王{char}明"
    assert text.length(name) == 3
    assert text.normalise(name) == name
    assert set(text.search_terms(name)) <= set(text.bigrams(name))
    assert set(text.search_terms(char)) <= set(text.bigrams(name))
    assert text.pinyin_key(name).startswith("wang2王 ")
    assert text.pinyin_key(char + "明")
    assert text.mask_name(name) == "王*明"


def test_two_rare_names_that_differ_in_one_character_are_two_names():
    keys = {text.pinyin_key(f"王{char}") for char in RARE}
    assert len(keys) == len(RARE)


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("", 0),
        ("。，！… \n", 0),
        ("学习", 2),
        ("学习 2023 年", 7),
        ("Ab-9", 3),
        ("𠅤𬭊", 2),
        ("\U000323af\U0002ebf0\U00031350", 3),  # Han that this Python's tables do not know yet
        ("〇々", 2),
        ("👍👍👍", 0),
        ("e\u0301", 1),
        ("①½", 0),
        ("９Ａ", 2),
        ("\u200b\ufe0f", 0),
    ],
)
def test_length(written, count):
    assert text.length(written) == count


@given(any_text)
def test_length_ignores_what_is_put_between(written):
    spaced = "， ".join(written)
    assert text.length(spaced) == text.length(written)


@given(any_text)
def test_normalising_twice_changes_nothing(written):
    once = text.normalise(written)
    assert text.normalise(once) == once


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("我同意，老师！", "我同意老师"),
        ("ＡＢＣ１２３", "abc 123"),
        ("Straße", "STRASSE"),
        ("\u1d2cbc", "abc"),  # folded only after it was narrowed
        ("导入 环节\n很好。", "导入环节——很好"),
        ("分\u200b数", "分数"),
    ],
)
def test_copies_are_equal(a, b):
    assert text.normalise(a) == text.normalise(b)


def test_different_words_are_no_copies():
    assert text.normalise("我同意这个设计") != text.normalise("我不同意这个设计")


@pytest.mark.parametrize(
    "filler",
    [
        "",
        "。。。！！！",
        "👍👍👍👍",
        "啊啊啊啊啊啊啊啊啊啊",
        "哈 哈 哈 哈 哈！",
        "好的好的好的好的好的好的",
        "学习了学习了学习了学习了学习",
        "学习了，收获很大！学习了，收获很大！",
        "学习了，收获很大，感谢老师的分享！",
        "老师讲得很好，受益匪浅，谢谢老师，老师辛苦了。",
        "非常好非常好很好很好点赞点赞打卡打卡签到",
        "12345678901234567890",
        "123 456 789 0123 4567 890 98765",
        "哈哈哈哈嘿嘿嘿嘿哈哈哈哈嘿嘿嘿嘿嘻嘻嘻嘻",
        "asdfasdfasdfasdfasdf",
        "very good, very good, thanks, great, very good!",
        "这节课讲得不错值得听。这节课讲得不错值得听啊。这节课讲得不错值得听。这节课讲得不错值得听呢。",
    ],
)
def test_filler(filler):
    assert text.is_filler(filler)


@pytest.mark.parametrize(
    "said",
    [
        "分数的意义应从平均分开始建立，而不是直接给定义，我在三年级试过两种顺序。",
        "我认为这节课的导入环节设计得很巧妙，用学生身边的例子引出问题，值得借鉴。",
        "老师讲得很好，受益匪浅。我准备把“预测—观察—解释”用到浮力一课里，先让学生写下猜想。",
        "不同意：概念图对低年级太抽象。",
        "请问小组讨论时怎样照顾不爱发言的孩子？",
        "观察记录表可以再加一栏“我的疑问”，这样回看时能看到想法的变化，也便于家长理解。",
        "I tried the jigsaw method with my fourth graders and the weaker readers spoke more often than before.",
        "3/4 与 6/8 为什么相等？我让学生折纸比较。",
    ],
)
def test_what_says_something_is_no_filler(said):
    assert not text.is_filler(said)


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=12), st.integers(2, 6))
def test_repeating_anything_is_filler(phrase, times):
    assert text.is_filler("，".join([phrase] * times))


@given(any_text, any_text, any_text)
def test_what_stands_in_a_text_is_found(before, middle, after):
    row = set(text.bigrams(f"{before} {middle} {after}"))
    assert set(text.search_terms(middle)) <= row


@pytest.mark.parametrize(
    ("name", "query", "found"),
    [
        ("王小明", "小明", True),
        ("王小明", "明", True),
        ("王小明", "王明", False),
        ("阿依古丽·买买提", "阿依古丽买买提", True),
        ("阿依古丽·买买提", "丽·买", True),
        ("欧阳娜娜", "阳娜", True),
        ("T000123", "t0001", True),
        ("T000123", "t1230", False),
        ("南京市鼓楼区", "鼓楼 南京", True),
    ],
)
def test_search(name, query, found):
    assert (set(text.search_terms(query)) <= set(text.bigrams(name))) == found


def test_terms_of_a_query():
    assert text.search_terms("明") == ["明"]
    assert text.search_terms("王小明 明") == ["王小", "小明", "明"]
    assert text.search_terms("……") == []


def test_bigrams_are_each_once():
    assert text.bigrams("好好好") == ["好", "好好"]


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("单雄信", "shan4"),
        ("曾国华", "zeng1"),
        ("仇英", "qiu2"),
        ("区小明", "ou1"),
        ("任小明", "ren2"),
        ("万俟卨", "mo4万 qi2俟"),
        ("万里", "wan4万 li3里"),
        ("尉迟恭", "yu4尉 chi2迟"),
        ("单于丹", "chan2单 yu2于"),
        ("单于", "shan4单 yu2于"),  # two characters: a one-character surname and a given name
        ("长孙无忌", "zhang3长 sun1孙"),
        ("诸葛亮", "zhu1诸 ge3葛"),
        ("吕布", "lv3"),
        ("䶮阳", "yan3"),
        ("禤明", "xuan1"),
        ("遆明", "ti2"),
    ],
)
def test_surnames_have_their_own_readings(name, start):
    assert text.pinyin_key(name).startswith(start)


def test_names_sort_by_reading_then_tone_then_character():
    right = [
        "3号",
        "阿依古丽·买买提",
        "安心",
        "Bob",
        "单一",
        "万一",
        "汪明",
        "王明",
        "王明远",
        "王小明",
        "曾一",
        "张一",
    ]
    assert sorted(set(right), key=text.pinyin_key) == right


def test_every_character_of_gb18030_has_its_place():
    """All code points but surrogates (GB 18030 maps each): never an error, never the same key for two Han characters."""
    keys = {}
    for point in (*range(0x20, 0xD800), *range(0xE000, 0x10000), *range(0x20000, 0x323B0, 7), *range(0xF0000, 0xF0100)):
        char = chr(point)
        key = text.pinyin_key(char)
        assert key or unicodedata.category(char)[0] in "PZC" or char in "·•・‧∙⋅･" or 0xFE00 <= point <= 0xFE0F, hex(
            point
        )
        if text.is_han(char) and unicodedata.normalize("NFC", char) == char:
            assert keys.setdefault(key, char) == char


@given(any_text)
def test_a_key_is_stable_and_plain(name):
    key = text.pinyin_key(name)
    assert key == text.pinyin_key(name)
    assert key == key.strip()


def test_readings_of_surnames_are_needed():
    plain = {char: text._reading(char) for char in surnames.SINGLE}
    assert [char for char, reading in surnames.SINGLE.items() if plain[char] == reading] == []
    assert all(len(char) == 1 for char in surnames.SINGLE)
    assert all(len(name) == len(reading.split()) == 2 for name, reading in surnames.COMPOUND.items())


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("", ""),
        ("王", "王"),
        ("王明", "王*"),
        ("王小明", "王*明"),
        ("欧阳娜娜", "欧**娜"),
        ("𠅤某", "𠅤*"),
        ("阿依·买", "阿*·买"),
    ],
)
def test_mask_name(name, masked):
    assert text.mask_name(name) == masked


def test_old_private_code_points_become_the_present_ones():
    assert text.standard("\ue81e\ue864王") == "\u9fb4\u9fbb王"
    assert text.standard(chr(0xE820)) == chr(0xE820)
    assert text.standard("王小明") == "王小明"


def test_this_python_is_older_than_the_ranges_we_name():
    """When it fails, the explicit ranges may be dropped."""
    assert sys.version_info < (3, 16)
