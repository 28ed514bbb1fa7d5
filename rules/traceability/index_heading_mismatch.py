"""The table index and an entry tell different things of one table.

The index is what people read first, and often all that they read. Where its number, Barton ID,
status or migration file is not what the entry has, one of them is out of date, and nobody can tell
which. A row without an entry promises what is not there; an entry without a row is never found.

Put the wrong one right, so that both say the same:

    | 3 | `orders` | BID-DATA-003 | Orders of customers | Active | 003_orders.sql |

    ### 3. orders

Purposes may be worded differently. Where a catalogue has no index, there is nothing to compare.

The fix takes the entry's word for it, and is therefore unsafe. What only the index has is left, and
so is the migration file that creates the table where the entry names another.
"""

import itertools
from collections.abc import Iterator

from msgspec import Struct

from ctb_lint.catalogue import Catalogue, Entry, IndexRow, Written
from ctb_lint.claims import ClaimKind
from ctb_lint.demands import Stage
from ctb_lint.entry_ids import BARTON, finding_on, id_of
from ctb_lint.index_rows import cell_edit, file_name, migration_of, name_of, new_row, status_of
from ctb_lint.model import Location, ObjectId, ObjectKind
from ctb_lint.rule import ERROR, Edit, Finding, Fix, Related, Safety, rule
from ctb_lint.surroundings import Migrations


class Pair(Struct, frozen=True):
    """A row of the index and the entry of its table."""

    row: IndexRow
    entry: Entry


@rule(
    "T010",
    severity=ERROR,
    doctrine=True,
    fixable=Safety.UNSAFE,
    claims=(ClaimKind.INDEX_ROW,),
)
def index_heading_mismatch(
    catalogue: Catalogue, migrations: Migrations | None
) -> Iterator[Finding]:
    if not catalogue.index:
        return
    entries = list({entry.table: entry for entry in reversed(catalogue.entries)}.values())[::-1]
    pairs, rows = _paired(catalogue.index, entries)
    seen: set[int] = set()
    for pair in pairs:
        if id(pair.entry) in seen:
            yield _of_row(pair.row, "is listed a second time in the table index", "keep one row")
        else:
            seen.add(id(pair.entry))
            yield from _compared(pair, migrations)
    others = [entry for entry in entries if id(entry) not in seen]
    by_id = {barton.text: entry for entry in others if (barton := id_of(entry, BARTON))}
    for row in rows:
        renamed = by_id.pop(row.barton_id.text, None) if row.barton_id else None
        if renamed is None:
            hint = f"write the entry of {name_of(row)}, or take the row out"
            yield _of_row(row, "is in the table index and has no entry", hint)
        else:
            seen.add(id(renamed))
            yield _renamed(row, renamed)
            yield from _compared(Pair(row, renamed), migrations)
    for entry in others:
        if id(entry) in seen:
            continue
        yield _finding(
            entry,
            "has an entry and no row in the table index",
            entry.at,
            "row",
            f"add a row of {entry.name} to the table index",
            fix=_fix(f"add the row of {entry.name}", new_row(entry, catalogue)),
        )


def _paired(rows: tuple[IndexRow, ...], entries: list[Entry]) -> tuple[list[Pair], list[IndexRow]]:
    """The rows whose tables have entries, and those whose tables have none. Of tables of one name
    in several schemas a row means the one with its Barton ID, else the first that is left."""
    by_name: dict[str, list[Entry]] = {}
    for entry in entries:
        for name in {entry.name.lower(), f"{entry.table.schema}.{entry.name}".lower()}:
            by_name.setdefault(name, []).append(entry)
    pairs: list[Pair] = []
    taken: set[int] = set()
    for row in rows:
        named = by_name.get(name_of(row).lower(), [])
        same = (entry for entry in named if row.barton_id and _barton(entry) == row.barton_id.text)
        left = (entry for entry in named if id(entry) not in taken)
        for entry in itertools.islice(itertools.chain(same, left, named), 1):
            taken.add(id(entry))
            pairs.append(Pair(row, entry))
    paired = {id(pair.row) for pair in pairs}
    return pairs, [row for row in rows if id(row) not in paired]


def _barton(entry: Entry) -> str | None:
    barton = id_of(entry, BARTON)
    return barton.text if barton else None


def _compared(pair: Pair, migrations: Migrations | None) -> Iterator[Finding]:
    """What the row and the entry both tell, and differently."""
    row, entry = pair.row, pair.entry
    header = entry.header
    # A number in words or of another order (``2.1``) is not compared.
    number = row.number if row.number and row.number.text.isdecimal() else None
    if number and entry.number not in {None, int(number.text)}:
        yield _differs(entry, "number", number, str(entry.number), entry.at)
    barton = id_of(entry, BARTON)
    if row.barton_id and barton and row.barton_id.text.strip("`* ") != barton.text:
        yield _differs(entry, "Barton ID", row.barton_id, barton.text, barton.at)
    if row.status:
        for stage, at in ((header.stage, header.status), (entry.heading_stage, None)):
            if stage and not _agree(row.stage, stage):
                text, place = (status_of(entry), at.at) if at else (str(stage), entry.at)
                # Where only the heading has another status, the entry contradicts itself.
                yield _differs(entry, "status", row.status, text, place, decides=at is not None)
                break
    file = migration_of(entry)
    if row.migration and file:
        names = {file_name(row.migration.text), file_name(file.text)}
        if None not in names and len(names) > 1:
            own = file_name(file.text)
            made = migrations.created_by.get(entry.table) if migrations else None
            # Where the index is right, nobody may write the other file into it.
            decides = made is None or file_name(made.path) != file_name(row.migration.text)
            yield _differs(
                entry, "migration file", row.migration, file.text, file.at, own, decides=decides
            )


def _agree(one: Stage, other: Stage) -> bool:
    """Whether two stages can both be right: what is Built-in is Active."""
    live = {Stage.ACTIVE, Stage.BUILT_IN}
    return one is other or Stage.UNKNOWN in {one, other} or {one, other} == live


def _differs(
    entry: Entry,
    what: str,
    row: Written,
    own: str,
    at: Location,
    short: str | None = None,
    *,
    decides: bool = True,
) -> Finding:
    """``short`` is what the index would have, where that is not all that the entry has."""
    own, other = own.strip("`"), row.text.strip("`")
    edit = cell_edit(row, short or own) if decides else None
    return _finding(
        entry,
        f"has the {what} {other} in the table index and {own} in its entry",
        row.at,
        what,
        f"write {own} into the index, or {other} into the entry",
        (Related(f"the entry has {own}", at),),
        _fix(f"write the entry's {what} into the index", edit),
    )


def _fix(title: str, edit: Edit | None) -> Fix | None:
    return Fix(title, (edit,), safety=Safety.UNSAFE) if edit else None


def _renamed(row: IndexRow, entry: Entry) -> Finding:
    return _finding(
        entry,
        f"is called {name_of(row)} in the table index, which gives the same Barton ID",
        row.name.at,
        "name",
        f"write {entry.name} into the index, or {name_of(row)} into the heading",
        (Related("the entry begins here", entry.at),),
        _fix("write the entry's name into the index", cell_edit(row.name, entry.name)),
    )


def _finding(
    entry: Entry,
    message: str,
    at: Location,
    facet: str,
    hint: str,
    related: tuple[Related, ...] = (),
    fix: Fix | None = None,
) -> Finding:
    return finding_on(entry, f"{entry.table} {message}", at, facet, hint, related, fix=fix)


def _of_row(row: IndexRow, message: str, hint: str) -> Finding:
    """A finding about a row that belongs to no entry, or to one that has a row already."""
    return Finding(
        message=f"{name_of(row)} {message}",
        object=ObjectId(ObjectKind.FILE, None, None, row.at.path),
        at=row.name.at,
        facet=f"{name_of(row)} {message}",
        hint=hint,
        stage=row.stage,
    )


_ENTRIES = """
    ### 1. orders

    **Barton ID**: `BID-DATA-001`
    **Status**: Active (Built-in)

    #### T - Traceability

    - **Migration File**: `migrations/001_orders.sql`

    ### 2. payments (Planned)

    **Barton ID**: `BID-DATA-002`
    **Status**: Planned

    #### T - Traceability

    - **Commit**: `1617b8ef`
"""

VALID = [
    # Purposes are worded freely; what is Built-in is Active, and no file; a folder is no name.
    f"""
    -- file: SCHEMA_REFERENCE.md
    ## Table Index

    | # | Table Name | Barton ID | Purpose | Status | Migration |
    |---|------------|-----------|---------|--------|-----------|
    | 1 | `orders` | BID-DATA-001 | What customers want | Active | 001_orders.sql |
    | 2 | `payments` | BID-DATA-002 | What they give | Planned | Built-in |

    ## Tables
    {_ENTRIES}
    """,
    # Another order of columns and rows; cells that say nothing; names as links.
    f"""
    -- file: SCHEMA_REFERENCE.md
    ## Table Index

    | Status | Barton ID | Table | Migration |
    |--------|-----------|-------|-----------|
    | planned | BID-DATA-002 | [Payments](#2-payments-planned) | 002_payments.sql |
    | ✅ Active | BID-DATA-001 | **public.orders** | - |

    ## Tables
    {_ENTRIES}
    """,
    # Nothing to compare with.
    f"""
    -- file: SCHEMA_REFERENCE.md
    ## Tables
    {_ENTRIES}
    """,
]

_TWO = """
    ### 1. web.users

    **Barton ID**: `BID-WEB-001`

    ### 2. shop.users

    **Barton ID**: `BID-SHOP-001`
"""

VALID += [
    # Tables of one name in two schemas.
    f"""
    -- file: SCHEMA_REFERENCE.md
    ## Table Index

    | Table | Barton ID |
    |-------|-----------|
    | users | BID-SHOP-001 |
    | users | BID-WEB-001 |

    ## Tables
    {_TWO}
    """,
    f"""
    -- file: SCHEMA_REFERENCE.md
    ## Table Index

    | Table | Status | Migration |
    |-------|--------|-----------|
    | users | Active | 001_users.sql |
    | shop.users | Active | 002_users.sql |

    ## Tables
    {_TWO}
    """,
]

INVALID = [
    f"""
    -- file: SCHEMA_REFERENCE.md
    ## Table Index

    | # | Table Name | Barton ID | Purpose | Status | Migration |
    |---|------------|-----------|---------|--------|-----------|
    | 2 | `orders` | BID-DATA-001 | Orders | Active | 002_orders.sql | <!--! T010 --> <!--! T010 -->
    | 2 | `payments` | BID-DATA-003 | Payments | Active | - | <!--! T010 --> <!--! T010 -->

    ## Tables
    {_ENTRIES}
    """,
    # A row too many, and a table that is listed twice.
    f"""
    -- file: SCHEMA_REFERENCE.md
    ## Table Index

    | # | Table Name | Barton ID | Status |
    |---|------------|-----------|--------|
    | 1 | `orders` | BID-DATA-001 | Active |
    | 2 | `payments` | BID-DATA-002 | Planned |
    | 3 | `orders` | BID-DATA-001 | Active | <!--! T010 -->
    | 4 | `refunds` | BID-DATA-004 | Planned | <!--! T010 -->

    ## Tables
    {_ENTRIES}
    """,
    # One name in the index, another in the heading; and an entry that the index lacks.
    """
    -- file: SCHEMA_REFERENCE.md
    ## Table Index

    | # | Table Name | Barton ID | Status |
    |---|------------|-----------|--------|
    | 1 | `order` | BID-DATA-001 | Active | <!--! T010 -->

    ## Tables

    ### 1. orders

    **Barton ID**: `BID-DATA-001`
    **Status**: Active

    ### 2. payments <!--! T010 -->

    **Barton ID**: `BID-DATA-002`
    **Status**: Planned
    """,
    # The heading says Planned, the index does not.
    """
    -- file: SCHEMA_REFERENCE.md
    ## Table Index

    | # | Table Name | Barton ID | Status |
    |---|------------|-----------|--------|
    | 1 | `orders` | BID-DATA-001 | Active | <!--! T010 -->

    ## Tables

    ### 1. orders (Planned)

    **Barton ID**: `BID-DATA-001`
    **Status**: Active
    """,
]
