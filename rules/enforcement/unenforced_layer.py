"""Nothing keeps the ORBT layer of a row between 1 and 4.

A layer is 1 input, 2 processing, 3 output or 4 orchestration. A row that says 0 or 7 belongs to no
layer: it drops out of every report by layer, and no one misses it.

Add a check:

    ALTER TABLE tasks ADD CONSTRAINT tasks_orbt_layer_check
        CHECK (orbt_layer BETWEEN 1 AND 4);

A narrower check is fine. So are an enum type, a domain with such a check, and a foreign key to a
table of layers.
"""

from collections.abc import Iterator
from itertools import chain, count

from ctb_lint.allowed import (
    Limit,
    as_number,
    base_type,
    dropped_check,
    enumerated,
    limits_of,
    lookup_of,
    may_limit,
    sql_text,
)
from ctb_lint.cures import added, names_of, settled
from ctb_lint.datatypes import is_integer, is_text
from ctb_lint.demands import Layer
from ctb_lint.history import History
from ctb_lint.model import Column, Schema, Table, quoted
from ctb_lint.rule import WARNING, Example, Finding, Fix, Safety, rule


@rule(
    "E004",
    severity=WARNING,
    doctrine=True,
    needs=("columns", "constraints", "enums"),
    fixable=Safety.UNSAFE,
)
def unenforced_layer(
    demand: Layer, column: Column, table: Table, schema: Schema, history: History | None
) -> Iterator[Finding]:
    limits = limits_of(schema, table, column)
    if any(limit.enforced and limit.validated and _is_within(limit, demand) for limit in limits):
        return
    # Two one-sided checks may hold it together: their ends stand in them, or one beyond.
    ends = ({demand.first, demand.first - 1}, {demand.last, demand.last + 1})
    if lookup_of(table, column) or may_limit(
        schema, table, column, *({str(number) for number in end} for end in ends)
    ):
        return
    wrong = next((limit for limit in limits if not _is_within(limit, demand)), None)
    lax = wrong or next(iter(limits), None)
    cure = _cure(demand, limits, table, column, schema, history)
    fact = "accepts any number" if lax is None else _fact(lax, demand)
    yield Finding(
        message=f"{demand.object} {fact}",
        object=demand.object,
        at=lax.location
        if lax
        else dropped_check(history, table, column) or column.type_location or column.location,
        hint=f"add `CHECK ({quoted(column.name)} BETWEEN {demand.first} AND {demand.last})`",
        because=demand,
        fix=_fix(cure, lax, table, column, history) if cure else None,
    )


def _fix(
    cure: str, lax: Limit | None, table: Table, column: Column, history: History | None
) -> Fix:
    at = lax.location if lax else None
    behind = settled(history, table.name, (column.name,), at) if history else None
    text = f"ALTER TABLE {table.name} {cure};"
    title = f"hold {quoted(column.name)} to the layers"
    return added(title, text, history, behind, safety=Safety.UNSAFE)


def _cure(
    demand: Layer,
    limits: tuple[Limit, ...],
    table: Table,
    column: Column,
    schema: Schema,
    history: History | None,
) -> str | None:
    """What ALTER TABLE is to do; None where a check would leave no value, or none that fits."""
    for limit in limits:
        if limit.enforced and limit.constraint and _is_within(limit, demand):
            return f"VALIDATE CONSTRAINT {quoted(limit.constraint.name)}"
    layers = [str(number) for number in range(demand.first, demand.last + 1)]
    default = column.default.literal if column.default else None
    if default is not None and default not in layers:
        return None
    if any(limit.enforced and not any(map(limit.permits, layers)) for limit in limits):
        return None
    check = _check(demand, layers, column, schema)
    return check and f"ADD CONSTRAINT {quoted(_name(table, column, history))} CHECK ({check})"


def _check(demand: Layer, layers: list[str], column: Column, schema: Schema) -> str | None:
    base = base_type(schema, column.type)
    if is_integer(base):
        return f"{quoted(column.name)} BETWEEN {demand.first} AND {demand.last}"
    if is_text(base):
        return f"{quoted(column.name)} IN ({', '.join(sql_text(layer) for layer in layers)})"
    if not base.array and base.schema is None and base.name in _WITH_FRACTIONS:
        return f"{quoted(column.name)} IN ({', '.join(layers)})"
    return None


_WITH_FRACTIONS = frozenset({"numeric", "real", "double precision"})


def _name(table: Table, column: Column, history: History | None) -> str:
    """As PostgreSQL would call it, and as nothing has ever been called."""
    taken = {one.name for one in table.constraints}
    if history:
        taken |= names_of(history)[table.name.schema]
    base = f"{table.name.name}_{column.name}_check".encode()[:_NAME_BYTES].decode(errors="ignore")
    names = chain([base], (f"{base}{number}" for number in count(1)))
    return next(name for name in names if name not in taken)


_NAME_BYTES = 60


def _is_within(limit: Limit, demand: Layer) -> bool:
    if limit.listed is None:
        return False
    numbers = [as_number(value) for value in limit.listed]
    return all(
        number is not None and number == int(number) and demand.first <= number <= demand.last
        for number in numbers
    )


def _fact(limit: Limit, demand: Layer) -> str:
    if _is_within(limit, demand):
        state = "NOT VALID" if limit.enforced else "NOT ENFORCED"
        return f"is held to the layers only by {limit.what}, which is {state}"
    if limit.values is not None:
        return f"may be {enumerated(limit.values, 'or')} by {limit.what}"
    first, last = limit.bounds or (demand.first, demand.last)
    fractions = "" if limit.whole else ", fractions among them,"
    return f"may be from {first} to {last}{fractions} by {limit.what}"


VALID = [
    "CREATE TABLE tasks (orbt_layer int CHECK (orbt_layer BETWEEN 1 AND 4));",
    "CREATE TABLE tasks (orbt_layer smallint,"
    " CHECK (orbt_layer IS NULL OR orbt_layer IN (1, 2, 3, 4)));",
    "CREATE TABLE tasks (orbt_layer int, CHECK (orbt_layer > 0 AND orbt_layer < 5));",
    # Two checks, one for each end.
    "CREATE TABLE tasks (orbt_layer int CHECK (orbt_layer >= 1) CHECK (orbt_layer <= 4));",
    # All rows of this table are of one layer.
    "CREATE TABLE tasks (orbt_layer int CHECK (orbt_layer = 2));",
    # A list of whole numbers lets no fraction pass.
    "CREATE TABLE tasks (orbt_layer numeric CHECK (orbt_layer IN (1, 2, 3, 4)));",
    "CREATE TABLE tasks (orbt_layer text CHECK (orbt_layer IN ('1', '2', '3', '4')));",
    """
    CREATE SCHEMA ctb;
    CREATE DOMAIN ctb.layer AS int CHECK (VALUE BETWEEN 1 AND 4);
    CREATE TABLE tasks (orbt_layer ctb.layer);
    """,
    """
    CREATE TABLE layers (number int PRIMARY KEY);
    CREATE TABLE tasks (orbt_layer int REFERENCES layers (number));
    """,
    # A later migration mends it.
    """
    -- file: 001.sql
    CREATE TABLE tasks (orbt_layer int);
    -- file: 002.sql
    ALTER TABLE tasks ADD CHECK (orbt_layer BETWEEN 1 AND 4) NOT VALID;
    ALTER TABLE tasks VALIDATE CONSTRAINT tasks_orbt_layer_check;
    """,
    # An upper-case name is another column.
    'CREATE TABLE tasks ("ORBT_LAYER" int);',
    Example(
        "CREATE TABLE tasks (orbt_layer int, layer int CHECK (layer BETWEEN 1 AND 4));",
        config="standard = { layer = 'layer' }",
    ),
]

INVALID = [
    "CREATE TABLE tasks (orbt_layer int NOT NULL); --! E004",
    "CREATE TABLE tasks (orbt_layer int CHECK (orbt_layer >= 1)); --! E004",
    "CREATE TABLE tasks (orbt_layer int CHECK (orbt_layer BETWEEN 0 AND 4)); --! E004",
    "CREATE TABLE tasks (orbt_layer numeric CHECK (orbt_layer BETWEEN 1 AND 4)); --! E004",
    "CREATE TABLE tasks (orbt_layer text CHECK (orbt_layer IN ('input', 'output'))); --! E004",
    """
    CREATE TABLE tasks (orbt_layer int);
    ALTER TABLE tasks ADD CHECK (orbt_layer BETWEEN 1 AND 4) NOT VALID; --! E004
    """,
]
