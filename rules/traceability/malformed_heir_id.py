"""A HEIR ID in the catalogue is not of the standard's format.

The id is taken apart into month, system, name and number. One of another form cannot be, so that
the table falls out of every list that is made by system or by month. One of a legacy format is a
warning: it is accepted, and should not be given any more.

Write year, month, system and name in capital letters, and two digits:

    **HEIR ID**: `HEIR-2025-08-SHQ-ERROR-01`

The format is `formats.heir-id` in the configuration; `formats.legacy` holds those that are still
accepted.
"""

from collections.abc import Iterator

from ctb_lint.catalogue import Entry
from ctb_lint.claims import ClaimKind
from ctb_lint.entry_ids import HEIR, malformed
from ctb_lint.rule import ERROR, Example, Finding, rule
from ctb_lint.standard import Standard


@rule("T005", severity=ERROR, doctrine=True, claims=(ClaimKind.HEIR_ID,))
def malformed_heir_id(entry: Entry, standard: Standard) -> Iterator[Finding]:
    yield from malformed(entry, HEIR, standard)


VALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ## users
    **HEIR ID**: `HEIR-2025-08-SHQ-USERS-01`

    ## order_lines
    **HEIR ID**: HEIR-2024-12-SHQ2-ORDER-LINES-10 (with their totals)
    """,
    # No id is another fault.
    """
    -- file: SCHEMA_REFERENCE.md
    ## users
    **Barton ID**: BID-DATA-001
    """,
    Example(
        """
        -- file: SCHEMA_REFERENCE.md
        ## users
        **HEIR ID**: SHQ/01
        """,
        """
        [formats]
        heir-id = ["{system}/{nn}"]
        """,
    ),
]

INVALID = [
    # No such month, no number, and lower case.
    """
    -- file: SCHEMA_REFERENCE.md
    ## users
    **HEIR ID**: `HEIR-2025-13-SHQ-USERS-01` <!--! T005 -->

    ## orders
    **HEIR ID**: HEIR-2025-08-SHQ-ORDERS <!--! T005 -->

    ## payments
    - HEIR ID: HEIR-2025-08-shq-PAYMENTS-01 <!--! T005 -->
    """,
    # An id of rows is none of a table.
    """
    -- file: SCHEMA_REFERENCE.md
    ## users
    **HEIR ID**: shq-03-imo-1729680000-a1b2c3d4e5f6a7b8 <!--! T005 -->
    """,
    Example(
        """
        -- file: SCHEMA_REFERENCE.md
        ## users
        **HEIR ID**: SHQ/01 <!--! T005 -->
        """,
        """
        [formats.legacy]
        heir-id = ["{system}/{nn}"]
        """,
    ),
]
