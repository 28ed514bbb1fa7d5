"""The month in a table's HEIR ID is not the month in which it was created.

The id says when the table came to be, and so does the field beside it. Where they differ one of
them is wrong, and whoever follows the id looks in the history of the wrong month.

Correct the date if the id is right. An id that is in use already should not change: then say in
the entry what happened, and waive the finding.

    **HEIR ID**: `HEIR-2025-08-SHQ-ERROR-01`
    **Created**: 2025-08-19
"""

from collections.abc import Iterator

from ctb_lint.catalogue import Entry
from ctb_lint.claims import ClaimKind
from ctb_lint.entry_ids import HEIR, id_of, object_of, parsed
from ctb_lint.rule import WARNING, Example, Finding, Related, rule
from ctb_lint.standard import Standard
from ctb_lint.tokens import shown


@rule("T019", severity=WARNING, doctrine=True, claims=(ClaimKind.HEIR_ID, ClaimKind.CREATED))
def heir_month_differs(entry: Entry, standard: Standard) -> Iterator[Finding]:
    value, created = id_of(entry, HEIR), entry.header.created
    if value is None or created is None or created.first is None or created.last is None:
        return
    tokens = parsed(value.text, HEIR, standard)
    month = f"{tokens.get('yyyy')}-{tokens.get('mm')}"
    if not {"yyyy", "mm"} <= tokens.keys():
        return
    # A quarter or a year has several months.
    if f"{created.first:%Y-%m}" <= month <= f"{created.last:%Y-%m}":
        return
    yield Finding(
        message=f"{value.text} of {entry.table} is of {month}, and it was created "
        f"{shown(created.text)}",
        object=object_of(entry),
        at=value.at,
        hint=f"correct the date, or begin the id with the month {created.first:%Y-%m}",
        related=(Related("created", created.at),),
        stage=entry.stage,
    )


VALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ## users
    **HEIR ID**: `HEIR-2025-08-SHQ-USERS-01`
    **Created**: 2025-08-19

    ## orders
    **HEIR ID**: HEIR-2025-10-SHQ-ORDERS-01
    **Created**: Q4 2025

    ## payments
    **HEIR ID**: HEIR-2025-10-SHQ-PAYMENTS-01
    **Last Modified**: 2026-01-31
    **Target Date**: Q4 2025
    """,
    # What cannot be read is another fault.
    """
    -- file: SCHEMA_REFERENCE.md
    ## users
    **HEIR ID**: HEIR-2025-13-SHQ-USERS-01
    **Created**: 2025-08-19

    ## orders
    **HEIR ID**: HEIR-2025-08-SHQ-ORDERS-01
    **Created**: last summer
    """,
    Example(
        """
        -- file: SCHEMA_REFERENCE.md
        ## users
        **HEIR ID**: SHQ-202508
        **Created**: 2025-09-19
        """,
        """
        [formats]
        heir-id = ["{system}-{number}"]
        [tokens]
        number = "[0-9]{6}"
        """,
    ),
]

INVALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ## users
    **HEIR ID**: `HEIR-2025-08-SHQ-USERS-01` <!--! T019 -->
    **Created**: 2025-09-01

    ## orders
    **HEIR ID**: HEIR-2025-10-SHQ-ORDERS-01 (moved) <!--! T019 -->
    ### T - Traceability
    - **Created**: Q3 2025

    ## payments
    **HEIR ID**: HEIR-2024-08-SHQ-PAYMENTS-01 <!--! T019 -->
    **Created**: August 2025
    """,
]
