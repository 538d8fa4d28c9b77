import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanxiu.lib import unitpath

code = st.text(st.characters(exclude_characters="/", exclude_categories=("Cs",)), min_size=1, max_size=6)
codes = st.lists(code, max_size=6)


@given(codes)
def test_join_and_parts_are_inverse(names):
    path = unitpath.join("/", *names)
    assert unitpath.parts(path) == tuple(names)
    assert unitpath.level(path) == len(names)
    assert unitpath.is_path(path)


@given(codes, code)
def test_parent_undoes_join(names, name):
    path = unitpath.join("/", *names)
    assert unitpath.parent(unitpath.join(path, name)) == path
    assert unitpath.last(unitpath.join(path, name)) == name


@given(codes, codes)
def test_covers_is_prefix_of_codes_and_agrees_with_prefixes(above, below):
    a, b = unitpath.join("/", *above), unitpath.join("/", *below)
    assert unitpath.covers(a, b) == (below[: len(above)] == above)
    assert unitpath.covers(a, b) == (a == "/" or a in unitpath.prefixes(b))


def test_examples():
    path = "/32/3201/320102/S0001/"
    assert unitpath.prefixes(path) == ["/32/", "/32/3201/", "/32/3201/320102/", path]
    assert unitpath.parent("/32/") == "/"
    assert unitpath.parent("/") is None
    assert unitpath.last("/") == ""
    assert not unitpath.covers("/32/3201/", "/32/32011/")
    assert not unitpath.covers("/32/320106/", "/32/320302/")  # the two 鼓楼区


@pytest.mark.parametrize("bad", ["", "32", "/32", "32/", "//", "/32//3201/", "/32/3201"])
def test_what_is_no_path(bad):
    assert not unitpath.is_path(bad)
    with pytest.raises(ValueError, match="path"):
        unitpath.parts(bad)


@pytest.mark.parametrize("bad", ["", "a/b", "/"])
def test_what_is_no_code(bad):
    with pytest.raises(ValueError, match="code"):
        unitpath.join("/32/", bad)
