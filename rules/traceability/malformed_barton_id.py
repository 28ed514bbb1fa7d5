"""A Barton ID in the catalogue is not of the standard's format.

A number that is written in several ways is several numbers to everything that looks it up, and no
tool can tell the next free one. One of a legacy format is a warning: it is accepted, and should
not be given any more. The number 999 is kept for tables that a migration tool owns.

Write the division in capital letters and at least three digits:

    **Barton ID**: `BID-DATA-001`

The format is `formats.barton-id` in the configuration; `formats.legacy` holds those that are still
accepted.
"""

from collections.abc import Iterator

from ctb_lint.catalogue import Entry
from ctb_lint.claims import ClaimKind
from ctb_lint.demands import Stage
from ctb_lint.entry_ids import BARTON, id_of, malformed, object_of, parsed
from ctb_lint.rule import ERROR, Example, Finding, rule
from ctb_lint.standard import BUILT_IN_NUMBER, Standard


@rule("T002", severity=ERROR, doctrine=True, claims=(ClaimKind.BARTON_ID,))
def malformed_barton_id(entry: Entry, standard: Standard) -> Iterator[Finding]:
    yield from malformed(entry, BARTON, standard)
    value = id_of(entry, BARTON)
    if value is None or BUILT_IN_NUMBER not in value.text or standard.exempt(entry.table):
        return
    number = parsed(value.text, BARTON, standard).get("nnn")
    if number == BUILT_IN_NUMBER and entry.stage in {Stage.ACTIVE, Stage.PLANNED}:
        yield Finding(
            message=f"{value.text} of {entry.table} has the number of built-in tables, and it is "
            f"{entry.stage}",
            object=object_of(entry),
            at=value.at,
            facet="built-in",
            hint="give it a number of its own, or write `**Status**: Active (Built-in)`",
            stage=entry.stage,
        )


VALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ## users
    **Barton ID**: `BID-DATA-001`
    **Status**: Active

    ## orders
    - Barton ID: **BID-SALES2-1001** (since 2024)

    ## schema_migrations
    **Barton ID**: BID-DATA-999
    **Status**: Active

    ## ledger_versions
    **Barton ID**: BID-DATA-999
    **Status**: Active (Built-in)
    """,
    # No id is another fault.
    """
    -- file: SCHEMA_REFERENCE.md
    ## users
    **HEIR ID**: `HEIR-2025-08-SHQ-USERS-01`
    """,
    Example(
        """
        -- file: SCHEMA_REFERENCE.md
        ## users
        **Barton ID**: X999
        **Status**: Active
        """,
        """
        [formats]
        barton-id = ["X{nn}", "X{number}"]
        [tokens]
        number = "[0-9]{3}"
        """,
    ),
]

INVALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ## users
    **Barton ID**: `BID-DATA-1` <!--! T002 -->

    ## orders
    - **Barton ID**: bid-data-002 <!--! T002 -->

    ## payments
    | Barton ID | BID-003 | <!--! T002 -->

    ## refunds
    **Barton ID**: to be given <!--! T002 -->
    """,
    # The number is kept for others.
    """
    -- file: SCHEMA_REFERENCE.md
    ## users
    **Barton ID**: `BID-DATA-999` <!--! T002 -->
    **Status**: Planned
    """,
    Example(
        """
        -- file: SCHEMA_REFERENCE.md
        ## users
        **Barton ID**: `T-017` <!--! T002 -->
        """,
        """
        [formats.legacy]
        barton-id = ["T-{nnn}"]
        """,
    ),
]
