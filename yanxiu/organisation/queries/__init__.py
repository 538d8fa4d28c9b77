"""Reads of units and people. No scopes here (they stand above, in access): callers narrow by a path prefix."""

from yanxiu.organisation.queries.people import by_identity, by_numbers, by_phone, matching, of_unit, people_below
from yanxiu.organisation.queries.roster import chunks_of_refused, import_by_id, latest_imports, rows_of, sealed_raw
from yanxiu.organisation.queries.sealing import IDENTITY, PHONE, identity_hash, open_sealed, phone_hash, seal
from yanxiu.organisation.queries.units import (
    ancestors,
    by_code,
    by_codes,
    by_path,
    children,
    cities,
    count_of,
    counts_of,
    offices,
    province,
    schools_below,
    units_below,
    units_matching,
)

__all__ = [
    "IDENTITY",
    "PHONE",
    "ancestors",
    "by_code",
    "by_codes",
    "by_identity",
    "by_numbers",
    "by_path",
    "by_phone",
    "children",
    "chunks_of_refused",
    "cities",
    "count_of",
    "counts_of",
    "identity_hash",
    "import_by_id",
    "latest_imports",
    "matching",
    "of_unit",
    "offices",
    "open_sealed",
    "people_below",
    "phone_hash",
    "province",
    "rows_of",
    "schools_below",
    "seal",
    "sealed_raw",
    "units_below",
    "units_matching",
]
