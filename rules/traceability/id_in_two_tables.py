"""One `unique_id` is that of rows in two tables.

The registry knows one entity of that id. Whoever looks it up finds one of the two rows, and what is
noted under the id (accesses, processes, errors) is of both.

Find out which row is the copy: usually a table was split or its rows were copied with their ids.
Give the other one an id of its own, and register it.
"""

from collections.abc import Iterator

from ctb_lint.model import Column, Schema
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
    while len(tables) > 1:
        first, *tables = tables
        own = first.column(column)
        like = [table for table in tables if own and _is_like(own, table.column(column))]
        if like:
            yield RowCheck(
                check=Overlap(tuple((table.name, column) for table in (first, *like))),
                says=f"are in {column} of other tables, too",
                object=first.id,
                hint="give the copy an id of its own",
            )


def _is_like(own: Column, other: Column | None) -> bool:
    """Whether the ids of two columns can be compared."""
    return other is not None and (own.type.name == "uuid") == (other.type.name == "uuid")


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
    Example(
        """
        CREATE TABLE a (id int PRIMARY KEY, unique_id text); INSERT INTO a VALUES (1, 'y');
        CREATE TABLE b (id int PRIMARY KEY, unique_id text); INSERT INTO b VALUES (1, 'x'); --! T039
        CREATE TABLE c (id int PRIMARY KEY, unique_id text); INSERT INTO c VALUES (1, 'z');
        CREATE TABLE d (id int PRIMARY KEY, unique_id text); INSERT INTO d VALUES (1, 'x');
        """,
        live=True,
    ),
]
