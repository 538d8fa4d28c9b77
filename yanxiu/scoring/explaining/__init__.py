"""From an assessment to what a person reads."""

from .panel import Panel, bar, panel, step_text
from .rows import Block, Row, blocks, uncounted
from .words import PART_NAMES, WHY_NOT

__all__ = ["PART_NAMES", "WHY_NOT", "Block", "Panel", "Row", "bar", "blocks", "panel", "step_text", "uncounted"]
