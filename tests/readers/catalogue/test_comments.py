"""HTML comments in a catalogue: nobody who reads it sees them, and the reader does not either."""

from __future__ import annotations

from collections.abc import Callable

from ctb_lint.catalogue import Catalogue
from ctb_lint.readers.catalogue.reader import read_catalogue_texts
from tests.growth import TIMES, in_proportion


def read(text: str) -> Catalogue:
    return read_catalogue_texts({"catalogue.md": text})[0]


def test_a_comment_is_no_part_of_headings_values_or_cells() -> None:
    catalogue = read(
        "| Table | Barton ID | Status |\n|---|---|---|\n"
        "| users | BID-DATA-001 <!-- sic --> | Active | <!-- row -->\n\n"
        "## users <!-- heading -->\n"
        "**Barton ID**: <!-- moved --> `BID-DATA-001` <!-- id -->\n"
        "**Status**: Active <!-- status -->\n"
        "### S - Structure <!-- section -->\n"
        "- `id` (UUID): the key <!-- item -->\n"
    )
    (row,), (entry,) = catalogue.index, catalogue.entries
    assert (row.barton_id and row.barton_id.text, row.status and row.status.text) == (
        "BID-DATA-001",
        "Active",
    )
    header = entry.header
    assert entry.title == "users"
    assert header.barton_id
    assert (header.barton_id.text, header.barton_id.at.line) == ("BID-DATA-001", 6)
    assert header.status
    assert (header.status.text, header.status.at.column, header.status.at.end_column) == (
        "Active", 13, 19,
    )  # fmt: skip
    (section,) = entry.sections
    assert (section.title, [one.text for one in section.sentences]) == (
        "Structure",
        ["`id` (UUID): the key"],
    )


def test_a_comment_in_code_or_without_an_end_is_text() -> None:
    (entry,) = read(
        "## users\n**Barton ID**: BID-DATA-001\n### P - Purpose\n"
        "- write `<!-- note -->` above it <!-- really -->\n- less <!-- is more\n"
    ).entries
    assert [one.text for one in entry.sentences] == [
        "write `<!-- note -->` above it",
        "less <!-- is more",
    ]


def test_many_comments_take_time_in_proportion() -> None:
    def text(repeated: str) -> Callable[[int], str]:
        return lambda number: f"## users\n**Barton ID**: BID-DATA-001\n- {repeated * number}\n"

    for repeated, number in (("<!--", 250_000), ("`<!--", 200_000), ("x <!-- a --> `", 50_000)):
        in_proportion(text(repeated), read, number // TIMES)
