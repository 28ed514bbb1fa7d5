"""Two tables of the catalogue have one HEIR ID.

The id is the table's place in the hierarchy, and a trace that ends at it must end at one table.
Two that differ only in case are a warning: what compares without case takes them for one.

Count up the number at the end of the one that came later:

    **HEIR ID**: `HEIR-2025-08-SHQ-ERROR-02`
"""

from collections.abc import Iterator

from ctb_lint.catalogue import Catalogue
from ctb_lint.claims import ClaimKind
from ctb_lint.entry_ids import HEIR, duplicates
from ctb_lint.rule import ERROR, Example, Finding, rule


@rule("T006", severity=ERROR, doctrine=True, claims=(ClaimKind.HEIR_ID,))
def duplicate_heir_id(catalogue: Catalogue) -> Iterator[Finding]:
    yield from duplicates(catalogue.entries, HEIR)


VALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ## users
    **HEIR ID**: HEIR-2025-08-SHQ-USERS-01

    ## users_archive
    **HEIR ID**: HEIR-2025-08-SHQ-USERS-02

    ## crm.users
    **HEIR ID**: HEIR-2025-08-CRM-USERS-01
    """,
    # That a table has two entries is another fault.
    """
    -- file: SCHEMA_REFERENCE.md
    ## users
    **HEIR ID**: HEIR-2025-08-SHQ-USERS-01

    ## users
    **HEIR ID**: HEIR-2025-08-SHQ-USERS-01
    """,
]

INVALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ## users
    **HEIR ID**: `HEIR-2025-08-SHQ-USERS-01`

    ## users_archive
    - HEIR ID: HEIR-2025-08-SHQ-USERS-01 (moved) <!--! T006 -->

    ## crm.users
    **HEIR ID**: HEIR-2025-08-SHQ-USERS-01 <!--! T006 -->
    """,
    Example(
        """
        -- file: SCHEMA_REFERENCE.md
        ## users
        **HEIR ID**: Users

        ## users_archive
        **HEIR ID**: USERS <!--! T006 -->
        """,
        """
        [formats]
        heir-id = ["{any}"]
        [tokens]
        any = "[A-Za-z]{1,20}"
        """,
    ),
]
