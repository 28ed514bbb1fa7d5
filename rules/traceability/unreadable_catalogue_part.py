"""A part of the catalogue cannot be read as what it is meant to be.

What was not read is not checked: SQL with a mistake declares no table, a broken line of a diagram
draws no edge, a heading without a name begins no entry, of two entries of one table only the first
is believed. Silence about such a part says nothing.

Put it right at the place that is named: close the block of code, mend the statement or the line of
the diagram, keep one entry a table. A part that could be read all the same, by a guess, is a
warning: a block of code that was never closed ends where the next heading begins.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator

from ctb_lint.catalogue import Catalogue, Entry, Trouble, TroubleKind
from ctb_lint.entry_ids import object_of
from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.rule import ERROR, WARNING, Finding, rule

_GUESSED = frozenset({TroubleKind.FENCE, TroubleKind.CHARACTER})
"""What was read all the same."""
_NUMBER = re.compile(r"\d+")


@rule("T028", severity=ERROR, doctrine=True)
def unreadable_catalogue_part(catalogue: Catalogue) -> Iterator[Finding]:
    seen: Counter[tuple[ObjectId, str]] = Counter()
    entries: dict[str, list[Entry]] = {}
    for entry in catalogue.entries:
        entries.setdefault(entry.whole.path, []).append(entry)
    for trouble in catalogue.troubles:
        about = _object(trouble, entries.get(trouble.at.path, []))
        # Numbers of lines move with every edit.
        facet = f"{trouble.kind}: {_NUMBER.sub('', trouble.message)}"
        seen[about, facet] += 1
        count = seen[about, facet]
        yield Finding(
            message=trouble.message,
            object=about,
            at=trouble.at,
            facet=facet if count == 1 else f"{facet} {count}",
            hint=trouble.hint,
            severity=WARNING if trouble.kind in _GUESSED else None,
        )


def _object(trouble: Trouble, entries: list[Entry]) -> ObjectId:
    """The table in whose entry it stands, else the file. The entries are those of its file."""
    place = bisect_right(entries, trouble.at.start, key=lambda entry: entry.whole.start)
    if place and entries[place - 1].whole.covers(trouble.at):
        return object_of(entries[place - 1])
    return ObjectId(ObjectKind.FILE, None, None, trouble.at.path)


VALID = [
    # An index inside CREATE TABLE is no SQL of PostgreSQL, and is read all the same.
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### S - Structure

    ```sql
    CREATE TABLE orders (id int PRIMARY KEY, at date, INDEX idx_at (at));
    ```

    #### M - Migration

    ```bash
    psql "$DATABASE_URL" < 001_orders.sql && (echo 'unclosed
    ```

    ## Diagram

    ```mermaid
    erDiagram
        ORDERS ||--o{ LINES : has
        ORDERS {
            int id PK
        }
    ```

    ```mermaid
    flowchart LR
        A --> B{ok?}
    ```
    """,
]

INVALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### S - Structure

    ```sql
    CREATE TABLE orders (
        id int,
    ); --! T028
    ```

    ### 2. orders <!--! T028 -->

    **Barton ID**: `BID-DATA-002`

    ## Diagram

    ```mermaid
    erDiagram
        ORDERS ||--o{ LINES : has
        ORDERS }--{ LINES %% --! T028
    ```
    """,
    # A block that nobody closed; what stands behind it is checked.
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### S - Structure

    ```sql --! T028
    CREATE TABLE orders (id int);

    #### P - Purpose

    **Business Purpose**: Orders
    """,
]
