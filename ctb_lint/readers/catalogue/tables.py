"""Tables of the document: the index of tables, and the statistics."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ctb_lint.catalogue import IndexRow, Statistic, StatisticKind, Written
from ctb_lint.demands import Stage
from ctb_lint.headings import Headings
from ctb_lint.model import Location
from ctb_lint.readers.catalogue.blocks import Row, Table
from ctb_lint.readers.catalogue.lines import Piece, bare, bare_piece
from ctb_lint.readers.catalogue.sentences import written
from ctb_lint.readers.catalogue.source import Source
from ctb_lint.readers.catalogue.words import added_key, stage_of, undressed, words

INDEX_COLUMNS = {
    "number": {"#", "no", "nr", "num", "number", "n"},
    "name": {"table name", "table", "name", "entity", "relation", "tables"},
    "barton_id": {"barton id", "barton", "bid", "barton number"},
    "purpose": {"purpose", "description", "what for", "use", "summary", "about", "contents"},
    "status": {"status", "state", "stage", "lifecycle"},
    "migration": {"migration", "migration file", "migrations", "file", "sql file", "created by"},
}
_ADDED = {("table" if key == "name" else key.replace("_", "-")): key for key in INDEX_COLUMNS}
"""The columns by the keys by which the configuration knows them."""
_BARTON = re.compile(r"BID-[A-Z0-9]{1,20}-\d{1,9}", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z_][\w$]{0,62}(?:\.[A-Za-z_][\w$]{0,62})?")
_FILE = re.compile(r"[^\s|]{1,300}\.\w{1,8}|built-?in", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.,])~?(\d{1,12}(?:[.,]\d{1,6})?)(?!\s*%|[\w])")
_PERCENT = re.compile(r"(\d{1,6}(?:[.,]\d{1,6})?)\s*%")
_INNER = re.compile(r"(\d{1,9})\s+([A-Za-z][A-Za-z -]{0,30})")


def columns_of_index(head: Row, headings: Headings) -> dict[str, int]:
    """Which column of a table index holds what; empty where the table is no index of tables."""
    found: dict[str, int] = {}
    for place, cell in enumerate(head.cells):
        text = bare(undressed(cell.text))
        spoken = " ".join(words(text)) or text
        added = _ADDED.get(added_key(text, headings, _ADDED))
        for key, names in INDEX_COLUMNS.items():
            if key not in found and (key == added if added else spoken in names):
                found[key] = place
    is_index = "name" in found and ("barton_id" in found or {"status", "migration"} <= found.keys())
    return found if is_index else {}


def is_statistics(head: Row | None) -> bool:
    """Whether the headings are those of a table of figures, wherever it stands."""
    if head is None or len(head.cells) != 2:
        return False
    first, second = (words(cell.text)[:1] for cell in head.cells)
    return first in {("metric",), ("statistic",), ("measure",)} and second in {
        ("value",), ("number",), ("count",), ("figure",)
    }  # fmt: skip


def index_rows(source: Source, table: Table, headings: Headings) -> Iterator[IndexRow]:
    """The rows of a table index. Without a row of headings each cell tells what it is."""
    columns = columns_of_index(table.head, headings) if table.head else {}
    rows = table.rows if columns or not table.head else (table.head, *table.rows)
    for row in rows:
        cells = (
            {key: row.cells[place] for key, place in columns.items() if place < len(row.cells)}
            if columns
            else _by_content(row, headings)
        )
        name = cells.get("name")
        if name is None or not bare(undressed(name.text)):
            continue
        got = {
            key: written(source, bare_piece(cell))
            for key, cell in cells.items()
            if cell.text.strip() not in {"", "-", "–", "—"}
        }
        status = got.get("status")
        places = {id(cell): key for key, cell in cells.items()}
        line = source.line_of(row.whole.start)
        start = source.line_start(line)
        yield IndexRow(
            at=source.at(row.whole.start, row.whole.end),
            line=source.at(start, start + len(source.line(line))),
            text=source.line(line),
            keys=tuple(places.get(id(cell), "") for cell in row.cells),
            name=got.get("name") or written(source, name),
            number=got.get("number"),
            barton_id=got.get("barton_id"),
            purpose=got.get("purpose"),
            status=status,
            stage=stage_of(status.text, headings) if status else Stage.UNKNOWN,
            migration=got.get("migration"),
        )


def _by_content(row: Row, headings: Headings) -> dict[str, Piece]:
    found: dict[str, Piece] = {}
    for cell in row.cells:
        text = bare(undressed(cell.text))
        if text.isdigit():
            key = "number"
        elif _BARTON.fullmatch(text):
            key = "barton_id"
        elif stage_of(text, headings) is not Stage.UNKNOWN and "status" not in found:
            key = "status"
        elif "name" not in found and _NAME.fullmatch(text):
            key = "name"
        elif _FILE.fullmatch(text):
            key = "migration"
        else:
            key = "purpose"
        found.setdefault(key, cell)
    return found if "barton_id" in found else {}


def statistic(source: Source, name: Piece, value: Piece, whole: Piece) -> Statistic | None:
    """A line ``name: value`` of the statistics; None where the value is no number."""
    number, percent = _NUMBER.search(value.text), _PERCENT.search(value.text)
    if number is None and percent is None:
        return None
    return Statistic(
        kind=statistic_kind(name.text),
        name=bare(undressed(name.text)),
        value=written(source, value),
        at=source.at(whole.start, whole.end),
        number=_float(number),
        percent=_float(percent),
        number_at=_digits(source, value, number),
        percent_at=_digits(source, value, percent),
    )


def totals(source: Source, name: str, value: Piece, whole: Piece) -> Iterator[Statistic]:
    """The numbers of ``Total Tables: 7 (3 active, 4 planned)``."""
    first = statistic(source, Piece(name, whole.start, whole.end), value, whole)
    if first is None or first.number is None:
        return
    yield first
    for match in _INNER.finditer(value.text):
        kind = statistic_kind(f"{match[2]} tables")
        if kind in {StatisticKind.ACTIVE, StatisticKind.PLANNED, StatisticKind.BUILT_IN}:
            start = value.start + match.start()
            at = source.at(start, start + len(match[0]))
            number_at = source.at(start, start + len(match[1]))
            inner = Written(match[0], at)
            yield Statistic(kind, match[2].strip(), inner, at, float(match[1]), None, number_at)


def statistic_kind(name: str) -> StatisticKind:
    """What a figure of that name counts."""
    spoken = set(words(name))
    joined = " ".join(words(name))
    if spoken & {"average", "avg", "mean", "ø"} or "per table" in joined:
        return (
            StatisticKind.AVERAGE_COLUMNS
            if spoken & {"column", "columns", "fields"}
            else StatisticKind.UNKNOWN
        )
    if spoken & {"columns", "column", "rows", "entries"} and "tables" not in spoken:
        return StatisticKind.UNKNOWN
    marks = (
        ({"heir", "tracking", "tracked"}, StatisticKind.HEIR),
        ({"index", "indexes", "indices", "indexed"}, StatisticKind.INDEXES),
        ({"json", "jsonb"}, StatisticKind.JSONB),
        ({"planned"}, StatisticKind.PLANNED),
        ({"built-in", "builtin", "built"}, StatisticKind.BUILT_IN),
        ({"active"}, StatisticKind.ACTIVE),
    )
    for known, kind in marks:
        if spoken & known:
            return kind
    is_total = joined in {"tables", "total", "all tables"} or (
        spoken & {"total", "number", "count", "all", "altogether"} and "tables" in spoken
    )
    return StatisticKind.TOTAL if is_total else StatisticKind.UNKNOWN


def _float(match: re.Match[str] | None) -> float | None:
    return float(match[1].replace(",", ".")) if match else None


def _digits(source: Source, value: Piece, match: re.Match[str] | None) -> Location | None:
    if match is None:
        return None
    return source.at(value.start + match.start(1), value.start + match.end(1))
