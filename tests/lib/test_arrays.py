"""What a literal says is what PostgreSQL reads; what it cannot say it leaves to psycopg."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import connection

from yanxiu.lib.arrays import literal

NOW = datetime(2023, 9, 2, 20, 14, 5, 123456, tzinfo=UTC)
FLAT = [
    ("bigint", [1, None, -(2**62)]),
    ("bigint", []),
    ("bool", [True, None, False]),
    ("text", ["", " a ", "null", "NULL", None, 'say "yes"', "back\\slash", "not\\na line", "{1,2}", "李华", "\x7f"]),
    ("timestamptz", [NOW, None]),
    ("uuid", [UUID(int=7), None]),
    ("bytea", [b"", b'\x00\xff\\"']),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "values"), FLAT)
def test_postgresql_reads_what_was_meant(kind, values):
    text = literal(values)
    assert text is not None
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT %s::{kind}[]", [text])
        read = cursor.fetchone()[0]
    assert [bytes(v) if isinstance(v, memoryview) else v for v in read] == values


@pytest.mark.django_db
def test_documents_keep_their_own_escapes():
    with connection.cursor() as cursor:
        cursor.execute("SELECT (%s::jsonb[])[1] ->> 'a'", [literal(['{"a":"one\\ntwo \\"three\\" \\\\"}'])])
        assert cursor.fetchone()[0] == 'one\ntwo "three" \\'


@pytest.mark.parametrize("values", [["two\nlines"], ["tab\t"], [1.5], [[1]], [b"", None], [2**70]])
def test_the_rest_is_left_to_psycopg(values):
    assert literal(values) is None
