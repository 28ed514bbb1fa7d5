"""An entry of the catalogue does not say what its status is, when it was created, by whom, or when
it was last changed.

Those four fields are what an auditor asks first. An entry without a date cannot be told from one
that nobody has looked at for years, and one without an author has nobody to ask. A date that
cannot be read is no date.

Add the field below the entry's heading:

    **Status**: Active
    **Created**: 2025-08-19
    **Author**: A. Author
    **Last Modified**: 2025-10-23

They may also stand in the section of Traceability. What is Planned is not created yet: there the
two dates are information, as are all four of a table that a migration tool owns.
"""

from collections.abc import Iterator

from ctb_lint.catalogue import Entry, When, Written
from ctb_lint.claims import ClaimKind
from ctb_lint.demands import Stage
from ctb_lint.entry_ids import gap_severity, object_of
from ctb_lint.model import Location
from ctb_lint.questions import asks
from ctb_lint.rule import INFO, WARNING, Finding, rule
from ctb_lint.standard import Standard
from ctb_lint.tokens import shown

NOBODY = frozenset({"n/a", "na", "none", "nobody", "unknown"})
"""What people write where they mean to write something later."""


@rule(
    "T008",
    severity=WARNING,
    doctrine=True,
    builtin=INFO,
    claims=(ClaimKind.STATUS, ClaimKind.CREATED, ClaimKind.AUTHOR, ClaimKind.MODIFIED),
)
def missing_header_field(entry: Entry, standard: Standard) -> Iterator[Finding]:
    header = entry.header
    planned = INFO if entry.stage is Stage.PLANNED else None
    for name, value, example, severity in (
        ("Status", header.status or entry.heading_stage, "Active, Planned or Built-in", None),
        ("Created", header.created, "YYYY-MM-DD", planned),
        ("Author", header.author, "who made it", None),
        ("Last Modified", header.modified, "YYYY-MM-DD", planned),
    ):
        fault = _fault(name, value)
        if fault is None or (value is None and entry.repeats):
            continue
        yield Finding(
            message=f"{entry.table} {fault}",
            object=object_of(entry),
            at=_place(value) or entry.at,
            facet=name,
            hint=f"write `**{name}**: {example}`",
            severity=gap_severity(entry, standard) or severity,
            stage=entry.stage,
        )


def _fault(name: str, value: When | Written | Stage | None) -> str | None:
    """What is wrong with the field; None where it says what it should."""
    if value is None:
        return f"has no field {name}"
    if isinstance(value, When) and value.first is None:
        return f"has {shown(value.text)} as {name}, which is no date"
    if isinstance(value, Written):
        said = any(sign.isalnum() for sign in value.text)
        if not said or asks(value.text) or value.text.strip(" .…*_").lower() in NOBODY:
            return f"has {shown(value.text)} as {name}, which says nothing"
    return None


def _place(value: When | Written | Stage | None) -> Location | None:
    return value.at if isinstance(value, When | Written) else None


VALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ## users
    **Barton ID**: BID-DATA-001
    **Status**: Active
    **Created**: 2025-08-19
    **Author**: Dana
    **Last Modified**: Q3 2025
    """,
    # In other words, in a table, and partly in the section of Traceability.
    """
    -- file: SCHEMA_REFERENCE.md
    ## `users` (Planned)
    | Field | Value |
    |---|---|
    | Barton ID | BID-DATA-001 |
    | Created by | Dana |

    ### T - Traceability
    - Creation date: 19 August 2025
    - Last updated: 2025-10-23 (the index)
    """,
]

INVALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ## users <!--! T008 T008 T008 -->
    **Barton ID**: BID-DATA-001
    **Author**: Dana
    """,
    # Neither a date nor a name.
    """
    -- file: SCHEMA_REFERENCE.md
    ## users
    **Barton ID**: BID-DATA-001
    **Status**: Active
    **Created**: a while ago <!--! T008 -->
    **Author**: TBD: who made it? <!--! T008 -->
    **Last Modified**: 2025-02-30 <!--! T008 -->
    """,
    # Information where it is Planned or owned by a migration tool.
    """
    -- file: SCHEMA_REFERENCE.md
    ## users <!--! T008 T008 -->
    **Barton ID**: BID-DATA-001
    **Status**: Planned
    **Author**: Dana
    **Target Date**: 2099-12-31

    ## schema_migrations <!--! T008 T008 -->
    **Barton ID**: BID-DATA-999
    **Status**: Active (Built-in)
    **Author**: Dana
    """,
    # The document's own dates are not an entry's.
    """
    -- file: SCHEMA_REFERENCE.md
    # Tables
    **Last Updated**: 2025-10-23

    ## users <!--! T008 -->
    **Barton ID**: BID-DATA-001
    **Status**: Active
    **Created**: 2025-08-19
    **Author**: Dana
    """,
]
