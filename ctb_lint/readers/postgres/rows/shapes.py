"""What must be known of tables before their rows are asked: columns, keys, and sizes.

It is read from the catalogs when the rows are, so that it is what holds now; sizes are those of
the statistics, and no row is counted for them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from ctb_lint.model import QualifiedName, quoted
from ctb_lint.readers.postgres.queries import query

if TYPE_CHECKING:
    from psycopg import Connection

_WITHOUT_EQUALITY = frozenset(
    {"json", "xml", "point", "line", "lseg", "box", "path", "polygon", "circle", "txid_snapshot"}
)


class ColumnShape(Struct, frozen=True):
    """A column. ``type`` is the name of the type below all its domains, ``category`` the letter
    that PostgreSQL sorts that type under. ``builtin`` says that its operators are PostgreSQL's
    own. ``folds`` is a collation that holds different texts for equal."""

    name: str
    type: str
    category: str
    builtin: bool
    collation: int
    folds: bool
    readable: bool

    @property
    def is_text(self) -> bool:
        """Whether it holds text as it is."""
        return self.builtin and self.type in {"text", "varchar"}

    @property
    def is_time(self) -> bool:
        """Whether it holds points in time."""
        return self.builtin and self.type in {"timestamp", "timestamptz", "date"}

    @property
    def comparable(self) -> bool:
        """Whether PostgreSQL itself can say that two of its values are equal."""
        return self.builtin and self.type not in _WITHOUT_EQUALITY


class Statistics(Struct, frozen=True):
    """What ANALYZE found in a column: from -1 to 1 how far its order is that of the rows as they
    are stored, the share of rows without a value, and values with about the same number of rows
    from one to the next."""

    correlation: float
    null_share: float
    cuts: tuple[str, ...]


class IndexShape(Struct, frozen=True):
    """An index of plain columns. ``whole`` says that it holds every row, ``ordered`` that it sorts
    rows as the columns themselves do."""

    columns: tuple[str, ...]
    primary: bool
    unique: bool
    whole: bool
    ordered: bool


class Held(Struct, frozen=True):
    """What a validated foreign key of one column holds: its column, the table and the column that
    it refers to."""

    column: str
    target: QualifiedName
    target_column: str


class Shape(Struct, frozen=True):
    """A table. ``kind`` is the letter of its kind in ``pg_class``; ``rows`` how many it has by
    the statistics, None where there are none. ``located`` says that one may ask where its rows
    are stored: none is on another server, and the role may read every column. ``policed`` says
    that policies decide which of the rows the role sees."""

    oid: int
    name: QualifiedName
    kind: str
    rows: int | None
    located: bool
    policed: bool
    columns: Mapping[str, ColumnShape]
    indexes: tuple[IndexShape, ...]
    held: tuple[Held, ...]

    @property
    def primary_key(self) -> tuple[ColumnShape, ...]:
        """The columns of the primary key; empty where there is none, or one may not be read."""
        found = next((index for index in self.indexes if index.primary), None)
        columns = tuple(self.columns[name] for name in found.columns) if found else ()
        return columns if all(column.readable for column in columns) else ()

    def is_unique(self, columns: Iterable[str]) -> bool:
        """Whether a unique index keeps the values of the columns together from coming twice."""
        wanted = frozenset(columns)
        return any(
            one.unique and one.whole and wanted.issuperset(one.columns) for one in self.indexes
        )

    def index_on(self, column: str) -> IndexShape | None:
        """An index that leads with the column, holds every row and sorts as the column does."""
        return next(
            (one for one in self.indexes if one.columns[0] == column and one.whole and one.ordered),
            None,
        )


def shapes(
    connection: Connection[Any], names: Iterable[QualifiedName]
) -> dict[QualifiedName, Shape]:
    """The tables of these names that there are. The connection is in a transaction."""
    wanted = sorted(set(names))
    version = connection.info.server_version // 10_000
    relations = connection.execute(
        query("row_relations", version).encode(),
        ([name.schema for name in wanted], [name.name for name in wanted]),
    ).fetchall()
    numbers = ([row[0] for row in relations],)

    def ask(question: str) -> list[Any]:
        return connection.execute(query(question, version).encode(), numbers).fetchall()

    columns: defaultdict[int, dict[int, ColumnShape]] = defaultdict(dict)
    for relation, number, *rest in ask("row_columns"):
        columns[relation][number] = ColumnShape(*rest)
    indexes: defaultdict[int, list[IndexShape]] = defaultdict(list)
    for relation, key, count, primary, unique, whole, ordered in ask("row_indexes"):
        parts = [columns[relation][int(number)].name for number in key.split()[:count]]
        indexes[relation].append(IndexShape(tuple(parts), primary, unique, whole, ordered))
    called = {row[0]: QualifiedName(row[1], row[2]) for row in relations}
    held = _held(ask("row_keys"), columns, called)
    return {
        called[oid]: Shape(
            oid=oid,
            name=called[oid],
            kind=kind,
            rows=None if rows < 0 or (rows == 0 and kind == "r" and version < 14) else round(rows),
            located=located,
            policed=policed,
            columns={column.name: column for column in columns[oid].values()},
            indexes=tuple(sorted(indexes[oid], key=lambda one: (not one.primary, one.columns))),
            held=held[oid],
        )
        for oid, _, _, kind, rows, located, policed in relations
    }


def statistics(connection: Connection[Any], shape: Shape, column: str) -> Statistics | None:
    """What the statistics say of a column, None where there are none. The connection is in a
    transaction."""
    version = connection.info.server_version // 10_000
    name = (shape.name.schema, shape.name.name, column)
    row = connection.execute(query("row_statistics", version).encode(), name).fetchone()
    return Statistics(row[0], row[1], tuple(row[2])) if row else None


def pages(connection: Connection[Any], shape: Shape) -> int:
    """How many pages the table has now. The connection is in a transaction."""
    version = connection.info.server_version // 10_000
    row = connection.execute(query("row_pages", version).encode(), (shape.oid,)).fetchone()
    return int(row[0]) if row else 0


def _held(
    rows: Iterable[Any],
    columns: Mapping[int, Mapping[int, ColumnShape]],
    called: Mapping[int, QualifiedName],
) -> Mapping[int, tuple[Held, ...]]:
    """Only between tables that are asked about: no check can be about another."""
    found: defaultdict[int, tuple[Held, ...]] = defaultdict(tuple)
    for relation, column, target, target_column in rows:
        if target in called:
            found[relation] += (
                Held(
                    columns[relation][column].name,
                    called[target],
                    columns[target][target_column].name,
                ),
            )
    return found


def key_text(column: ColumnShape, value: str) -> str:
    """``column = value`` for an example; what is text in quotes, and a long one cut."""
    shown = value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…"
    if column.category in "SE":
        shown = "'" + shown.replace("'", "''") + "'"
    return f"{quoted(column.name)} = {shown}"


_LONGEST = 80
