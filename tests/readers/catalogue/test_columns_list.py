"""The Columns list of an entry, in tables and lists that people write in their own way."""

from __future__ import annotations

import pytest

from ctb_lint.catalogue import ColumnItem
from ctb_lint.readers.catalogue.reader import read_catalogue_texts

HEAD = "## orders\n**Barton ID**: BID-DATA-001\n### S - Structure\n**Columns**:\n\n"


def items(text: str) -> list[tuple[object, ...]]:
    catalogue = read_catalogue_texts({"catalogue.md": HEAD + text})[0]
    return [shown(one) for one in catalogue.entries[0].columns]


def shown(one: ColumnItem) -> tuple[object, ...]:
    letters = zip("UPN", (one.unique, one.primary, one.not_null), strict=True)
    marks = "".join(letter for letter, true in letters if true)
    return (one.name.text, one.type and one.type.text, one.values, marks)


def test_a_table_under_headings_that_nobody_knows_is_read_by_what_its_cells_hold() -> None:
    assert items(
        "| Bedeutung | Typ | Spalte |\n|---|---|---|\n"
        "| Schlüssel | uuid | `id` |\n"
        '| Zustand: "offen", "bezahlt" | text | `zustand` |\n'
    ) == [
        ("id", "uuid", None, ""),
        ("zustand", "text", ("offen", "bezahlt"), ""),
    ]


def test_a_remark_behind_the_name_is_no_part_of_it() -> None:
    assert items(
        "| Column | Type |\n|---|---|\n"
        "| unique_id (UNIQUE) | text |\n| `code` (UNIQUE) | text |\n| **`note`** | text |\n"
    ) == [
        ("unique_id", "text", None, "U"),
        ("code", "text", None, "U"),
        ("note", "text", None, ""),
    ]


def test_names_may_be_of_any_characters() -> None:
    assert items("- `Full Name` (TEXT): both\n- `größe` (INT): in cm\n- Übrig (INT)\n") == [
        ("Full Name", "TEXT", None, ""),
        ("größe", "INT", None, ""),
        ("übrig", "INT", None, ""),
    ]
    assert items("| Column | Type |\n|---|---|\n| `Arrived At` | text |\n| `größe` | int |\n") == [
        ("Arrived At", "text", None, ""),
        ("größe", "int", None, ""),
    ]


@pytest.mark.parametrize(
    ("note", "marks"),
    [
        ("required", "N"),
        ("not required", ""),
        ("required if the order is paid", ""),
        ("UNIQUE", "U"),
        ("(UNIQUE)", "U"),
        ("not UNIQUE", ""),
        ("UNIQUE per region", ""),
        ("must be unique within a region", ""),
    ],
)
def test_a_remark_demands_only_what_holds_of_every_row(note: str, marks: str) -> None:
    assert items(f"- `code` (TEXT): {note}\n") == [("code", "TEXT", None, marks)]


def test_a_list_may_stand_below_an_item_that_says_what_it_is() -> None:
    text = (
        "## orders\n**Barton ID**: BID-DATA-001\n### S - Structure\n\n"
        "1. Columns\n   - id: uuid, PK\n   - state: text\n     - note: text\n"
    )
    (entry,) = read_catalogue_texts({"catalogue.md": text})[0].entries
    assert [shown(one) for one in entry.columns] == [
        ("id", "uuid", None, "P"),
        ("state", "text", None, ""),
    ]
