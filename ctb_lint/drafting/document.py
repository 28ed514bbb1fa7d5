"""A whole catalogue: written from nothing, or one that is there brought up to date."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from msgspec import Struct

from ctb_lint.catalogue import Catalogue, StatisticKind
from ctb_lint.demands import Stage
from ctb_lint.diagram import Diagram
from ctb_lint.drafting.declared import declared_types
from ctb_lint.drafting.diagram import diagram, draws_the_same, labels_of
from ctb_lint.drafting.edits import extent, heading_level, line_start, stands_alone
from ctb_lint.drafting.entry import Draft, entry_text, header_fields
from ctb_lint.drafting.markdown import blocks, code, fenced, items, table
from ctb_lint.drafting.sections import registry_of
from ctb_lint.drafting.sql import type_names, types_sql
from ctb_lint.figures import Figures
from ctb_lint.index_rows import NO_FILE, fields_of
from ctb_lint.model import QualifiedName, Schema, Table
from ctb_lint.rule import Edit
from ctb_lint.standard import Standard

_OTHER_SQL = re.compile(
    r"^[ \t]*(?:(?:alter|comment|grant|revoke|insert|update|set|do|select|drop)\b"
    r"|create\s+(?!type\b|domain\b))",
    re.IGNORECASE | re.MULTILINE,
)
_INDEX_FIELDS = ("number", "name", "barton_id", "purpose", "status", "migration")
_INDEX = ("#", "Table Name", "Barton ID", "Purpose", "Status", "Migration")
_STATISTICS = (
    ("Total Tables", StatisticKind.TOTAL, False),
    ("Active Tables", StatisticKind.ACTIVE, False),
    ("Planned Tables", StatisticKind.PLANNED, False),
    ("Tables with HEIR Tracking", StatisticKind.HEIR, True),
    ("Tables with Keys or Indexes", StatisticKind.INDEXES, True),
    ("Tables with JSONB", StatisticKind.JSONB, True),
)


class Parts(Struct, frozen=True, kw_only=True):
    """What a document is written from: the migrations' schema, and the tables that it draws, in
    the order of the entries; ``texts`` are those of the migrations, and the rest is how its parts
    are called."""

    schema: Schema
    standard: Standard
    tables: tuple[Table, ...]
    texts: Mapping[str, str] = {}
    index: str = "Table Index"
    statistics: str = "Schema Statistics"
    diagram: str = "Entity Relationship Diagram"
    required: str = "Required for All Tables"


def new_document(drafts: Sequence[Draft], types: Sequence[QualifiedName], parts: Parts) -> str:
    """A catalogue of these entries, without figures yet."""
    made = types_sql(types, parts.schema, parts.texts)
    return (
        blocks(
            (
                "# Schema Reference",
                f"## {parts.index}",
                table(_INDEX, (_row(draft) for draft in drafts)),
                f"## Types\n\n{fenced(made, 'sql')}" if made else "",
                "## Tables",
                "\n---\n\n".join(entry_text(draft, parts.texts) for draft in drafts),
            )
        ).rstrip("\n")
        + "\n"
    )


def _row(draft: Draft) -> tuple[str, ...]:
    facts = draft.facts
    purpose = " ".join((facts.table.comment or "").split()).rstrip(".")
    status = header_fields(draft)["Status"]
    return (
        str(draft.number or ""),
        code(draft.name),
        draft.barton_id or "",
        purpose,
        status,
        facts.file or (Stage.BUILT_IN if draft.standard.exempt(facts.table.name) else NO_FILE),
    )


def missing_parts(
    text: str, path: str, catalogue: Catalogue, figures: Figures, parts: Parts
) -> Iterator[Edit]:
    """The edits that give a document the figures, the diagram and the demands on all tables that
    it lacks, behind its last entry; and a diagram that draws something else is drawn anew."""
    here = [entry for entry in catalogue.entries if entry.whole.path == path]
    if not here:
        return
    level = _parts_level(text, catalogue)
    head = "#" * level
    found: list[str] = []
    if not catalogue.statistics:
        found.append(f"{head} {parts.statistics}\n\n{_statistics(figures)}")
    if not catalogue.diagrams:
        drawn = fenced(diagram(parts.tables, parts.schema, parts.standard), "mermaid")
        found.append(f"{head} {parts.diagram}\n\n{drawn}")
    if not catalogue.required and registry_of(parts.schema, parts.standard):
        found.append(f"{head} HEIR/ORBT Compliance\n\n{_required(parts)}")
    if found:
        _, end = extent(text, here[-1])
        yield Edit(path, end, end, "\n\n---\n\n" + blocks(found))
    yield from _diagrams(catalogue.diagrams, path, parts)


def revised_types(
    text: str,
    path: str,
    catalogue: Catalogue,
    declared: Schema,
    wrong: Set[QualifiedName],
    parts: Parts,
) -> Iterator[Edit]:
    """The edits that write blocks of types outside entries anew in which one is not as the
    migrations have it. A block that holds something else as well is left."""
    for block in catalogue.blocks:
        shared = block.entry is None and block.language == "sql" and block.at.path == path
        if not shared or not stands_alone(text, block):
            continue
        inside = declared_types(declared, block.at)
        if inside & wrong and not _OTHER_SQL.search(block.text):
            kept = [name for name in type_names(parts.schema) if name in inside]
            sql = types_sql(kept, parts.schema, parts.texts)
            yield Edit(path, block.at.start, block.at.end, f"{sql}\n" if sql else "")


def _parts_level(text: str, catalogue: Catalogue) -> int:
    """The level of the headings that parts of the document have: above the entries'."""
    levels = [heading_level(text, entry.whole) for entry in catalogue.entries]
    first = next((level for level in levels if level), 3)
    return max(first - 1, 2) if first > 2 else 2


def _diagrams(diagrams: Iterable[Diagram], path: str, parts: Parts) -> Iterator[Edit]:
    """The edit of a single diagram that is not what the schema has. Several may each draw a part
    of it: they are left as they are."""
    found = [one for one in diagrams if one.at.path == path]
    if len(found) == 1 and not draws_the_same(found[0], parts.tables, parts.schema, parts.standard):
        at = found[0].at
        drawn = diagram(parts.tables, parts.schema, parts.standard, labels_of(found))
        yield Edit(path, at.start, at.end, f"{drawn}\n")


def _statistics(figures: Figures) -> str:
    rows: list[tuple[str, str]] = []
    for name, kind, shared in _STATISTICS:
        reading = next((one for one in figures.readings.get(kind, ()) if one.plain), None)
        if reading is None or reading.low != reading.high:
            continue
        share = f" ({100 * reading.low / figures.total:.0f}%)" if shared and figures.total else ""
        rows.append((name, f"{reading.figure}{share}"))
    if figures.average:
        rows.append(("Average Columns per Table", f"{figures.average.low:.1f}"))
    return table(("Metric", "Value"), rows)


def _required(parts: Parts) -> str:
    """What the standard demands of every governed table."""
    standard = parts.standard
    registry = standard.registry.table
    lines = (
        f"{code(standard.unique_id)} column (HEIR unique identifier)",
        f"{code(standard.process_id)} column (HEIR process identifier)",
        f"Registration of ids in {code(registry)}",
    )
    return f"**{parts.required}**:\n{items(lines)}"


def index_section(catalogue: Catalogue, title: str) -> str:
    """The table index of a document that has none."""
    rows = []
    for entry in catalogue.entries:
        fields = fields_of(entry)
        name = code(fields["name"])
        rows.append([name if key == "name" else fields[key] for key in _INDEX_FIELDS])
    return f"## {title}\n\n{table(_INDEX, rows)}"


def before_entries(text: str, path: str, catalogue: Catalogue) -> int:
    """Where a part goes that stands before the entries: before the heading that they are under."""
    first = next(entry for entry in catalogue.entries if entry.whole.path == path)
    start = line_start(text, first.whole.start)
    level = heading_level(text, first.whole) or 1
    above = [
        one
        for one in catalogue.headings
        if one.at.path == path and one.at.start < start and 1 < one.level < level
    ]
    if not above:
        return start
    return line_start(text, above[-1].at.start)
