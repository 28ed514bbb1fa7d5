"""The names that CREATE TABLE gives in a text, and where a name stands in a heading."""

from __future__ import annotations

import pytest

from ctb_lint.readers.catalogue.candidates import created_tables
from ctb_lint.readers.catalogue.reader import read_catalogue_texts


@pytest.mark.parametrize("beside", ["", "-- İ and ß are longer in lower case"])
@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("Create  Table if not exists a . b (x int); CREATE UNLOGGED TABLE c ();", ["a.b", "c"]),
        ("SELECT 'create'; -- create\n CREATE TABLE d ();", ["d"]),
        ("recreate table e; CREATE INDEX f ON g (h)", []),
        ('CREATE FOREIGN TABLE "Old Ones" ()', ['"Old Ones"']),
    ],
)
def test_created_tables(sql: str, names: list[str], beside: str) -> None:
    assert created_tables(f"{beside}\n{sql}") == names


@pytest.mark.parametrize(
    ("heading", "name", "column"),
    [
        ("### 1. pets", "pets", 8),
        ("### Table able", "able", 11),
        ("### Able tables of table_a", "table_a", 20),
        ("### `pets` of petstore", "pets", 6),
    ],
)
def test_place_of_a_name(heading: str, name: str, column: int) -> None:
    text = f"{heading}\n\n**Barton ID**: `BID-DATA-001`\n"
    catalogue, _ = read_catalogue_texts({"a.md": text})
    (entry,) = catalogue.entries
    assert (entry.table.name, entry.at.column) == (name, column)
