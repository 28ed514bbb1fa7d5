"""One history mixes dated, timestamped and numbered files.

Names decide the order, and the conventions do not sort among each other: by name every
`001_users.sql` comes before every `2025-08-19_orders.sql`, whenever it was written. The next
numbered file is therefore applied before all dated ones on a new database, and after them on one
that has those already. Two databases then differ although both ran everything.

Keep to one convention in a folder. Files that no database has applied can be renamed; leave the
others, and name new files so that they sort last.

Where no migrations are read, those that the catalogue names count: what is Planned may be about to
come before what is Active.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from ctb_lint.catalogue import Catalogue
from ctb_lint.demands import Stage
from ctb_lint.history import Convention, Direction, DocumentedHistory, History, MigrationFile
from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.named_paths import plain
from ctb_lint.rule import WARNING, Finding, Related, rule


@rule("M004", severity=WARNING, doctrine=True)
def mixed_conventions(
    history: History | DocumentedHistory, catalogue: Catalogue | None
) -> Iterator[Finding]:
    files = [
        file
        for file in history.files
        if file.direction is Direction.UP and file.convention is not Convention.OTHER
        if not file.dump
    ]
    if files and not int((files[0].version or "1").replace(".", "")):
        del files[0]  # 0_init, the baseline that Prisma's manual prescribes
    counts = Counter(_kind(file) for file in files)
    if len(counts) < 2:
        return
    usual, *_, rarest = sorted(counts, key=lambda kind: (-counts[kind], kind))
    first = {kind: next(f for f in files if _kind(f) == kind) for kind in counts}
    stages = _stages(catalogue) if catalogue and isinstance(history, DocumentedHistory) else {}
    listed = " and ".join(f"{counts[kind]} {kind}" for kind in sorted(counts))
    yield Finding(
        message=f"{history.name} mixes {listed} files: {_order(files)}{_too_early(files, stages)}",
        object=ObjectId(ObjectKind.HISTORY, None, None, history.name),
        at=first[rarest].location,
        hint=f"name new files like {files[-1].name}, which sort last; rename the others only "
        "where no database has applied them",
        related=(Related(f"the first {usual} file", first[usual].location),),
    )


def _stages(catalogue: Catalogue) -> dict[str, Stage]:
    """The stages of the tables that the index names migrations of, by the names of those."""
    found: dict[str, Stage] = {}
    for row in catalogue.index:
        path = plain(row.migration.text) if row.migration else None
        if path:
            found.setdefault(path.rpartition("/")[2], row.stage)
    return found


def _too_early(files: list[MigrationFile], stages: dict[str, Stage]) -> str:
    """What is Planned and comes before what is Active already."""
    active = [file for file in files if stages.get(file.path) is Stage.ACTIVE]
    planned = [file for file in files if stages.get(file.path) is Stage.PLANNED]
    if not active or not planned or files.index(planned[0]) > files.index(active[-1]):
        return ""
    return f"; {planned[0].name}, still Planned, comes before {active[-1].name}, which is Active"


def _kind(file: MigrationFile) -> str:
    """The convention, as far as order goes: ``2025-08-19-170003_x`` sorts among dated files."""
    has_dashes = file.name[4:5] == "-"
    if file.convention is Convention.TIMESTAMPED and has_dashes:
        return Convention.DATED
    return file.convention


def _order(files: list[MigrationFile]) -> str:
    """What the order of application makes of the mix."""
    runs = [(kind, list(run)) for kind, run in groupby(files, key=_kind)]
    if len(runs) == len({kind for kind, _ in runs}):
        (first, _), *others = runs
        then = "".join(f", then all {kind} files" for kind, _ in others)
        return f"all {first} files are applied first{then}"
    (_, before), (_, between), (_, after) = runs[:3]
    return f"{between[0].name} is applied after {before[-1].name} and before {after[0].name}"


VALID = [
    # Where migrations are read, those count; what is no file, or takes one back, never does.
    """
    -- file: 001_users.sql
    CREATE TABLE users (id int);
    -- file: SCHEMA_REFERENCE.md
    | # | Table | Status | Migration |
    |---|-------|--------|-----------|
    | 1 | users | Active | 001_users.sql |
    | 2 | ids | Active | 2025-08-19_ids.sql |
    """,
    """
    -- file: SCHEMA_REFERENCE.md
    | # | Table | Status | Migration |
    |---|-------|--------|-----------|
    | 1 | users | Active | 001_users.sql |
    | 2 | ids | Active | Built-in |
    | 3 | orders | Planned | 2025-08-19_orders.down.sql |
    """,
    """
    -- file: 2025-08-19_users.sql
    CREATE TABLE users (id int);
    -- file: 2025-08-19_orders.sql
    CREATE TABLE orders (id int);
    """,
    # Both begin with the date, and sort by it.
    """
    -- file: 2025-08-19-170003_users.sql
    CREATE TABLE users (id int);
    -- file: 2025-08-20_orders.sql
    CREATE TABLE orders (id int);
    """,
    # A baseline that is numbered 0 comes first under any order.
    """
    -- file: 0_init/migration.sql
    CREATE TABLE users (id int);
    -- file: 20250102000000_orders/migration.sql
    CREATE TABLE orders (id int);
    """,
    # Each folder is a history of its own.
    """
    -- file: app/001_users.sql
    CREATE TABLE users (id int);
    -- file: billing/2025-08-19_orders.sql
    CREATE TABLE orders (id int);
    """,
]

INVALID = [
    # Where the catalogue is checked alone.
    """
    -- file: SCHEMA_REFERENCE.md
    | # | Table | Status | Migration |
    |---|-------|--------|-----------|
    | 1 | users | Active | 2025-08-19_users.sql |
    | 2 | ids | Active | `db/2025-08-19_ids.sql` |
    | 3 | orders | Planned | 001_orders.sql | <!--! M004 -->
    """,
    """
    -- file: 001_users.sql
    CREATE TABLE users (id int);
    -- file: 002_orders.sql
    CREATE TABLE orders (id int);
    -- file: 2025-08-19_parts.sql
    CREATE TABLE parts (id int); --! M004
    """,
    # By name the dated file of December comes before the time stamp of January.
    """
    -- file: 2025-12-01_users.sql
    CREATE TABLE users (id int); --! M004
    -- file: 20250101120000_orders.sql
    CREATE TABLE orders (id int);
    -- file: 20260101120000_parts.sql
    CREATE TABLE parts (id int);
    """,
    """
    -- file: 1_users.sql
    CREATE TABLE users (id int);
    -- file: 2025-08-19_orders.sql
    CREATE TABLE orders (id int); --! M004
    -- file: 3_parts.sql
    CREATE TABLE parts (id int);
    """,
]
