import time

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanxiu.lib import secrets
from yanxiu.lib.secrets import SecretError

OLD = "k1:" + "11" * 32
NEW = "k2:" + "22" * 32
KEY = "claims:" + "33" * 32


@given(st.text())
def test_sealed_text_opens_and_does_not_show(text):
    blob = secrets.seal(text, OLD, "person.identity")
    assert secrets.open_(blob, OLD, "person.identity") == text
    assert secrets.open_(memoryview(blob), OLD, "person.identity") == text
    if len(text) > 3:
        assert text.encode() not in blob


def test_the_newest_key_seals_and_the_older_still_open():
    old = secrets.seal("䶮", OLD, "c")
    both = f"{NEW},{OLD}"
    assert secrets.open_(old, both, "c") == "䶮"
    assert secrets.key_id(old) == "k1"
    assert secrets.key_id(secrets.seal("䶮", both, "c")) == "k2"
    with pytest.raises(SecretError, match="k1"):
        secrets.open_(old, NEW, "c")


def test_the_same_text_is_sealed_differently_each_time():
    assert secrets.seal("x", OLD, "c") != secrets.seal("x", OLD, "c")


@given(st.integers(0, 60), st.integers(1, 255))
def test_any_changed_byte_is_found(place, flip):
    blob = bytearray(secrets.seal("320102199001011232", OLD, "c"))
    blob[place % len(blob)] ^= flip
    with pytest.raises(SecretError):
        secrets.open_(bytes(blob), OLD, "c")


def test_a_value_cannot_be_moved_into_another_field():
    blob = secrets.seal("13812341234", OLD, "person.phone")
    with pytest.raises(SecretError, match="another field"):
        secrets.open_(blob, OLD, "person.identity")


@pytest.mark.parametrize("blob", [b"", b"\x01", b"\x02\x02k1" + b"\0" * 40, b"\x01\x02k1\0\0"])
def test_what_was_never_sealed(blob):
    with pytest.raises(SecretError, match="not a sealed"):
        secrets.open_(blob, OLD, "c")


@pytest.mark.parametrize(
    "ring", ["", "k1", "k1:", "k1:zz", "k1:" + "11" * 31, f"{OLD},{OLD}", ":" + "11" * 32, "k 1:" + "11" * 32]
)
def test_bad_key_rings(ring):
    with pytest.raises(SecretError):
        secrets.keyring(ring)


def test_keyed_hash_depends_on_key_and_text():
    one = secrets.keyed_hash("320102199001011232", KEY)
    assert len(one) == 32
    assert one == secrets.keyed_hash("320102199001011232", bytes.fromhex("33" * 32))
    assert one != secrets.keyed_hash("320102199001011233", KEY)
    assert one != secrets.keyed_hash("320102199001011232", OLD)
    with pytest.raises(SecretError, match="32 bytes"):
        secrets.keyed_hash("x", "11" * 8)


def test_claims_are_read_until_they_expire():
    claim = {"person": 7, "account": 9, "appointment": None, "epoch": 3, "exp": 1000}
    token = secrets.sign_claim(claim, KEY)
    assert secrets.read_claim(token, KEY, at=999.9) == claim
    assert secrets.read_claim(token, KEY, at=1000) is None
    assert secrets.read_claim(token, KEY) is None
    live = {**claim, "exp": time.time() + 60}
    assert secrets.read_claim(secrets.sign_claim(orjson.dumps(live), KEY).encode(), KEY) == live


@given(st.integers(0, 500), st.sampled_from("ABCxyz019-_."))
def test_a_changed_claim_is_no_claim(place, char):
    token = secrets.sign_claim({"person": 7, "exp": 1000}, KEY)
    place %= len(token)
    changed = token[:place] + char + token[place + 1 :]
    read = secrets.read_claim(changed, KEY, at=0)
    # The last character of base64 carries unused bits; comparing the text itself leaves none.
    assert (read is not None) == (changed == token)


@pytest.mark.parametrize("token", ["", ".", "a.b", "ä", "e30.", b"\xff\xfe", "e30"])
def test_rubbish_is_no_claim(token):
    assert secrets.read_claim(token, KEY) is None


@pytest.mark.parametrize(
    "payload", [b"{}", b"[]", b"7", b"nonsense", b'{"exp": "soon"}', b'{"exp": null}', b'{"exp": true}']
)
def test_a_claim_without_an_expiry_is_none(payload):
    assert secrets.read_claim(secrets.sign_claim(payload, KEY), KEY, at=0) is None


def test_another_key_reads_nothing():
    assert secrets.read_claim(secrets.sign_claim({"exp": 10}, KEY), OLD, at=0) is None
