"""Several fields of an entry's header in one line."""

from __future__ import annotations

import pytest

from ctb_lint.readers.catalogue.reader import read_catalogue_texts


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("**Barton ID**: `BID-A-001` | **Status**: Active",
         [("barton-id", "BID-A-001", 17), ("status", "Active", 42)]),
        ("BID: BID-A-001 / HEIR: HEIR-2026-01-A-X-01 / Author: Ann",
         [("barton-id", "BID-A-001", 6), ("heir-id", "HEIR-2026-01-A-X-01", 24),
          ("author", "Ann", 54)]),
        ("- **Barton ID:** BID-A-001 **Status:** Planned",
         [("barton-id", "BID-A-001", 18), ("status", "Planned", 40)]),
        ("Barton ID: BID-A-001 · note: to be moved",
         [("barton-id", "BID-A-001 · note: to be moved", 12)]),
        ("Author: Ann / Bob", [("author", "Ann / Bob", 9)]),
    ],
)  # fmt: skip
def test_each_is_a_field_with_its_place(line: str, expected: list[tuple[str, str, int]]) -> None:
    index = "| Table | BID | Status | SQL file |\n|---|---|---|---|\n| x | | | |\n\n"
    text = f"{index}## x\n{line}\n### P - Purpose\nStatus: a / Author: b\n"
    (entry,) = read_catalogue_texts({"c.md": text})[0].entries
    found = [(one.key, one.value.text, one.value.at.column) for one in entry.header.fields]
    assert found == expected
