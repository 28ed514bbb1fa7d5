"""One `unique_id` is that of rows in two tables.

The registry knows one entity of that id. Whoever looks it up finds one of the two rows, and what is
noted under the id (accesses, processes, errors) is of both.

Find out which row is the copy: usually a table was split or its rows were copied with their ids.
Give the other one an id of its own, and register it.
"""

from collections.abc import Iterator

from ctb_lint.model import Schema, Table
from ctb_lint.rows import Overlap
from ctb_lint.rule import ERROR, Example, RowCheck, rule
from ctb_lint.standard import Standard


@rule("T039", severity=ERROR, doctrine=True, needs=("tables", "columns"))
def id_in_two_tables(schema: Schema, standard: Standard) -> Iterator[RowCheck]:
    column = standard.unique_id
    tables = [
        table
        for _, table in sorted(schema.tables.items())
        if standard.governed(table)
        and not standard.is_registry(table.name)
        and table.column(column)
    ]
    for first, second in _pairs_of_like(tables, column):
        yield RowCheck(
            check=Overlap(((first.name, column), (second.name, column))),
            says=f"are a {column} of both",
            object=first.id,
            facet=str(second.name),
            hint="give the copy an id of its own",
        )


def _pairs_of_like(tables: list[Table], column: str) -> Iterator[tuple[Table, Table]]:
    """Tables whose ids can be compared, two and two."""
    for number, first in enumerate(tables):
        for second in tables[number + 1 :]:
            own, other = first.column(column), second.column(column)
            if own and other and (own.type.name == "uuid") == (other.type.name == "uuid"):
                yield first, second


VALID = [
    Example(
        """
        CREATE TABLE a (id int PRIMARY KEY, unique_id text); INSERT INTO a VALUES (1, 'x');
        CREATE TABLE b (id int PRIMARY KEY, unique_id text);
        INSERT INTO b VALUES (1, 'X'), (2, NULL);
        CREATE TABLE ids (unique_id text); INSERT INTO ids VALUES ('x');
        """,
        live=True,
    ),
]

INVALID = [
    Example(
        """
        CREATE TABLE a (id int PRIMARY KEY, unique_id text); INSERT INTO a VALUES (1, 'x'); --! T039
        CREATE TABLE b (id int PRIMARY KEY, unique_id text); INSERT INTO b VALUES (1, 'x');
        """,
        live=True,
    ),
]
