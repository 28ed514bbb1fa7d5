"""Two tables of the catalogue have one Barton ID.

The number stands for one table. Where two have it, whatever refers to it (a ticket, a registration,
another catalogue) means one of them, and nobody can tell which. Two that differ only in case are a
warning: what compares without case takes them for one.

Give the table that came later the next number that is free:

    **Barton ID**: `BID-DATA-008`

Tables that a migration tool owns share the number 999.
"""

from collections.abc import Iterator

from ctb_lint.catalogue import Catalogue, Entry
from ctb_lint.claims import ClaimKind
from ctb_lint.demands import Stage
from ctb_lint.entry_ids import BARTON, duplicates, id_of, parsed
from ctb_lint.rule import ERROR, Example, Finding, rule
from ctb_lint.standard import BUILT_IN_NUMBER, Standard


@rule("T003", severity=ERROR, doctrine=True, claims=(ClaimKind.BARTON_ID,))
def duplicate_barton_id(catalogue: Catalogue, standard: Standard) -> Iterator[Finding]:
    own = (entry for entry in catalogue.entries if not _shared(entry, standard))
    yield from duplicates(own, BARTON)


def _shared(entry: Entry, standard: Standard) -> bool:
    """Whether it has the number that all built-in tables have."""
    if entry.stage is not Stage.BUILT_IN and not standard.exempt(entry.table):
        return False
    value = id_of(entry, BARTON)
    tokens = parsed(value.text, BARTON, standard) if value else {}
    return tokens.get("nnn") == BUILT_IN_NUMBER


VALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ## users
    **Barton ID**: BID-DATA-001

    ## orders
    **Barton ID**: BID-SALES-001

    ## payments
    **Barton ID**: BID-DATA-0001
    """,
    # What migration tools own.
    """
    -- file: SCHEMA_REFERENCE.md
    ## schema_migrations
    **Barton ID**: BID-DATA-999

    ## ledger_versions
    **Barton ID**: BID-DATA-999
    **Status**: Active (Built-in)
    """,
    # That a table has two entries is another fault.
    """
    -- file: SCHEMA_REFERENCE.md
    ## users
    **Barton ID**: BID-DATA-001

    ## users
    **Barton ID**: BID-DATA-001
    """,
    # Where another entry speaks of it, nobody is given it.
    """
    -- file: SCHEMA_REFERENCE.md
    ## users
    **Barton ID**: BID-DATA-001

    ## orders
    **Barton ID**: BID-DATA-002
    **Replaces**: BID-DATA-001
    """,
]

INVALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ## users
    **Barton ID**: `BID-DATA-001`

    ## orders
    **Barton ID**: BID-DATA-001 (old) <!--! T003 -->

    ## sales.orders
    - Barton ID: BID-DATA-001 <!--! T003 -->
    """,
    # A built-in table does not share any other number.
    """
    -- file: SCHEMA_REFERENCE.md
    ## users
    **Barton ID**: BID-DATA-007

    ## schema_migrations
    **Barton ID**: BID-DATA-007 <!--! T003 -->
    """,
    Example(
        """
        -- file: SCHEMA_REFERENCE.md
        ## users
        **Barton ID**: a7

        ## orders
        **Barton ID**: A7 <!--! T003 -->
        """,
        """
        [formats]
        barton-id = ["{any}"]
        [tokens]
        any = "[A-Za-z0-9]{2}"
        """,
    ),
]
