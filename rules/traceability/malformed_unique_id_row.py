"""Rows have a `unique_id` that is of none of its formats.

An id that is not as ids are cannot be taken apart: nobody knows which database, application and
time it is of, and what looks for ids by their form passes it over.

Find out who wrote them, mend the writer, and give the rows ids of the format (`ctb-lint id new
unique_id` mints one). Formats that were used earlier belong into the configuration, where they are
a warning that counts what is left of them:

    [formats.legacy]
    unique-id = ["…"]
"""

from collections.abc import Iterator

from ctb_lint.demands import Format
from ctb_lint.model import Column, Table
from ctb_lint.row_formats import of_format
from ctb_lint.rule import ERROR, Example, RowCheck, rule
from ctb_lint.standard import Standard


@rule("T034", severity=ERROR, doctrine=True, needs=("columns",))
def malformed_unique_id_row(
    demand: Format, column: Column, table: Table, standard: Standard
) -> Iterator[RowCheck]:
    if demand.id == "unique_id":
        yield from of_format(demand, column, table, standard)


VALID = [
    Example(
        """
        CREATE TABLE orders (id int PRIMARY KEY, unique_id text, process_id text);
        INSERT INTO orders VALUES (2, NULL, NULL), (1,
            'shq-03-imo-1755561600-Zx81aBq09LkP22Qw', 'shq.03.imo.V1.20250819.orders');
        """,
        live=True,
    ),
]

INVALID = [
    Example(
        """
        CREATE TABLE orders (id int PRIMARY KEY, unique_id text, process_id text); --! T034
        INSERT INTO orders VALUES (1,
            'SHQ/3', 'shq.03.imo.V1.20250819.orders');
        """,
        live=True,
    ),
    # Of an earlier format: a warning of its own.
    Example(
        """
        CREATE TABLE orders (id int PRIMARY KEY, unique_id text, process_id text); --! T034
        INSERT INTO orders VALUES (1, 'old-17', NULL);
        """,
        "[formats.legacy]\nunique-id = ['old-{nn}']",
        live=True,
    ),
]
