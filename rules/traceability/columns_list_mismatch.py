"""The Columns list of an entry and the entry's own SQL disagree.

Most readers read the list, the migration is written from the SQL. A column that only one of the two
has, another type or other values: half of those who rely on the entry rely on something wrong.

Put the wrong one right:

    - `status` (VARCHAR): "open", "paid"
    - `position` (INTEGER): place in the queue (1-9)
    - `slug` (VARCHAR): name in addresses (UNIQUE)

Only what the list says is compared: a length, a value or a bound that it leaves out is none. What
the SQL does not enforce at all is told of by the rules of Enforcement.
"""

import re
from collections.abc import Iterator
from itertools import chain

from ctb_lint.allowed import enumerated, limits_of
from ctb_lint.catalogue import ColumnItem, Entry
from ctb_lint.claims import ClaimKind
from ctb_lint.entry_ids import finding_on
from ctb_lint.model import Column, Location, Schema, Table, quoted
from ctb_lint.rule import ERROR, Finding, Related, Undecided, rule
from ctb_lint.type_words import can_stand_for

_NEEDED = ("columns", "constraints", "enums")
_COLUMNS = re.compile(r"\b(?:columns?|fields?|attributes?)\b", re.IGNORECASE)
_OTHERS = re.compile(
    r"\b(?:index\w*|indices|constraints?|keys?|checks?|triggers?|polic\w+|references?|relation\w*"
    r"|types?|enums?|values?|functions?|views?|partition\w*|later|planned|future|removed|old)\b",
    re.IGNORECASE,
)
_SOME = re.compile(
    r"\b(?:key|important|main|notable|selected|some|new|added|changed|extra|additional|excerpt"
    r"|indexed|json\w*)\b",
    re.IGNORECASE,
)


@rule(
    "T017",
    severity=ERROR,
    doctrine=True,
    claims=(ClaimKind.COLUMN_ITEM,),
)
def columns_list_mismatch(entry: Entry, schema: Schema) -> Iterator[Finding | Undecided]:
    table = schema.table(entry.table)
    unknown = schema.knowledge.why_unknown(entry.table, _NEEDED)
    if table is None or unknown:
        why = unknown or f"no SQL that can be read declares {entry.table}"
        yield from (Undecided(why, item.at) for item in entry.columns)
        return
    labels = _labels(entry)
    items = _listed(entry, labels)
    listed = {item.name.text.lower(): item for item in reversed(items)}
    if not listed:
        return
    columns = {column.name.lower(): column for column in table.columns}
    for name, item in reversed(listed.items()):
        column = columns.get(name)
        if column is None:
            told = f"lists the column {quoted(item.name.text)}, which its SQL lacks"
            hint = "take it out of the list, or add it to the SQL"
            yield _finding(entry, told, item.name.at, f"{item.name.text} listed", hint)
        else:
            yield from _compared(entry, item, column, table, schema)
    # A list of some columns says so in its label.
    if not any(map(_SOME.search, {labels.get(item.at.start, "") for item in items})):
        for name, column in columns.items():
            if name not in listed:
                told = f"does not list the column {quoted(column.name)} of its SQL"
                at = column.location or entry.at
                hint = f"add `{column.name}` to the list"
                list_ = (Related("the list begins here", items[0].at),)
                yield _finding(entry, told, at, f"{column.name} missing", hint, list_)


def _compared(
    entry: Entry, item: ColumnItem, column: Column, table: Table, schema: Schema
) -> Iterator[Finding]:
    """What the list says of one column, and the SQL says otherwise."""
    name = quoted(column.name)
    sql = (Related("the SQL has it here", column.location),) if column.location else ()
    if item.type and not can_stand_for(item.type.text, column, schema):
        told = f"lists {name} as {item.type.text}; its SQL has {column.type.canonical}"
        hint = f"write {column.type.canonical} into the list, or change the SQL"
        yield _finding(entry, told, item.type.at, f"{column.name} type", hint, sql)
    values = _other_values(item, table, column, schema)
    if values:
        hint = "write the same values in both"
        yield _finding(entry, f"lists {name} {values}", item.at, f"{column.name} values", hint, sql)
    if item.unique and not _is_unique(table, column):
        told = f"lists {name} as unique; its SQL has no unique constraint on it"
        hint = f"add UNIQUE to {name} in the SQL, or take the word out of the list"
        yield _finding(entry, told, item.at, f"{column.name} unique", hint, sql)


def _other_values(item: ColumnItem, table: Table, column: Column, schema: Schema) -> str | None:
    """In words, how the values or bounds of the list differ from those that the SQL enforces; None
    where they do not, or where it enforces none that can be read."""
    if column.type.array or (item.values is None and item.bounds is None):
        return None
    limits = [limit for limit in limits_of(schema, table, column) if limit.enforced]
    lists = [set(limit.listed) for limit in limits if limit.listed is not None]
    allowed = set.intersection(*lists) if lists else None
    if item.values is not None and allowed is not None and set(item.values) != allowed:
        return f"as one of {enumerated(item.values)}; its SQL allows {enumerated(sorted(allowed))}"
    if item.bounds is None:
        return None
    low, high = item.bounds
    bounds = [limit.bounds for limit in limits if limit.bounds]
    if bounds:
        own = (max(one[0] for one in bounds), min(one[1] for one in bounds))
        differs = own != item.bounds
        return f"from {low} to {high}; its SQL has {own[0]} to {own[1]}" if differs else None
    if allowed is None or high - low > 1000:
        return None
    if all(value.isdecimal() for value in allowed) and allowed != {
        str(number) for number in range(low, high + 1)
    }:
        return f"from {low} to {high}; its SQL allows {enumerated(sorted(allowed))}"
    return None


def _is_unique(table: Table, column: Column) -> bool:
    """Whether the column is in any key: the list may mean a key of several columns."""
    return any(path.unique and column.name in path.columns for path in table.access_paths())


def _listed(entry: Entry, labels: dict[int, str]) -> list[ColumnItem]:
    """The lines of the Columns list. Where lists stand below labels, those that are said to be of
    columns; of others those that are not said to be of something else."""
    labelled = [(item, labels.get(item.at.start, "")) for item in entry.columns]
    different = {label for _, label in labelled}
    own = set(filter(_COLUMNS.search, different))
    if own:
        return [item for item, label in labelled if label in own]
    others = set(filter(_OTHERS.search, different))
    return [item for item, label in labelled if label not in others]


def _labels(entry: Entry) -> dict[int, str]:
    """The label above each line that may list a column, by where the line begins."""
    structure = (section.sentences for section in entry.sections if section.letter == "S")
    return {one.at.start: one.group for one in chain(entry.preface, *structure) if one.group}


def _finding(
    entry: Entry,
    told: str,
    at: Location,
    facet: str,
    hint: str,
    related: tuple[Related, ...] = (),
) -> Finding:
    return finding_on(entry, f"the entry of {entry.table} {told}", at, facet, hint, related)


VALID = [
    # No lengths; values that nothing enforces; lists that are open; words for types.
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### S - Structure

    ```sql
    CREATE TABLE orders (
        id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
        unique_id VARCHAR(255) UNIQUE NOT NULL,
        severity VARCHAR(20) DEFAULT 'error',
        kind VARCHAR(20) CHECK (kind IN ('a', 'b', 'c')),
        layer INTEGER,
        place SMALLINT CHECK (place BETWEEN 1 AND 9),
        price NUMERIC(8, 2),
        tags TEXT[],
        at TIMESTAMPTZ,
        number BIGSERIAL
    );
    ```

    **Columns**:
    - `id` (UUID): Primary key, auto-generated
    - `unique_id` (VARCHAR): Identifier (UNIQUE)
    - `severity` (VARCHAR): "critical", "error"
    - `kind` (VARCHAR(20)): what it is ("a", "b", etc.)
    - `layer` (INTEGER): layer (1-4)
    - `place` (int2): place (1-9)
    - `price` (DECIMAL(8,2)): what it costs
    - `tags` (text[]): words
    - `at` (timestamp with time zone): when
    - `number` (BIGSERIAL): counts
    """,
    # A table with other columns; an enum and a domain; a list of some columns.
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### S - Structure

    ```sql
    CREATE TYPE order_kind AS ENUM ('sale', 'gift');
    CREATE DOMAIN email AS text;
    CREATE TABLE orders (id int, "Kind" order_kind, mail email, a int, b int, UNIQUE (a, b));
    ```

    | Type | Column | Notes |
    |------|--------|-------|
    | int4 | id | |
    | order_kind | Kind | 'gift' or 'sale' |
    | text | mail | |
    | int | a | UNIQUE together with b |
    | number | b | |

    ### 2. payments

    **Barton ID**: `BID-DATA-002`

    #### S - Structure

    ```sql
    CREATE TABLE payments (id int, at date, note text);
    ```

    **Key columns**:
    - `id` (INTEGER)
    """,
    # Lists of other things than columns.
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### S - Structure

    ```sql
    CREATE TABLE orders (id int PRIMARY KEY, kind text, INDEX idx_kind (kind));
    ```

    **Columns**:
    - `id` (INTEGER): Primary key
    - `kind` (TEXT): what it is
      - `sale` (TEXT): sold

    **Indexes**:
    - `idx_kind` (btree)

    ##### Constraints

    | Name | Type |
    |------|------|
    | orders_pkey | primary |

    ### 2. payments

    **Barton ID**: `BID-DATA-002`

    #### S - Structure

    ```sql
    CREATE TABLE payments (id int PRIMARY KEY, kind text);
    CREATE INDEX payments_kind ON payments (kind);
    ```

    **Indexes**:
    - `payments_kind` (btree)
    """,
    # No list, no SQL, or SQL that cannot be read.
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### S - Structure

    **Columns**:
    - `id` (INTEGER)

    ### 2. payments

    **Barton ID**: `BID-DATA-002`

    #### S - Structure

    ```sql
    CREATE TABLE payments (id int);
    ```

    ### 3. refunds

    **Barton ID**: `BID-DATA-003`

    #### S - Structure

    ```sql
    CREATE TABLE refunds (id int, at date not);
    ```

    **Columns**:
    - `id` (INTEGER)
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
        id BIGINT PRIMARY KEY,
        unique_id VARCHAR(255) NOT NULL,
        kind VARCHAR(20) CHECK (kind IN ('a', 'b')),
        place INTEGER CHECK (place >= 1 AND place <= 5),
        step INTEGER CHECK (step IN (1, 2)),
        tags TEXT[],
        at TIMESTAMPTZ, --! T017
        name VARCHAR(90)
    );
    ```

    **Columns**:
    - `id` (UUID): Primary key <!--! T017 -->
    - `unique_id` (VARCHAR): Identifier (UNIQUE) <!--! T017 -->
    - `kind` (VARCHAR): "a", "b", "c" <!--! T017 -->
    - `place` (INTEGER): place (1-4) <!--! T017 -->
    - `step` (INTEGER): step (1-4) <!--! T017 -->
    - `tags` (TEXT): words <!--! T017 -->
    - `name` (VARCHAR(80)): name <!--! T017 -->
    - `created_at` (TIMESTAMPTZ): when <!--! T017 -->
    """,
]
