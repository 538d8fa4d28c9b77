"""Writes of the catalogue. Event: catalogue.course_loaded {slug, number, seconds} (subject_id: the version)."""

from .generating import generate_course
from .loading import load_course

__all__ = ["generate_course", "load_course"]
