"""Counting, comparing, finding, sorting and masking text that people write. Han is counted in code points, whatever the plane."""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

from yanxiu.lib.surnames import COMPOUND, SINGLE

# Python's own tables stop at its Unicode version; these ranges are Han whatever it knows of them.
_HAN = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFD))
_ITERATION = "\u3005\u3007"
_JOINERS = "·•・‧∙⋅･"
_VARIATION = range(0xFE00, 0xFE10)

STOCK = (
    "学习了", "学习", "已学习", "收获很大", "收获满满", "受益匪浅", "受益良多", "很受启发", "深受启发", "讲得很好", "讲得真好", "讲的很好", "非常好",
    "很好", "真好", "太好了", "好好学习", "天天向上", "认真学习", "继续学习", "谢谢分享", "感谢分享", "谢谢老师", "感谢老师", "老师辛苦了", "老师好",
    "辛苦了", "值得学习", "值得借鉴", "点赞", "赞同", "同意", "支持", "顶", "赞", "打卡", "签到", "已阅", "已看", "已完成", "路过", "加油", "不错",
    "沙发", "老师讲得非常精彩", "非常精彩", "很精彩", "精彩", "收藏了", "向您学习", "向你学习", "学到了很多", "学到很多", "收获颇丰", "获益匪浅",
    "谢谢", "感谢", "分享", "老师", "非常", "我", "了", "的", "很", "good", "great", "thanks", "thankyou", "nice", "ok", "very", "verygood",
)  # fmt: skip
_STOCK_BY_LENGTH = sorted(set(STOCK), key=lambda phrase: (-len(phrase), phrase))


# GB 18030-2022 gave these eight their own code points; files written by older programs have them in the private area.
_PRIVATE = dict(
    zip((0xE81E, 0xE826, 0xE82B, 0xE82C, 0xE832, 0xE843, 0xE854, 0xE864), range(0x9FB4, 0x9FBC), strict=True)
)
_HAS_PRIVATE = re.compile("[\ue81e-\ue864]")


def standard(text: str) -> str:
    """With the eight characters of GB 18030 that older programs keep in the private area at their present code points."""
    return text.translate(_PRIVATE) if _HAS_PRIVATE.search(text) else text


def is_han(char: str) -> bool:
    point = ord(char)
    return char in _ITERATION or any(low <= point <= high for low, high in _HAN)


@lru_cache(maxsize=65536)
def _counts(char: str) -> bool:
    return is_han(char) or unicodedata.category(char) in {"Lu", "Ll", "Lt", "Lm", "Lo", "Nd"}


def length(text: str) -> int:
    """Letters, digits and Han, in code points: what a minimum length is measured in (A2.3)."""
    return sum(map(_counts, text))


def normalise(text: str) -> str:
    """Two texts that differ only in width, case, punctuation and spaces become equal: the test for a copy."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(filter(_counts, folded))


def is_filler(text: str) -> bool:
    """Nothing is said: no letters, one thing over and over, hardly any variety, or stock phrases and nothing else (A1.4)."""
    said = normalise(text)
    if not any(not char.isdecimal() for char in said):
        return True
    return _repeats(said) or _low_variety(said) or _only_stock(said)


def _repeats(said: str) -> bool:
    """The whole is one unit at least twice (the last may be cut off). Doubling finds the shortest period."""
    if len(said) < 4:
        return len(set(said)) == 1 and len(said) > 1
    period = (said + said).find(said, 1)
    if period < len(said):
        return True
    return any(said[step:] == said[:-step] for step in range(1, len(said) // 2 + 1))


def _low_variety(said: str) -> bool:
    """Few different characters, or (longer) most of it made of passages that stand there already."""
    size = len(said)
    if size < 8:
        return False
    if len(set(said)) <= min(size // 4, 8):
        return True
    pieces = [said[place : place + 5] for place in range(size - 4)]
    return size >= 20 and len(set(pieces)) * 2 < len(pieces)


def _only_stock(said: str) -> bool:
    """What is left without stock phrases is less than three characters in ten."""
    left = said
    for phrase in _STOCK_BY_LENGTH:
        left = left.replace(phrase, "\0")
    return len(left.replace("\0", "")) * 10 < len(said) * 3


def _runs(text: str) -> list[str]:
    """Runs of counted characters; the dot inside a name joins, anything else parts."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    runs, run = [], ""
    for char in folded:
        if _counts(char) or unicodedata.category(char) == "Co":
            run += char
        elif char in _JOINERS or ord(char) in _VARIATION or unicodedata.category(char) in {"Mn", "Cf"}:
            continue
        elif run:
            runs.append(run)
            run = ""
    return [*runs, run] if run else runs


def bigrams(text: str) -> list[str]:
    """Single characters and neighbours, each once: the search column of a row."""
    found: dict[str, None] = {}
    for run in _runs(text):
        found.update(dict.fromkeys(run))
        found.update(dict.fromkeys(map("".join, pairwise(run))))
    return list(found)


def search_terms(query: str) -> list[str]:
    """What a row's `bigrams` must all contain: neighbours, or the character when it stands alone. Empty when nothing was asked."""
    found: dict[str, None] = {}
    for run in _runs(query):
        found.update(dict.fromkeys(map("".join, pairwise(run)) if len(run) > 1 else (run,)))
    return list(found)


@lru_cache(maxsize=65536)
def _reading(char: str) -> str:
    """ "wang2"; "" where none is known."""
    # Large tables, loaded when first asked for: a process that was killed is to be back within seconds.
    from pypinyin.constants import PINYIN_DICT
    from pypinyin.contrib.tone_convert import to_tone3

    readings = PINYIN_DICT.get(ord(char))
    if not readings:
        return ""
    syllable = to_tone3(readings.split(",")[0], v_to_u=False, neutral_tone_with_five=True)
    return syllable.replace("ü", "v") if syllable.isascii() or "ü" in syllable else ""


def surname(name: str) -> str:
    """The compound surname the name starts with, else its first character."""
    head = name[:2]
    return head if head in COMPOUND and len(name) > 2 else name[:1]


@lru_cache(maxsize=65536)
def _token(char: str) -> str:
    """Of a Han character that stands for itself under NFC; "" of all others."""
    if not 0x4E00 <= ord(char) <= 0x9FFF:
        return ""
    reading = _reading(char)
    return f"{reading}{char}" if reading else ""


def _plain_key(name: str) -> str | None:
    """Nearly every name of a roster: common Han only, and a surname without readings of its own."""
    if name[:1] in SINGLE or (len(name) > 2 and name[:2] in COMPOUND):
        return None
    tokens = list(map(_token, name))
    return " ".join(tokens) if all(tokens) else None


def pinyin_key(name: str) -> str:
    """A key that sorts names by plain comparison of code points: by reading and tone, then character, one character after the other.

    The surname has its own readings (单 shan, 万俟 moqi). Latin letters sort among the readings, digits before them; a character
    without a known reading comes after them, by code point, so that every character has its place.
    """
    plain_key = _plain_key(name)
    if plain_key is not None:
        return plain_key
    clean = "".join(
        char
        for char in unicodedata.normalize("NFC", name.strip())
        if char not in _JOINERS and ord(char) not in _VARIATION
    )
    family = surname(clean)
    readings = COMPOUND.get(family, "").split() if len(family) == 2 else [SINGLE.get(family, "")]
    tokens: list[str] = []
    latin = False
    for place, char in enumerate(clean):
        plain = unicodedata.normalize("NFKD", char)[:1]
        if plain.isascii() and plain.isalnum():
            letter = plain.lower()
            tokens[-1:] = [tokens[-1] + letter] if latin else [*tokens[-1:], letter]
            latin = True
            continue
        latin = False
        if char.isspace() or unicodedata.category(char).startswith("P"):
            continue
        given = readings[place] if place < len(readings) else ""
        reading = given or _reading(char)
        tokens.append(f"{reading}{char}" if reading else f"~{ord(char):06x}")
    return " ".join(tokens)


def mask_name(name: str) -> str:
    """王*, 王*明, 欧**丽: the first character and, from three on, the last."""
    if len(name) < 2:
        return name
    hidden = "".join(char if char in _JOINERS else "*" for char in name[1:-1])
    return f"{name[0]}{hidden}{name[-1] if len(name) > 2 else '*'}"
