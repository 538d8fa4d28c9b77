"""Sealed fields: what seals, opens and finds them."""

from django.conf import settings

from yanxiu.lib import secrets

IDENTITY = "person.identity"
PHONE = "person.phone"


def seal(text: str, context: str) -> bytes:
    """Context: "person.identity" or "person.phone"."""
    return secrets.seal(text, settings.FIELD_KEYS, context)


def open_sealed(blob: bytes, context: str) -> str:
    return secrets.open_(blob, settings.FIELD_KEYS, context)


def identity_hash(number: str) -> bytes:
    """By the normalised number (lib.identity.normalise)."""
    return secrets.keyed_hash("identity:" + number, settings.FIELD_HASH_KEY)


def phone_hash(number: str) -> bytes:
    return secrets.keyed_hash("phone:" + number, settings.FIELD_HASH_KEY)
