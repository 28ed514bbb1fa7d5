"""What the table index says of a table that has no entry yet: its number, and its Barton ID."""

from __future__ import annotations

from ctb_lint.catalogue import Catalogue, IndexRow
from ctb_lint.entry_ids import BARTON, id_of, parsed
from ctb_lint.index_rows import name_of
from ctb_lint.model import QualifiedName
from ctb_lint.standard import Standard


def listed_barton(catalogue: Catalogue, table: QualifiedName, standard: Standard) -> str | None:
    """The Barton ID of the table's row, where it is one, and nothing else has it."""
    row = _row(catalogue, table)
    text = _barton(row) if row else ""
    if not text or not parsed(text, BARTON, standard):
        return None
    others = [_barton(one) for one in catalogue.index if one is not row]
    others += [value.text for one in catalogue.entries if (value := id_of(one, BARTON))]
    return None if text.casefold() in {one.casefold() for one in others} else text


def listed_number(catalogue: Catalogue, table: QualifiedName) -> int | None:
    """The number of the table's row, where nothing else has it."""
    row = _row(catalogue, table)
    number = _number(row) if row else None
    others = [_number(one) for one in catalogue.index if one is not row]
    return None if number in {*others, *(one.number for one in catalogue.entries)} else number


def _row(catalogue: Catalogue, table: QualifiedName) -> IndexRow | None:
    """The only row that names the table."""
    names = {table.name.lower(), f"{table.schema}.{table.name}".lower()}
    rows = [row for row in catalogue.index if name_of(row).lower() in names]
    return rows[0] if len(rows) == 1 else None


def _barton(row: IndexRow) -> str:
    return row.barton_id.text.strip("`* ") if row.barton_id else ""


def _number(row: IndexRow) -> int | None:
    text = row.number.text if row.number else ""
    return int(text) if text.isdecimal() else None
