"""Reads of roster imports."""

from collections.abc import Iterator
from typing import Any

import orjson
from django.db.models import QuerySet

from yanxiu.organisation.models import RosterImport, RosterRow
from yanxiu.organisation.queries.sealing import open_sealed

RAW = "roster.raw"


def import_by_id(import_id: int) -> RosterImport:
    return RosterImport.objects.select_related("unit", "by").get(pk=import_id)


def latest_imports(path: str) -> QuerySet[RosterImport]:
    return RosterImport.objects.filter(unit_path__startswith=path).select_related("unit", "by").order_by("-id")


def rows_of(roster_import: RosterImport, outcome: str) -> QuerySet[RosterRow]:
    rows = RosterRow.objects.filter(roster_import=roster_import, outcome=outcome).select_related(
        "school", "person", "person__school"
    )
    return rows.defer("raw_sealed", "identity_sealed", "phone_sealed", "name_grams").order_by("number", "id")


def sealed_raw(row: RosterRow) -> list[str]:
    """The cells of a refused row as they stood in the file."""
    return orjson.loads(open_sealed(bytes(row.raw_sealed), RAW)) if row.raw_sealed else []


def chunks_of_refused(roster_import: RosterImport) -> Iterator[tuple[int, list[str], list[dict[str, Any]]]]:
    """(number, cells, problems) of each refused row, streamed."""
    for row in (
        RosterRow.objects.filter(roster_import=roster_import, outcome="refused")
        .order_by("number", "id")
        .iterator(chunk_size=2000)
    ):
        yield row.number, sealed_raw(row), row.problems
