"""The tables of a file: index, statistics and legend; the rows of all others are sentences."""

from __future__ import annotations

from ctb_lint.headings import Headings
from ctb_lint.readers.catalogue.blocks import Row, Table
from ctb_lint.readers.catalogue.labels import section_of_row
from ctb_lint.readers.catalogue.lines import Part, bare
from ctb_lint.readers.catalogue.placing import Placing
from ctb_lint.readers.catalogue.sentences import row_part, row_sentence
from ctb_lint.readers.catalogue.tables import columns_of_index, index_rows, is_statistics
from ctb_lint.readers.catalogue.words import field_key, section_of, undressed


def place_table(to: Placing, table: Table) -> None:
    """Puts a table where it stands."""
    if to.scope.entry is not None:
        _in_entry(to, table)
    elif not (_as_index(to, table) or _as_statistics(to, table) or _as_legend(to, table)):
        for row in table.rows:
            one = row_sentence(to.source, table, row, section=None, group=to.scope.label)
            to.place(one, row_part(row))


def _as_index(to: Placing, table: Table) -> bool:
    if not (table.head and columns_of_index(table.head, to.headings)) and to.scope.part != "index":
        return False
    found = list(index_rows(to.source, table, to.headings))
    to.draft.index.extend(found)
    return bool(found)


def _as_statistics(to: Placing, table: Table) -> bool:
    if to.scope.part != "statistics" and not is_statistics(table.head):
        return False
    for row in (table.head, *table.rows) if table.head else table.rows:
        if len(row.cells) > 1:
            to.statistic(row.cells[0], row.cells[1], row.whole)
    return True


def _as_legend(to: Placing, table: Table) -> bool:
    found = False
    for row in table.rows if to.scope.part == "legend" else ():
        known = section_of(row.cells[0].text, to.headings) if row.cells else None
        if known:
            found = True
            to.begin_legend(known[0], row.cells[0])
            one = row_sentence(to.source, table, row, section=known[0], group=None)
            to.place(one, None)
    return found


def is_lying_header(table: Table, headings: Headings) -> bool:
    """Whether a table has the names of fields for headings, and one row with their values."""
    if table.head is None or len(table.rows) != 1:
        return False
    keys = [field_key(bare(undressed(cell.text)), headings) for cell in table.head.cells]
    return len(keys) > 2 and sum(map(bool, keys)) > len(keys) // 2


def _in_entry(to: Placing, table: Table) -> None:
    """Fields of the header, sentences of the section; a row may open a section itself."""
    scope = to.scope
    rows = list(table.rows)
    if table.head and scope.section is None and is_lying_header(table, to.headings):
        rows = [Row(pair, pair[1]) for pair in zip(table.head.cells, rows[0].cells, strict=False)]
    if table.head and scope.section is None and len(table.head.cells) == 2:
        first = bare(undressed(table.head.cells[0].text))
        if field_key(first, to.headings):
            rows.insert(0, table.head)
    for row in rows:
        level = scope.level + 1
        may_open = scope.section is None or scope.section.level == level
        known = section_of_row(row, to.headings) if may_open else None
        if known:
            at = to.source.at(row.cells[0].start, row.cells[0].end)
            scope.open_section(known, at, level)
            row = Row(row.cells[1:], row.whole)
        one = row_sentence(to.source, table, row, section=scope.letter, group=scope.label)
        to.place(one, row_part(row) or Part(row.whole))
