"""Migrations and the catalogue that documents them, which nobody wrote: what the benchmark of the
catalogue reads. The same on every run, and mostly of one mind: one table in fifty differs."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct, structs

CATALOGUE = "SCHEMA_REFERENCE.md"
_SEED = 20_251_023
_TOPICS = (
    "parcel", "tariff", "roster", "meter", "booking", "claim", "recipe", "lease", "sensor",
    "voucher", "audit", "grant", "vessel", "batch", "quote", "permit",
)  # fmt: skip
_FORMS = ("entry", "line", "event", "note", "plan", "check", "change", "state")
_LAYERS = {1: "Input", 2: "Processing", 3: "Output", 4: "Orchestration"}
_STATES = (("open", "held", "done"), ("new", "seen", "kept", "gone"), ("low", "middle", "high"))
_CONFIGURATION = """\
# Nothing in these tables holds an id to its format: told 4,000 times, it would be all that is told.
ignore = ["E008"]
"""
_EACH_DIAGRAM = 25
"""So many tables stand in one diagram."""
_DRIFTS = 50
"""Of so many tables one is not as its entry says."""


class Column(Struct, frozen=True):
    """A column: its type, what follows the type in SQL, and what its line in the catalogue says."""

    name: str
    type: str
    rest: str
    note: str


class Table(Struct, frozen=True):
    """A table that is documented; ``parent`` is the one that it refers to."""

    number: int
    name: str
    layer: int
    states: tuple[str, ...]
    columns: tuple[Column, ...]
    indexed: tuple[str, ...]
    parent: str | None

    @property
    def file(self) -> str:
        """The migration that creates it."""
        return f"{self.number:04}_create_{self.name}.sql"

    @property
    def process(self) -> str:
        """The id of the process that fills it."""
        return f"shq.03.bench.V1.20251023.{self.name}"


def project(folder: Path, entries: int) -> None:
    """Writes a catalogue of so many entries, and a migration for each."""
    tables = _tables(entries)
    (folder / "migrations").mkdir(parents=True, exist_ok=True)
    for table in tables:
        text = "\n".join(_migration(table)) + "\n"
        (folder / "migrations" / table.file).write_text(text, encoding="utf-8")
    (folder / CATALOGUE).write_text("\n".join(_catalogue(tables)) + "\n", encoding="utf-8")
    (folder / "ctb-lint.toml").write_text(_CONFIGURATION, encoding="utf-8")


def planted(entries: int) -> int:
    """How many of so many tables lack an index that their entries declare."""
    return entries // _DRIFTS


def _tables(number: int) -> list[Table]:
    chance = random.Random(_SEED)
    tables = [_registry()]
    for count in range(2, number + 1):
        topic = _TOPICS[count % len(_TOPICS)]
        form = _FORMS[count // len(_TOPICS) % len(_FORMS)]
        tables.append(_table(count, f"{topic}_{form}_{count}", tables, chance))
    return tables


def _registry() -> Table:
    columns = (
        *_KEYS,
        Column("entity_type", "VARCHAR(100)", " NOT NULL", "What kind of thing the id stands for"),
        Column("entity_id", "VARCHAR(255)", "", "The number of the thing, where it has one"),
        _CREATED,
    )
    return Table(1, "ids", 4, _STATES[0], columns, ("process_id", "entity_type"), None)


_KEYS = (
    Column("id", "UUID", " PRIMARY KEY DEFAULT gen_random_uuid()", "Primary key, made by itself"),
    Column("unique_id", "VARCHAR(255)", " NOT NULL UNIQUE", "The id of the row (UNIQUE)"),
    Column("process_id", "VARCHAR(255)", " NOT NULL", "The id of the process that wrote it"),
)
_CREATED = Column("created_at", "TIMESTAMPTZ", " NOT NULL DEFAULT now()", "When the row came")
_OTHERS = (
    Column("title", "VARCHAR(200)", " NOT NULL", "What people call it"),
    Column("remarks", "TEXT", "", "Whatever else was said"),
    Column("payload", "JSONB", " NOT NULL DEFAULT '{}'", "The message as it arrived"),
    Column("amount", "NUMERIC(12,2)", " DEFAULT 0.00", "In euro, without tax"),
    Column("attempts", "INTEGER", " NOT NULL DEFAULT 0", "How often it was tried"),
    Column("is_closed", "BOOLEAN", " NOT NULL DEFAULT false", "Whether nothing follows"),
    Column("due_on", "DATE", "", "The day by which it has to be done"),
    Column("changed_at", "TIMESTAMPTZ", "", "When it was last touched"),
    Column("origin", "VARCHAR(100)", "", "The system that sent it (`intake`, `import`, etc.)"),
    Column("region", "VARCHAR(40)", "", "Where it belongs"),
)


def _table(number: int, name: str, before: Sequence[Table], chance: random.Random) -> Table:
    states = chance.choice(_STATES)
    listed = ", ".join(f"'{state}'" for state in states)
    quoted = ", ".join(f'"{state}"' for state in states)
    parent = chance.choice(before[-20:]).name if number > 2 and number % 3 == 0 else None
    key, own, process = _KEYS
    columns = [
        key,
        structs.replace(own, rest=f"{own.rest} REFERENCES ids (unique_id)"),
        process,
        Column(
            "orbt_layer", "INTEGER", " CHECK (orbt_layer BETWEEN 1 AND 4)", "ORBT layer (1-4)"
        ),
        Column(
            "state", "VARCHAR(20)", f" NOT NULL DEFAULT '{states[0]}' CHECK (state IN ({listed}))",
            quoted,
        ),
    ]  # fmt: skip
    if parent:
        rest = f" REFERENCES {parent} (id)"
        columns.append(Column("parent_id", "UUID", rest, f"The row of `{parent}` above it"))
    columns += [one for one in _OTHERS if chance.random() < 0.6]
    columns.append(_CREATED)
    indexed = ["process_id", "created_at", "state", *(["parent_id"] if parent else [])]
    layer = chance.choice(tuple(_LAYERS))
    return Table(number, name, layer, states, tuple(columns), tuple(indexed), parent)


def _migration(table: Table) -> Iterator[str]:
    drifts = table.number % _DRIFTS == 0
    columns = [one for one in table.columns if not (drifts and one.name == "changed_at")]
    yield f"-- Version 1.0 of {table.name}, layer {table.layer}."
    yield f"CREATE TABLE {table.name} ("
    yield ",\n".join(f"    {one.name} {one.type}{one.rest}" for one in columns)
    yield ");\n"
    for name in table.indexed[: -1 if drifts else None]:
        yield f"CREATE INDEX idx_{table.name}_{name} ON {table.name} ({name});"
    yield f"\nCOMMENT ON TABLE {table.name} IS 'Every {_spoken(table)} that was filed.';"


def _spoken(table: Table) -> str:
    return table.name.replace("_", " ")


def _catalogue(tables: Sequence[Table]) -> Iterator[str]:
    yield "# What the database holds\n"
    yield "**Database**: Bench"
    yield "**CTB Version**: 1.3.3"
    yield "**Last Updated**: 2026-02-01\n\n---\n"
    yield "## 📋 Table Index\n"
    yield "| # | Table Name | Barton ID | Purpose | Status | Migration |"
    yield "|---|------------|-----------|---------|--------|-----------|"
    for one in tables:
        purpose = f"Keeps each {_spoken(one)}"
        yield (
            f"| {one.number} | `{one.name}` | {_barton_id(one)} | {purpose} | Active | {one.file} |"
        )
    yield "\n---\n\n## 🔍 The tables one by one\n"
    for one in tables:
        yield from _entry(one)
    yield from _statistics(tables)
    yield from _diagrams(tables)
    yield from _layers(tables)
    yield "---\n"
    yield "**Maintainer**: Bench"
    yield "**Review Schedule**: Yearly"
    yield "**Next Review**: 2999-01-01"
    yield f"**Total Tables**: {len(tables)} ({len(tables)} active, 0 planned)"


def _barton_id(table: Table) -> str:
    # Tables that migration tools own have 999.
    return f"BID-DATA-{table.number + (table.number > 998):03}"


def _entry(table: Table) -> Iterator[str]:
    yield f"### {table.number}. {table.name}\n"
    yield f"**Barton ID**: `{_barton_id(table)}`"
    yield f"**HEIR ID**: `HEIR-2025-10-SHQ-{table.name.upper().replace('_', '-')}-01`"
    yield "**Status**: Active"
    yield "**Created**: 2025-10-23"
    yield "**Author**: Bench"
    yield "**Last Modified**: 2026-01-15\n"
    yield from _structure(table)
    yield from _traceability(table)
    yield from _access(table)
    yield from _way(table)
    yield from _purpose(table)
    yield from _enforcement(table)
    yield from _dependencies(table)
    yield "---\n"


def _structure(table: Table) -> Iterator[str]:
    yield "#### S - Structure\n\n```sql"
    yield f"CREATE TABLE {table.name} ("
    yield "".join(f"    {one.name} {one.type}{one.rest},\n" for one in table.columns)
    yield "    -- Indexes"
    yield ",\n".join(f"    INDEX idx_{table.name}_{name} ({name})" for name in table.indexed)
    yield ");\n```\n\n**Columns**:"
    for one in table.columns:
        yield f"- `{one.name}` ({one.type.split('(')[0]}): {one.note}"
    yield ""


def _traceability(table: Table) -> Iterator[str]:
    yield "#### T - Traceability\n"
    yield f"- **Migration File**: `{table.file}`"
    yield "- **Source Path**: `migrations/`"
    yield f"- **Commit**: `{table.number * 7_919 % 0xFFFFFFF:07x}`\n"


def _access(table: Table) -> Iterator[str]:
    yield "#### A - Authentication & Authorization\n"
    yield "- **Read Access**: Whoever is signed in"
    yield "- **Write Access**: Services only"
    yield "- **Delete Access**: Nobody (rows are kept)"
    yield "- **Row-Level Security**: None\n"


def _way(table: Table) -> Iterator[str]:
    yield "#### M - Migration\n\n**Creation Migration**:\n```bash"
    yield f"psql $DATABASE_URL < migrations/{table.file}\n```\n\n**Rollback**:\n```sql"
    yield f"DROP TABLE IF EXISTS {table.name};\n```\n\n**Version**: 1.0\n"


def _purpose(table: Table) -> Iterator[str]:
    yield "#### P - Purpose\n"
    yield f"**Business Purpose**: Keeps each {_spoken(table)} from the day that it comes in\n"
    yield "**Use Cases**:"
    yield f"1. Find the {_spoken(table)} that somebody asks for"
    yield "2. Count what is still open"
    yield "3. Show afterwards what was done when\n"
    yield "**Workflows**:"
    yield f"- Intake files a row → the registry `ids` knows it → `{table.name}` shows it"
    yield "- A person closes it by hand\n"
    if table.parent:
        yield f"**Related Entities**:\n- `{table.parent}`: what it belongs to\n"


def _enforcement(table: Table) -> Iterator[str]:
    quoted = ", ".join(f'"{state}"' for state in table.states)
    has_state = any(one.name == "state" for one in table.columns)
    yield "#### E - Enforcement\n\n**Validation Rules**:"
    yield "- `unique_id` must be unique"
    yield "- `unique_id` format: `{db}-{subhive}-{app}-{timestamp}-{random16}`"
    if has_state:
        yield f"- `state` must be one of: {quoted}"
        yield f'- `state` default: "{table.states[0]}"'
    yield "\n**CTB Compliance**:\n- HEIR/ORBT tracking via `unique_id`, `process_id`"
    yield "- Audit logging enabled\n\n**Data Quality**:"
    yield "- No NULL values for `unique_id`, `process_id`\n- Unique constraint on `unique_id`\n"


def _dependencies(table: Table) -> Iterator[str]:
    yield "#### D - Dependencies\n"
    if table.number == 1:
        yield "**Foreign Keys**: None (stands for itself)\n"
    else:
        yield "**Foreign Keys**:\n- `unique_id` → `ids`"
        yield f"- `parent_id` → `{table.parent}`\n" if table.parent else ""
    yield "**Dependent Tables**: None\n\n**Linked Processes**:"
    yield f"- HEIR Process: `{table.process}`"
    yield f"- ORBT Layer: {table.layer} ({_LAYERS[table.layer]})\n"


def _statistics(tables: Sequence[Table]) -> Iterator[str]:
    columns = sum(len(one.columns) for one in tables)
    jsonb = sum(any(c.type == "JSONB" for c in one.columns) for one in tables)
    yield "## 📈 Statistics\n\n| Metric | Value |\n|--------|-------|"
    yield f"| Total Tables | {len(tables)} |\n| Active Tables | {len(tables)} |"
    yield "| Planned Tables | 0 |"
    yield f"| Tables with HEIR Tracking | {len(tables)} (100%) |"
    yield f"| Tables with JSONB | {jsonb} ({100 * jsonb // len(tables)}%) |"
    yield f"| Average Columns per Table | {columns / len(tables):.1f} |\n"


def _diagrams(tables: Sequence[Table]) -> Iterator[str]:
    yield "## 🔗 Who knows whom\n"
    for first in range(0, len(tables), _EACH_DIAGRAM):
        drawn = tables[first : first + _EACH_DIAGRAM]
        yield f"### Tables {drawn[0].number} to {drawn[-1].number}\n\n```mermaid\nerDiagram"
        for one in drawn:
            if one.number > 1:
                yield f"    IDS ||--o{{ {one.name.upper()} : tracks"
            if one.parent:
                yield f"    {one.parent.upper()} ||--o{{ {one.name.upper()} : holds"
        for one in drawn:
            yield f"    {one.name.upper()} {{\n        uuid id PK"
            yield "        varchar unique_id UK\n        varchar process_id\n    }"
        yield "```\n"


def _layers(tables: Sequence[Table]) -> Iterator[str]:
    yield "## What holds for every table\n\n**Required for All Tables**:"
    yield "- `unique_id` column\n- `process_id` column\n- Registration in `ids`\n"
    yield "## ORBT Layers\n"
    for layer, name in _LAYERS.items():
        named = ", ".join(f"`{one.name}`" for one in tables if one.layer == layer)
        yield f"{layer}. **{name} Layer**: {named}"
    yield ""
