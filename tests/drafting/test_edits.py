"""Where a new entry goes: behind the last one, all else as it was."""

from __future__ import annotations

import pytest

from ctb_lint.drafting.edits import appended, extent, spliced
from ctb_lint.readers.catalogue.reader import read_catalogue_texts
from ctb_lint.rule import Edit

PATH = "x.md"
NEW = "## 9. new\n\n**Barton ID**: BID-A-009\n"
ONE = "## 1. users\n\n**Barton ID**: BID-A-001\n\nText."
TWO = "## 2. orders\n\n**Barton ID**: BID-A-002"


@pytest.mark.parametrize(
    ("before", "behind", "between"),
    [
        pytest.param(f"# T\n\n{ONE}\n\n{TWO}", "\n\n# Figures\n", "\n\n", id="before a heading"),
        pytest.param(f"# T\n\n{ONE}\n\n{TWO}", "\n", "\n\n", id="at the end"),
        pytest.param(f"# T\n\n{ONE}\n\n{TWO}", "", "\n\n", id="at the end of a last line"),
        pytest.param(
            f"{ONE}\n\n---\n\n{TWO}", "\n\n---\n\n# Figures\n", "\n\n---\n\n", id="between rules"
        ),
        pytest.param(
            f"{ONE}\n\n***\n\n{TWO}",
            "\n\n---\n\n**Next Review**: 2099-01-01\n",
            "\n\n---\n\n",
            id="before a footer",
        ),
        pytest.param(f"{ONE}\n\nA line\n---\n\n{TWO}", "\n", "\n\n", id="a heading is no rule"),
        pytest.param("# T\n\nNo entries yet.", "\n\n", "\n\n", id="without entries"),
        pytest.param("", "", "", id="in nothing"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_an_entry_is_written_behind_the_last_one(
    before: str, behind: str, between: str, end: str
) -> None:
    text = (before + behind).replace("\n", end)
    catalogue, _ = read_catalogue_texts({PATH: text})
    edit = appended(text, PATH, catalogue, NEW)
    new = spliced(text, (edit,))
    eol = end if "\n" in text else "\n"
    written = (between + NEW.rstrip("\n")).replace("\n", eol)
    assert new == before.replace("\n", end) + written + behind.replace("\n", end)
    after, _ = read_catalogue_texts({PATH: new})
    assert [entry.name for entry in after.entries] == [
        *(entry.name for entry in catalogue.entries),
        "new",
    ]


def test_the_extent_of_an_entry_is_its_text() -> None:
    text = f"# T\n\n{ONE}\n\n---\n\n{TWO}\n\n\n"
    catalogue, _ = read_catalogue_texts({PATH: text})
    assert [text[slice(*extent(text, entry))] for entry in catalogue.entries] == [ONE, TWO]


def test_edits_are_made_in_the_order_of_their_places() -> None:
    edits = (Edit(PATH, 4, 5, "E"), Edit(PATH, 0, 0, "\n"), Edit(PATH, 2, 2, "-"))
    assert spliced("abcdef\r\n", edits) == "\r\nab-cdEf\r\n"
