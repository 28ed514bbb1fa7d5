"""Entries whose sections are lines in bold, and whose header is a table that lies down."""

from __future__ import annotations

import pytest

from ctb_lint.catalogue import Entry
from ctb_lint.readers.catalogue.reader import read_catalogue_texts

INDEX = "| Table | BID | Status | SQL file |\n|---|---|---|---|\n| x | | | |\n\n"


def entry(text: str) -> Entry:
    (found,) = read_catalogue_texts({"c.md": f"{INDEX}## x\n\n{text}"})[0].entries
    return found


@pytest.mark.parametrize(
    "line",
    ["**P** – Purpose", "**P** - Purpose", "**P**: Purpose", "**P** Purpose", "**(P)** – Purpose",
     "**P – Purpose**", "**Purpose**", "**P**. Purpose"],
)  # fmt: skip
def test_a_bold_letter_and_its_title_open_a_section(line: str) -> None:
    found = entry(f"{line}\n\nWhat it is for.\n")
    assert [(one.letter, [s.text for s in one.sentences]) for one in found.sections] == [
        ("P", ["What it is for."])
    ]


def test_what_stands_behind_the_title_is_said() -> None:
    found = entry("**P – Purpose**: what it is for\n")
    assert [(one.letter, [s.text for s in one.sentences]) for one in found.sections] == [
        ("P", ["what it is for"])
    ]


def test_a_header_may_lie_down() -> None:
    found = entry(
        "| Barton ID | Status | Note | Author |\n|---|---|---|---|\n"
        "| BID-A-001 | Active | - | Ann |\n"
    )
    fields = [(one.key, one.value.text, one.value.at.column) for one in found.header.fields]
    assert fields == [
        ("barton-id", "BID-A-001", 3),
        ("status", "Active", 15),
        ("author", "Ann", 28),
    ]


def test_a_column_may_be_called_as_a_field_is() -> None:
    found = entry(
        "**Barton ID**: BID-A-001\n\n### Columns\n\n- **state**: TEXT, open\n"
        "- **created_at**: TIMESTAMPTZ\n"
    )
    assert [one.name for one in found.header.fields] == ["Barton ID"]
    assert [one.name.text for one in found.columns] == ["state", "created_at"]
