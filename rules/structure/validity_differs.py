"""A constraint or index is there, and does not hold as it is declared to.

A constraint that is NOT VALID refuses new rows and says nothing of those from before; one that is
NOT ENFORCED refuses none. An index that is not valid serves no query, and costs at every write.

Let PostgreSQL look at the rows, after those that break it are mended:

    ALTER TABLE public.orders VALIDATE CONSTRAINT orders_total_check;

An index whose building broke off is built again:

    REINDEX INDEX CONCURRENTLY public.orders_state_idx;
"""

from collections.abc import Iterator

from ctb_lint.claims import ClaimKind
from ctb_lint.contrasts import contrast, not_but
from ctb_lint.differences import ValidityDiffers
from ctb_lint.model import ObjectKind, QualifiedName, quoted
from ctb_lint.rule import WARNING, Finding, rule


@rule(
    "S059",
    severity=WARNING,
    # Who finds it in the database alone.
    subsumes=("S063",),
    claims=(ClaimKind.CONSTRAINT, ClaimKind.INDEX),
)
def validity_differs(difference: ValidityDiffers) -> Iterator[Finding]:
    yes, no = _WORDS[difference.what]
    found, wanted = (yes if one else no for one in (difference.found, difference.wanted))
    kind = "index" if difference.object.kind is ObjectKind.INDEX else "constraint"
    yield contrast(
        difference,
        f"the {kind} {quoted(difference.object.name)} of {difference.table} "
        f"is {not_but(difference, found, wanted)}",
        hint=_hint(difference),
    )


_WORDS = {
    "validated": ("validated", "NOT VALID"),
    "enforced": ("enforced", "NOT ENFORCED"),
    "valid": ("valid", "not valid"),
}


def _hint(difference: ValidityDiffers) -> str | None:
    table, name = difference.table, quoted(difference.name)
    if not difference.wanted:
        return "put the declaration right: what is there holds more"
    if difference.what == "valid":
        index = QualifiedName(table.schema, difference.name)
        return f"type `REINDEX INDEX CONCURRENTLY {index};`"
    if difference.what == "enforced":
        return f"type `ALTER TABLE {table} ALTER CONSTRAINT {name} ENFORCED;`"
    return f"type `ALTER TABLE {table} VALIDATE CONSTRAINT {name};`"


_ENTRY = """
    -- file: SCHEMA_REFERENCE.md
    # Tables

    ## 1. orders

    **Barton ID**: BID-SHOP-001
    **Status**: Active

    ### S - Structure

    ```sql
    CREATE TABLE orders (
        id UUID PRIMARY KEY,
        parent UUID REFERENCES orders, {one}
        total INT CHECK (total >= 0) {two}
    );
    ```
"""

VALID = [
    # Validated by a later migration.
    f"""
    {_ENTRY.format(one="", two="")}
    -- file: 001_orders.sql
    CREATE TABLE orders (id uuid PRIMARY KEY, parent uuid, total int);
    ALTER TABLE orders ADD CONSTRAINT tree FOREIGN KEY (parent) REFERENCES orders NOT VALID;
    ALTER TABLE orders ADD CONSTRAINT positive CHECK (total >= 0) NOT VALID;
    -- file: 002_validate.sql
    ALTER TABLE orders VALIDATE CONSTRAINT tree, VALIDATE CONSTRAINT positive;
    """,
]

INVALID = [
    f"""
    {_ENTRY.format(one="--! S059", two="--! S059")}
    -- file: 001_orders.sql
    CREATE TABLE orders (id uuid PRIMARY KEY, parent uuid, total int);
    ALTER TABLE orders ADD CONSTRAINT tree FOREIGN KEY (parent) REFERENCES orders NOT VALID;
    ALTER TABLE orders ADD CONSTRAINT positive CHECK (total >= 0) NOT VALID;
    """,
]
