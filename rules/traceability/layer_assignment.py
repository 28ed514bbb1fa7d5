"""The ORBT layer of a table is not the same everywhere, or is given nowhere.

The layer tells who may call whom: input, processing, output, orchestration. A table that stands in
two layers, or in none, is outside that order, and each team places it where it suits.

Put every table into one layer of the list, and the same number into its entry:

    **ORBT Layers**:
    1. **Input Layer**: User-facing tables (`orders`, `payments`)

    - ORBT Layer: 1 (Input)

This is the layer of the table. The column `orbt_layer` holds that of a row, which is another thing.
Tables of migration tools need no layer.
"""

import re
from collections.abc import Iterator

from ctb_lint.catalogue import Catalogue, Entry, LayerAssignment, Written
from ctb_lint.claims import ClaimKind
from ctb_lint.demands import Stage
from ctb_lint.entry_ids import object_of
from ctb_lint.model import Location, ObjectId, ObjectKind, Schema
from ctb_lint.rule import ERROR, WARNING, Finding, Related, rule
from ctb_lint.standard import FIRST_LAYER, LAST_LAYER, LAYER_NAMES, Standard

_NAMED = re.compile(r"(?:(?:orbt|ctb)[ -]+)?layer", re.IGNORECASE)
_NUMBER = re.compile(
    r"\W*(?:layer\s*)?(\d{1,3})(?![\w.]|\s*(?:[-\u2013\u2014]|to\b)\s*\d)", re.IGNORECASE
)
_WORD = re.compile(rf"\W*(?:\d+\W+)?({'|'.join(LAYER_NAMES.values())})\b", re.IGNORECASE)
_HINT = "give it one layer: in the layer list, and as `ORBT Layer: …` in its entry"
_NO_TABLES = frozenset({"layer", *(name.lower() for name in LAYER_NAMES.values())})

Listed = dict[str, list[tuple[LayerAssignment, Written]]]
"""Where the layer list names each table, by its name in lower case."""


@rule("T018", severity=ERROR, doctrine=True, claims=(ClaimKind.LAYER_LIST, ClaimKind.LAYER))
def layer_assignment(catalogue: Catalogue, schema: Schema, standard: Standard) -> Iterator[Finding]:
    listed: Listed = {}
    for layer in catalogue.layers:
        for name in layer.tables:
            listed.setdefault(name.text.lower(), []).append((layer, name))
    entries = {entry.table: entry for entry in reversed(catalogue.entries)}
    for entry in reversed(entries.values()):
        names = (entry.name.lower(), f"{entry.table.schema}.{entry.name}".lower())
        places = [place for name in names for place in listed.pop(name, [])]
        yield from _judged(entry, places, catalogue, standard)
    yield from _strangers(listed, catalogue, schema, standard)


def _judged(
    entry: Entry,
    places: list[tuple[LayerAssignment, Written]],
    catalogue: Catalogue,
    standard: Standard,
) -> Iterator[Finding]:
    """One table: the layers of the list against each other, and against its entry."""
    numbered = [(layer.number, name) for layer, name in places if layer.number is not None]
    for number, name in numbered[1:]:
        if number != numbered[0][0]:
            told = f"is in layer {number} of the layer list, and in layer {numbered[0][0]} as well"
            first = Related(f"layer {numbered[0][0]} names it here", numbered[0][1].at)
            yield _finding(entry, told, name.at, f"list {number}", (first,))
    said = _said(entry)
    if said is None:
        exempt = entry.stage is Stage.BUILT_IN or standard.exempt(entry.table)
        if catalogue.layers and not places and not exempt:
            told = "is in no layer: neither the layer list nor its entry gives one"
            yield _finding(entry, told, entry.at, "none", warning=True)
        return
    value, numbers = said
    wrong = [number for number in numbers if not FIRST_LAYER <= number <= LAST_LAYER]
    if wrong:
        told = f"has the layer {wrong[0]} in its entry; they go from {FIRST_LAYER} to {LAST_LAYER}"
        yield _finding(entry, told, value.at, "range")
    elif len(numbers) > 1:
        told = f"has the layer {numbers[0]} in its entry, called {LAYER_NAMES[numbers[1]]}"
        yield _finding(entry, f"{told}, which is {numbers[1]}", value.at, "name")
    elif numbered and numbers[0] not in {number for number, _ in numbered}:
        told = f"is in layer {numbers[0]} by its entry and in layer {numbered[0][0]} by the list"
        place = Related("the layer list names it here", numbered[0][1].at)
        yield _finding(entry, told, value.at, "entry", (place,))


def _said(entry: Entry) -> tuple[Written, list[int]] | None:
    """The layer that the entry gives its table, with its place: its number, and that of its name
    where they differ. What it says of the column ``orbt_layer`` is not meant."""
    values = [field.value for field in entry.header.fields if _NAMED.fullmatch(field.name)]
    for section in entry.sections:
        for one in section.sentences if section.letter != "S" else ():
            values += [one.value] if one.value and _NAMED.fullmatch(one.name or "") else []
    for value in values:
        digits, word = _NUMBER.match(value.text), _WORD.match(value.text)
        numbers = [int(digits[1])] if digits else []
        if word:
            named = next(n for n, name in LAYER_NAMES.items() if name.lower() == word[1].lower())
            numbers += [named] if named not in numbers else []
        if numbers:
            return value, numbers
    return None


def _strangers(
    listed: Listed, catalogue: Catalogue, schema: Schema, standard: Standard
) -> Iterator[Finding]:
    """What the list names and is no table of the catalogue. Names of columns are no tables."""
    if not listed or not catalogue.entries:
        return
    known = {
        name for table in schema.tables for name in (table.name, f"{table.schema}.{table.name}")
    }
    known |= {row.name.text for row in catalogue.index}
    known |= {column.name for table in schema.tables.values() for column in table.columns}
    known |= {standard.layer, *standard.id_columns}
    no_tables = {name.lower() for name in known} | _NO_TABLES
    for name, places in listed.items():
        if name in no_tables:
            continue
        written = places[0][1]
        yield Finding(
            message=f"the layer list names {written.text}, which has no entry",
            object=ObjectId(ObjectKind.FILE, None, None, written.at.path),
            at=written.at,
            facet=written.text,
            hint=f"write the entry of {written.text}, or take it out of the list",
        )


def _finding(
    entry: Entry,
    told: str,
    at: Location,
    facet: str,
    related: tuple[Related, ...] = (),
    *,
    warning: bool = False,
) -> Finding:
    hint = "put it into a layer of the list" if warning else _HINT
    return Finding(
        message=f"{entry.table} {told}",
        object=object_of(entry),
        at=at,
        facet=facet,
        hint=hint,
        related=related,
        severity=WARNING if warning else None,
        stage=entry.stage,
    )


_ENTRY = """
    ### {number}. {name}

    **Barton ID**: `BID-DATA-00{number}`
    **Status**: Active

    #### D - Dependencies

    - ORBT Layer: {layer}
"""
_ORDERS = _ENTRY.format(number=1, name="orders", layer="3 (Output - results)")
_PAYMENTS = _ENTRY.format(number=2, name="payments", layer="Processing")

VALID = [
    f"""
    -- file: SCHEMA_REFERENCE.md
    ## Tables
    {_ORDERS}{_PAYMENTS}
    ### 3. schema_migrations

    **Barton ID**: `BID-DATA-999`
    **Status**: Active (Built-in)

    ## ORBT Layers

    1. **Input Layer**: None yet; the column `orbt_layer` of a row is another thing
    2. **Processing Layer**: Business logic (`public.payments`)
    3. **Output Layer**: `orders`
    """,
    # As a table. The entry need not repeat it; a layer in a Columns list is that of a row.
    """
    -- file: SCHEMA_REFERENCE.md
    ## Tables

    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### S - Structure

    **Columns**:
    - Layer: 9 of them

    #### E - Enforcement

    - ORBT Layer: 2-4

    ## Layers

    | Layer | Tables |
    |-------|--------|
    | 1 Input | orders |
    """,
    # A catalogue that knows no layers.
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`
    """,
]

INVALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    ## Tables

    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### D - Dependencies

    - ORBT Layer: 3 (Output) <!--! T018 -->

    ### 2. payments

    **Barton ID**: `BID-DATA-002`

    #### D - Dependencies

    - ORBT Layer: 2 (Input) <!--! T018 -->

    ### 3. refunds

    **Barton ID**: `BID-DATA-003`
    **ORBT Layer**: 7 <!--! T018 -->

    ### 4. lines (Planned) <!--! T018 -->

    **Barton ID**: `BID-DATA-004`
    **Status**: Planned

    ### 5. accounts

    **Barton ID**: `BID-DATA-005`

    ## ORBT Layers

    1. **Input Layer**: `orders`, `accounts`
    2. **Processing Layer**: `payments`, `baskets` <!--! T018 -->
    4. **Orchestration Layer**: `accounts` <!--! T018 -->
    """,
]
