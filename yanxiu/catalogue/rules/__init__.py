"""A course folder and what is in it: read, checked, measured. Pure: bytes and paths in, values or problems out."""

from .folder import Folder, ItemIn, read_folder
from .length import characters, text_seconds
from .problems import CourseError, Problem
from .video import NotAVideo, duration, still

__all__ = [
    "CourseError",
    "Folder",
    "ItemIn",
    "NotAVideo",
    "Problem",
    "characters",
    "duration",
    "read_folder",
    "still",
    "text_seconds",
]
