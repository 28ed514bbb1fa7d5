"""The ChartDB file that an entry names is missing, cannot be read, or draws another table.

The drawing is what people look at in place of the SQL. One that does not open, or that still shows
the table of last year, is believed all the same.

Export the diagram anew, and name the file by its path from the root of the repository:

    - **ChartDB Schema**: `ctb/data/schemas/2025-08-19_create_orders.json`

The columns are held against those that the migrations make, or that the entry declares. JSON has no
comments: a header of `#` lines in front of it is enough for no tool to read it.
"""

from collections.abc import Iterator, Sequence

from ctb_lint.catalogue import Catalogue
from ctb_lint.claims import Claim, ClaimKind, Claims
from ctb_lint.model import ObjectId, ObjectKind, QualifiedName, Schema, Table, quoted
from ctb_lint.named_paths import displayed, plain, same, value_of
from ctb_lint.rule import INFO, WARNING, Finding, Undecided, rule
from ctb_lint.surroundings import Built, DrawnTable, Named, Place, Surroundings
from ctb_lint.tokens import shown
from ctb_lint.type_words import can_stand_for


@rule(
    "T022", severity=WARNING, planned=INFO, builtin=INFO, doctrine=True,
    claims=(ClaimKind.DIAGRAM_FILE,),
)  # fmt: skip
def missing_diagram_file(
    catalogue: Catalogue,
    claims: Claims,
    schema: Schema,
    surroundings: Surroundings,
    built: Built | None,
) -> Iterator[Finding | Undecided]:
    for claim in claims.all:
        if claim.kind is ClaimKind.DIAGRAM_FILE and claim.entry:
            actual = _actual(claim.entry, schema, built)
            yield from _judged(claim, claim.entry, catalogue, surroundings, actual)


Actual = tuple[Table, Schema] | Undecided
"""A table and the schema that it is in; why there is none, where there is none."""


def _judged(
    claim: Claim,
    table: QualifiedName,
    catalogue: Catalogue,
    surroundings: Surroundings,
    actual: Actual,
) -> Iterator[Finding | Undecided]:
    written = value_of(claim.text)
    path = plain(written)
    named = surroundings.files.get(path) if path else None
    if named is None:
        yield Undecided(f"{displayed(written)} is no path of a file", claim.at)
        return
    fault: str | Undecided | None = _missing(named) or _unreadable(named.files[0])
    if fault is None:
        fault = _differs(named.files[0], table, actual)
    if isinstance(fault, Undecided):
        yield Undecided(fault.why, claim.at)
    elif fault:
        entry = catalogue.entry(table)
        yield Finding(
            message=f"{displayed(written)}, the ChartDB file of {table}, {fault}",
            object=ObjectId(ObjectKind.TABLE, table.schema, None, table.name),
            at=claim.at,
            facet=written,
            hint="export it anew, or name the file that there is",
            stage=entry.stage if entry else None,
        )


def _missing(named: Named) -> str | None:
    if named.outside:
        return "lies outside of the repository"
    return None if named.files else "is nowhere in the repository"


def _unreadable(place: Place) -> str | None:
    if place.unread:
        return place.unread
    return place.drawing.problem if place.drawing else None


def _differs(place: Place, name: QualifiedName, actual: Actual) -> str | Undecided | None:
    """How what the file draws differs from the table; None where it does not."""
    drawing = place.drawing
    if drawing is None:
        return Undecided(f"{place.path} is no JSON")
    if drawing.tables is None:
        stem = (drawing.of or "").rpartition("/")[2].removesuffix(".sql")
        own = place.path.rpartition("/")[2].removesuffix(".json")
        if stem and not same(stem, own):
            return f"is of {displayed(drawing.of or '')}"
        return Undecided(f"{place.path} draws no table") if stem else "draws no table"
    drawn = next((one for one in drawing.tables if _is_drawn(one, name)), None)
    if drawn is None:
        others = ", ".join(shown(one.name) for one in drawing.tables[:3])
        return f"does not draw it, but {others}" if others else "draws no table"
    return actual if isinstance(actual, Undecided) else _compared(drawn, *actual)


def _is_drawn(one: DrawnTable, name: QualifiedName) -> bool:
    return one.name.lower() == name.name.lower() and one.schema in {None, name.schema}


def _compared(drawn: DrawnTable, table: Table, schema: Schema) -> str | None:
    columns = {column.name.lower(): column for column in table.columns}
    seen = {name.lower() for name, _ in drawn.columns}
    lacks = [quoted(column.name) for column in table.columns if column.name.lower() not in seen]
    more = [shown(name) for name, _ in drawn.columns if name.lower() not in columns]
    other = [
        f"{quoted(name)} as {kind}"
        for name, kind in drawn.columns
        if kind and name.lower() in columns
        if not can_stand_for(kind, columns[name.lower()], schema)
    ]
    told = [("lacks", lacks), ("has", more), ("draws", other)]
    return " and ".join(f"{verb} {_few(names)}" for verb, names in told if names) or None


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def _actual(name: QualifiedName, schema: Schema, built: Built | None) -> Actual:
    """The table as the migrations make it; where none does, as the catalogue declares it."""
    for one in (*(built.schemas if built else ()), schema):
        table = one.tables.get(name)
        if table:
            unknown = one.knowledge.why_unknown(name, ("columns",))
            return Undecided(unknown) if unknown else (table, one)
    return Undecided(f"nothing says what {name} is like")


_ENTRY = """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### S - Structure

    ```sql
    CREATE TABLE orders (id uuid PRIMARY KEY, total numeric(8, 2));
    ```

    #### T - Traceability

    - **ChartDB Schema**: `migrations/orders.json`{mark}
"""
_FILE = """
    -- file: orders.json
    {json}
"""
_MARK = " <!--! T022 -->"

VALID = [
    *(
        _FILE.format(json=json) + _ENTRY.format(mark="")
        for json in (
            # ChartDB's own form, a shorter one, and the record of a file.
            '{"tables": [{"name": "orders", "schema": "public", "fields": [{"name": "id", '
            '"type": {"id": "uuid", "name": "uuid"}}, {"name": "total", "type": {"name": '
            '"numeric"}}]}], "relationships": []}',
            '{"tables": [{"name": "lines", "columns": []}, {"name": "ORDERS", "columns": '
            '[{"name": "id", "type": "UUID"}, {"name": "total", "type": "decimal"}]}]}',
            '{"name": "orders", "path": "./sql/orders.sql", "type": "sql"}',
        )
    ),
    # In no repository nobody can tell.
    _ENTRY.format(mark=""),
]

INVALID = [
    *(
        _FILE.format(json=json) + _ENTRY.format(mark=_MARK)
        for json in (
            '# Generated\n    {"tables": []}',
            "[]",
            '{"nodes": []}',
            '{"path": "sql/payments.sql"}',
            '{"tables": [{"name": "payments", "fields": [{"name": "id"}]}]}',
            '{"tables": [{"name": "orders", "fields": [{"name": "id", "type": "uuid"}]}]}',
            '{"tables": [{"name": "orders", "fields": [{"name": "id", "type": "int"}, '
            '{"name": "total"}, {"name": "note"}]}]}',
        )
    ),
    "    -- file: others.json\n    {}\n" + _ENTRY.format(mark=_MARK),
]
