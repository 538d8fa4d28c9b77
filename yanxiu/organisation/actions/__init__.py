"""Writes of units, people and rosters."""

from yanxiu.organisation.actions.people import (
    NewPerson,
    ask_correction,
    confirm_profile,
    create_people,
    create_person,
    decide_correction,
    mark_gone,
    reveal,
    update_person,
)
from yanxiu.organisation.actions.units import (
    NewSchool,
    close_school,
    count_teachers,
    create_school,
    create_schools,
    create_zone,
    load_units,
    merge_school,
)

__all__ = [
    "NewPerson",
    "NewSchool",
    "ask_correction",
    "close_school",
    "confirm_profile",
    "count_teachers",
    "create_people",
    "create_person",
    "create_school",
    "create_schools",
    "create_zone",
    "decide_correction",
    "load_units",
    "mark_gone",
    "merge_school",
    "reveal",
    "update_person",
]
