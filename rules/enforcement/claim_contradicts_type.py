"""A column is said to hold text of a format that its type cannot hold, or does not check.

A `jsonb` column takes JSON and nothing else: valid YAML that is not also JSON is refused when it is
written, and comments and anchors are gone from what could be converted. A `text` column, the other
way round, takes anything and calls it JSON.

Correct the claim, or give the column the type that does what it says:

    ALTER TABLE blueprints ALTER COLUMN manifest TYPE jsonb USING manifest::jsonb;
    ALTER TABLE blueprints ADD CONSTRAINT manifest_json CHECK (manifest IS JSON);

What PostgreSQL cannot check at all, such as YAML in a text column, is left to the service.
"""

from collections.abc import Iterator

from ctb_lint.allowed import base_type, checks_on
from ctb_lint.datatypes import OTHER, family
from ctb_lint.demands import Content
from ctb_lint.enforced import may_guard
from ctb_lint.model import Column, Schema, Table, quoted
from ctb_lint.rule import WARNING, Finding, Undecided, rule

_ANYTHING = frozenset({"text", "binary", OTHER})


@rule("E018", severity=WARNING, doctrine=True, needs=("columns", "constraints", "trigger bodies"))
def claim_contradicts_type(
    demand: Content, column: Column, table: Table, schema: Schema
) -> Iterator[Finding | Undecided]:
    base = base_type(schema, column.type)
    kind = family(base)
    others = [name for name in demand.formats if name != "json"]
    listed = " or ".join(name.upper() for name in demand.formats)
    fact = hint = None
    if kind == "json":
        if others:
            fact = f"is of type {base.canonical}, which can hold no {others[0].upper()}"
            hint = "say that it holds JSON, or make it a text column"
    elif kind not in _ANYTHING:
        fact = f"is of type {base.canonical}, which can hold no {listed}"
        hint = "make it jsonb" if not others else "make it a text column"
    elif others or kind == OTHER:
        yield Undecided(f"PostgreSQL cannot tell whether {demand.object} holds valid {listed}")
    elif not _is_checked(schema, table, column):
        fact = f"is of type {base.canonical}, which accepts any text for JSON"
        hint = f"make it jsonb, or add `CHECK ({quoted(column.name)} IS JSON)` (PostgreSQL 16)"
    if fact:
        yield Finding(
            message=f"{demand.object} {fact}",
            object=demand.object,
            at=column.type_location or column.location,
            hint=hint,
            because=demand,
        )


def _is_checked(schema: Schema, table: Table, column: Column) -> bool:
    """Whether a check may look at the format: it is a test of JSON, a cast, or calls a function."""
    for check, _ in checks_on(schema, table, column):
        canonical = check.expr.canonical if check.expr else ""
        own = {function.name.name for function in schema.functions}
        called = {name.rpartition(".")[2] for name in check.expr.functions} if check.expr else set()
        if "JsonIsPredicate" in canonical or "::json" in canonical or own & called:
            return True
        if any("json" in name for name in called):
            return True
    return may_guard(schema, table, column.name)


_SAYS = """-- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### E - Enforcement

    - JSON validation for `context`
    - `manifest` must be valid YAML/JSON
"""

VALID = [
    f"""
    CREATE TABLE orders (context jsonb, manifest text);
    {_SAYS}
    """,
    f"""
    CREATE TABLE orders (context json NOT NULL);
    {_SAYS}
    """,
    # Text that a check holds to the format.
    f"""
    CREATE TABLE orders (context text CHECK ((context::jsonb) IS NOT NULL));
    {_SAYS}
    """,
    f"""
    CREATE TABLE orders (context text CHECK (context IS JSON OBJECT));
    {_SAYS}
    """,
    f"""
    CREATE DOMAIN document AS jsonb CHECK (jsonb_typeof(VALUE) = 'object');
    CREATE TABLE orders (context document);
    {_SAYS}
    """,
]

INVALID = [
    f"""
    CREATE TABLE orders (context jsonb, manifest jsonb); --! E018
    {_SAYS}
    """,
    f"""
    CREATE TABLE orders (
        context text CHECK (context <> ''), --! E018
        manifest uuid --! E018
    );
    {_SAYS}
    """,
    f"""
    CREATE TABLE orders (context text[]); --! E018
    {_SAYS}
    """,
]
