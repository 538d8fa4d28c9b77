"""A reaction to an event that nobody records would be silent for ever: every kind reacted to is written somewhere in an act."""

from pathlib import Path

from config import telling
from yanxiu.events import actions as events

ROOT = Path(__file__).resolve().parents[2]
# Made by composition in the rules of places: f"places.{state}".
COMPOSED = {"places.withdrawn", "places.refused", "places.returned", "places.lapsed", "places.cancelled"}


def test_every_kind_that_is_reacted_to_is_recorded() -> None:
    source = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "yanxiu").rglob("*.py"))
    kinds = set(events._handlers) | set(telling.SENTENCES)
    assert sorted(k for k in kinds - COMPOSED if f'"{k}"' not in source) == []
