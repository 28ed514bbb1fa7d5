"""An entry of the catalogue gives its table no HEIR ID.

The HEIR ID tells which system a table belongs to and when it came to be, in a form that machines
take apart. A table without one has no place in that hierarchy, and nothing can be traced through
it.

Add the field below the entry's heading; its month is the month of the creation date:

    **HEIR ID**: `HEIR-2025-08-SHQ-ERROR-01`

For a table that a migration tool owns this is information: the standard exempts such tables.
"""

from collections import Counter
from collections.abc import Iterator

from ctb_lint.catalogue import Catalogue, Entry
from ctb_lint.entry_ids import HEIR, gap_severity, id_of, object_of, parsed
from ctb_lint.formats import compile_template, overrides_of
from ctb_lint.rule import ERROR, INFO, Example, Finding, rule
from ctb_lint.standard import MIGRATION_TOOL_TABLES, Standard


@rule("T004", severity=ERROR, doctrine=True, builtin=INFO)
def missing_heir_id(catalogue: Catalogue, standard: Standard) -> Iterator[Finding]:
    lacking = [one for one in catalogue.entries if not (one.header.heir_id or one.repeats)]
    if not lacking:
        return
    given = [value.text for entry in catalogue.entries if (value := id_of(entry, HEIR))]
    systems = Counter(parsed(text, HEIR, standard).get("system") for text in given)
    usual = next((system for system, _ in systems.most_common() if system), None)
    used = set(given)
    for entry in lacking:
        new = _draft(entry, usual, standard)
        yield Finding(
            message=f"{entry.table} has no HEIR ID{_exemption(entry, standard)}",
            object=object_of(entry),
            at=entry.at,
            hint=f"write `**HEIR ID**: {new}`" if new not in used else None,
            severity=gap_severity(entry, standard),
            stage=entry.stage,
        )


def _exemption(entry: Entry, standard: Standard) -> str:
    """Why the table need not have one; empty where it must."""
    if entry.name.lower() in MIGRATION_TOOL_TABLES:
        return "; a migration tool owns it, so that the standard exempts it"
    return "; the configuration exempts it" if standard.exempt(entry.table) else ""


def _draft(entry: Entry, system: str | None, standard: Standard) -> str:
    """The template with what is known of the table filled in."""
    text = dict(standard.formats)["heir_id"][0]
    values = {"name": entry.name.upper().replace("_", "-"), "nn": "01"}
    created = entry.header.created
    if created and created.first and created.last and created.first.month == created.last.month:
        values |= {"yyyy": f"{created.first:%Y}", "mm": f"{created.first:%m}"}
    if system:
        values["system"] = system
    tokens = {part.token: part for part in compile_template(text, overrides_of(standard)).parts}
    for token, value in values.items():
        part = tokens.get(token)
        if part and 0 in part.starts(value, {len(value)}):
            text = text.replace(f"{{{token}}}", value)
    return text


VALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ## users
    **HEIR ID**: `HEIR-2025-08-SHQ-USERS-01`
    """,
    # In the section of Traceability, or in a table.
    """
    -- file: SCHEMA_REFERENCE.md
    ## `users`
    **Barton ID**: BID-DATA-001
    ### T - Traceability
    - HEIR: HEIR-2025-08-SHQ-USERS-01

    ## `orders`
    | Field | Value |
    |---|---|
    | HEIR ID | HEIR-2025-08-SHQ-ORDERS-01 |
    """,
    # One that is wrong is another fault.
    """
    -- file: SCHEMA_REFERENCE.md
    ## users
    **HEIR ID**: USERS
    """,
]

INVALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ## 1. users
    **Barton ID**: BID-DATA-001
    **HEIR ID**: `HEIR-2025-08-SHQ-USERS-01`

    ## 2. orders <!--! T004 -->
    **Barton ID**: BID-DATA-002
    **Created**: 2025-08-19
    """,
    # Of a process, not of the table.
    """
    -- file: SCHEMA_REFERENCE.md
    ## users <!--! T004 -->
    **Barton ID**: BID-DATA-001
    ### D - Dependencies
    - HEIR Process: `shq.03.imo.V1.{date}.users`
    """,
    # Information.
    """
    -- file: SCHEMA_REFERENCE.md
    ## schema_migrations <!--! T004 -->
    **Barton ID**: BID-DATA-999

    ## ledger_versions <!--! T004 -->
    **Barton ID**: BID-DATA-999
    **Status**: Active (Built-in)
    """,
    Example(
        """
        -- file: SCHEMA_REFERENCE.md
        ## users <!--! T004 -->
        **Barton ID**: BID-DATA-001
        """,
        """
        [formats]
        heir-id = ["{system}/{nn}"]
        """,
    ),
]
