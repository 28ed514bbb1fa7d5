"""A sentence of the catalogue is not understood, so that nobody checks it.

The Enforcement section is a contract: each of its sentences says what must hold. One that only
people can read is not held against the migrations and the database, and drifts like all prose.

Word it as one of the sentences that are known, one demand a line, names in backticks:

    - `status` must be one of: "open", "paid"
    - `number` must be non-empty
    - No NULL values for `created_at`

A sentence about a column that the table does not have is not checked either: write the column's
name as the SQL has it.

Where it demands nothing of the database, move it to another section. `ctb-lint claims` prints how
each sentence was read.
"""

from collections.abc import Iterator

from ctb_lint.claims import Claim, ClaimKind
from ctb_lint.demands import ForeignKeyTo, Registration, RequiredColumn
from ctb_lint.model import ObjectId, ObjectKind, QualifiedName, Schema, quoted
from ctb_lint.rule import INFO, Finding, rule
from ctb_lint.standard import Standard
from ctb_lint.surroundings import Built

_LONGEST = 80
_TOLD = (RequiredColumn, Registration, ForeignKeyTo)
"""Demands that other rules judge where the column is missing."""


@rule("E013", severity=INFO, doctrine=True)
def claim_not_understood(
    claim: Claim, schema: Schema, standard: Standard, built: Built | None
) -> Iterator[Finding]:
    if not claim.understood:
        yield _finding(claim, "not understood, and not checked", "")
        return
    if claim.kind is not ClaimKind.RULE or claim.entry is None:
        return
    for column in _unknown(claim, claim.entry, schema, standard, built):
        why = f"not checked, since {claim.entry} has no column {quoted(column)}"
        yield _finding(claim, why, column)


def _unknown(
    claim: Claim, entry: QualifiedName, schema: Schema, standard: Standard, built: Built | None
) -> Iterator[str]:
    """The columns that a rule of an entry demands something of, and that its table lacks, in the
    catalogue and wherever else it is. That the ids and the layer are missing other rules tell."""
    here = schema.table(entry)
    if here is None or schema.knowledge.why_unknown(entry, ("columns",)):
        return
    made = (one.table(entry) for one in (built.schemas if built else ()))
    tables = [table for table in (here, *made) if table]
    told = {*standard.id_columns, standard.layer}
    for column in dict.fromkeys(
        one.column
        for one in claim.demands
        if one.column and one.column not in told and not isinstance(one, _TOLD)
    ):
        if not any(table.column(column) for table in tables):
            yield column


def _finding(claim: Claim, what: str, column: str) -> Finding:
    text = " ".join(claim.text.split())
    shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    if claim.entry:
        named = ObjectId(ObjectKind.TABLE, claim.entry.schema, None, claim.entry.name)
    else:
        named = ObjectId(ObjectKind.FILE, None, None, claim.at.path)
    hint = "word it like the examples of `ctb-lint explain E013`, one demand a line"
    return Finding(
        message=f'{what}: "{shown}"',
        object=named,
        at=claim.at,
        facet=f"{column} of {text}" if column else text,
        hint="write the column's name as the SQL has it" if column else hint,
    )


VALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### E - Enforcement

    - `number` must be non-empty
    - Rate limiting on login attempts
    """,
    # What stands in other sections may be prose.
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### P - Purpose

    **Business Purpose**: Orders shall be kept in good order
    """,
]

INVALID = [
    # A column that the table lacks.
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### S - Structure

    ```sql
    CREATE TABLE orders (number text NOT NULL CHECK (number <> ''));
    ```

    #### E - Enforcement

    - `number` must be non-empty
    - No NULL values for `nummer` <!--! E013 -->
    """,
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### E - Enforcement

    - `number` must be non-empty
    - Numbers shall be kept in good order <!--! E013 -->
    """,
]
