"""A season played by scripted people through the platform's own acts, on a clock that stands still between two things that happen."""

from yanxiu.season.play.stage import BatchRun, Script, Season, play

__all__ = ["BatchRun", "Script", "Season", "play"]
