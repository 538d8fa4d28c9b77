"""Tests mirror yanxiu/. A shared machine is slow at times, so no example has a time limit of its own."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
