from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanxiu.lib import bitmap

cells = st.sets(st.integers(0, 3000), max_size=80)
span = st.tuples(st.integers(0, 500), st.integers(0, 500))


def of(numbers):
    return bitmap.from_spans((number, number + 1) for number in numbers)


def back(bits):
    return {cell for start, end in bitmap.spans(bits) for cell in range(start, end)}


@given(cells, cells)
def test_sets(a, b):
    assert back(bitmap.merge(of(a), of(b))) == a | b
    assert back(bitmap.common(of(a), of(b))) == a & b
    assert back(bitmap.difference(of(a), of(b))) == a - b
    assert bitmap.count(of(a)) == len(a)


@given(cells, cells)
def test_equal_sets_are_equal_bytes(a, b):
    assert (of(a) == of(b)) == (a == b)
    assert bitmap.difference(bitmap.merge(of(a), of(b)), of(b)) == of(a - b)


@given(st.lists(span, max_size=12))
def test_spans_are_disjoint_rising_and_maximal(pairs):
    wanted = {cell for start, end in pairs for cell in range(start, end)}
    found = bitmap.spans(bitmap.from_spans(pairs))
    assert back(bitmap.from_spans(pairs)) == wanted
    for (_start, end), (start, _end) in pairwise(found):
        assert end < start


@given(cells, span)
def test_setting_and_clearing(a, pair):
    inside = set(range(*pair))
    assert back(bitmap.set_span(of(a), *pair)) == a | inside
    assert back(bitmap.clear_span(of(a), *pair)) == a - inside


@given(cells, st.integers(0, 3100))
def test_clip_first_and_has(a, limit):
    assert back(bitmap.clip(of(a), limit)) == {cell for cell in a if cell < limit}
    assert back(bitmap.first(of(a), limit)) == set(sorted(a)[:limit])
    assert bitmap.has(of(a), limit) == (limit in a)


def test_layout():
    assert bitmap.set_span(b"", 0, 1) == b"\x01"
    assert bitmap.set_span(b"", 8, 10) == b"\x00\x03"
    assert bitmap.EMPTY == bitmap.clear_span(b"\xff", 0, 8) == b""
    with pytest.raises(ValueError, match="zero"):
        bitmap.set_span(b"", -1, 3)


@given(cells)
def test_the_database_s_spelling_there_and_back(numbers):
    text = bitmap.to_ranges(of(numbers))
    assert bitmap.from_ranges(text) == of(numbers)
    assert text.count("[") == len(bitmap.spans(of(numbers)))


@given(cells, span)
def test_what_is_missing_of_a_span(numbers, pair):
    start, end = pair
    assert back(bitmap.missing(of(numbers), start, end)) == set(range(start, end)) - numbers


def test_ranges_as_postgresql_writes_them():
    assert bitmap.to_ranges(bitmap.EMPTY) == "{}"
    assert bitmap.to_ranges(bitmap.from_spans([(0, 15), (30, 31)])) == "{[0,15),[30,31)}"
