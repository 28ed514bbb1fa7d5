"""A column has another default than the catalogue gives it, or none.

Who reads that a version defaults to `HEIR/1.0` leaves it out of the INSERT, and writes rows with
another version, or with none. The fault shows only where somebody reads the rows back.

Set the default that is written, or correct the catalogue:

    ALTER TABLE ids ALTER COLUMN schema_version SET DEFAULT 'HEIR/1.0';

A default that is computed is compared where the catalogue names the function (`now()`).
"""

import re
from collections.abc import Iterator

from ctb_lint.allowed import as_number, base_type, default_of, sql_text
from ctb_lint.datatypes import family
from ctb_lint.demands import DefaultValue
from ctb_lint.model import Column, DataType, Expr, Schema, Table, quoted
from ctb_lint.rule import ERROR, Finding, Undecided, rule

_NONE = frozenset({"none", "null", "no default", "n/a"})
_CLOCK = {
    **dict.fromkeys(("now", "current timestamp", "current_timestamp", "current time"), "now()"),
    **dict.fromkeys(("today", "current date"), "current_date"),
}
"""Words for the time of the INSERT, and the function that gives it."""
_TRUE = frozenset({"true", "t", "yes", "on", "1"})
_FALSE = frozenset({"false", "f", "no", "off", "0"})
_CALL = re.compile(r"[\w.]+\(.*\)|current_date")


@rule("E015", severity=ERROR, doctrine=True, needs=("columns",), subsumes=("S044",))
def default_claim_differs(
    demand: DefaultValue, column: Column, table: Table, schema: Schema
) -> Iterator[Finding | Undecided]:
    name = demand.object
    if column.identity or column.generation:
        yield Undecided(f"PostgreSQL computes {name}")
        return
    found = default_of(schema, column)
    same = _same(demand.value, found and found[0], base_type(schema, column.type))
    if found and same is None:
        yield Undecided(f"the default of {name} is computed by {found[0].text}")
    elif not same:
        fact = f"the default {_shown(found[0])}" if found else "no default"
        yield Finding(
            message=f"{name} has {fact}, not {sql_text(demand.value)}",
            object=name,
            at=found[1] if found else column.default_location or column.location,
            hint=f"type `ALTER TABLE {table.name} ALTER COLUMN {quoted(column.name)} "
            f"{_change(demand.value)};`, or correct the catalogue",
            because=demand,
        )


def _same(claimed: str, default: Expr | None, base: DataType) -> bool | None:
    """Whether the default is what is claimed; None where nobody can tell."""
    plain = _CLOCK.get(claimed.lower(), claimed)
    if default is None or default.canonical.upper() == "NULL":
        return plain.lower() in _NONE
    if default.literal is not None:
        return _equal(plain, default.literal, base)
    if not _CALL.fullmatch(plain.lower()):
        return None
    return _squeezed(plain) in {_squeezed(default.canonical), _squeezed(default.text)}


def _equal(claimed: str, literal: str, base: DataType) -> bool:
    """Whether two constants are one value of the type."""
    kind = family(base)
    if kind == "number":
        return as_number(claimed) is not None and as_number(claimed) == as_number(literal)
    if kind == "boolean":
        pair = {claimed.lower(), literal.lower()}
        return pair <= _TRUE or pair <= _FALSE
    if kind == "text":
        return claimed == literal or (not literal and claimed.lower() in {"empty", "empty string"})
    return _squeezed(claimed) == _squeezed(literal)


def _squeezed(text: str) -> str:
    return "".join(text.split()).lower()


def _shown(default: Expr) -> str:
    return default.text if default.literal is None else sql_text(default.literal)


def _change(value: str) -> str:
    if value.lower() in _NONE:
        return "DROP DEFAULT"
    plain = _CLOCK.get(value.lower(), value)
    return f"SET DEFAULT {plain if _CALL.fullmatch(plain.lower()) else sql_text(plain)}"


_SAYS = """-- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### E - Enforcement

    - `version` default: "HEIR/1.0"
    - `attempts` default: 0
    - `open` defaults to true
    - `seen_at` default: now()
"""

VALID = [
    f"""
    CREATE TABLE orders (
        version varchar(50) DEFAULT 'HEIR/1.0',
        attempts bigint NOT NULL DEFAULT '0',
        open boolean DEFAULT 't',
        seen_at timestamptz DEFAULT CURRENT_TIMESTAMP
    );
    {_SAYS}
    """,
    # The domain's default is the column's.
    f"""
    CREATE DOMAIN version AS text DEFAULT 'HEIR/1.0';
    CREATE TABLE orders (version version);
    {_SAYS}
    """,
    # A later migration mends it.
    f"""
    -- file: 001.sql
    CREATE TABLE orders (version text DEFAULT 'HEIR/0.9');
    -- file: 002.sql
    ALTER TABLE orders ALTER COLUMN version SET DEFAULT 'HEIR/1.0';
    {_SAYS}
    """,
    # What is computed may come to the same.
    f"""
    CREATE TABLE orders (version text DEFAULT 'HEIR/' || '1.0',
        attempts int GENERATED ALWAYS AS (0) STORED);
    {_SAYS}
    """,
]

INVALID = [
    f"""
    CREATE TABLE orders (
        version text DEFAULT 'heir/1.0', --! E015
        attempts int DEFAULT 1, --! E015
        open boolean, --! E015
        seen_at timestamptz DEFAULT clock_timestamp() --! E015
    );
    {_SAYS}
    """,
    # The default went.
    f"""
    -- file: 001.sql
    CREATE TABLE orders (version text DEFAULT 'HEIR/1.0');
    -- file: 002.sql
    ALTER TABLE orders ALTER COLUMN version DROP DEFAULT; --! E015
    {_SAYS}
    """,
]
