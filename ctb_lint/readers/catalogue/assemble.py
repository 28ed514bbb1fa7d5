"""The drafts of all files → the catalogue, and the schema that it declares."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from operator import itemgetter

from ctb_lint.catalogue import (
    Catalogue,
    Entry,
    Field,
    Header,
    Section,
    Trouble,
    TroubleKind,
    When,
    Written,
)
from ctb_lint.demands import Stage
from ctb_lint.headings import Headings
from ctb_lint.mishaps import Mishap
from ctb_lint.model import QualifiedName, Schema
from ctb_lint.readers.catalogue.candidates import created_tables
from ctb_lint.readers.catalogue.columns import column_items
from ctb_lint.readers.catalogue.dates import when
from ctb_lint.readers.catalogue.declared import SqlBlock, declared, qualified
from ctb_lint.readers.catalogue.drafts import CatalogueDraft, EntryDraft
from ctb_lint.readers.catalogue.parts import (
    connections,
    fields_of,
    footer,
    layers,
    unquoted,
)
from ctb_lint.readers.catalogue.rollbacks import rollbacks
from ctb_lint.readers.catalogue.words import field_key, stage_of
from ctb_lint.readers.sql.fold.history import FoldOptions
from ctb_lint.readers.sql.made import Known


def assembled(
    draft: CatalogueDraft,
    paths: tuple[str, ...],
    headings: Headings,
    options: FoldOptions,
    made: Known | None = None,
) -> tuple[Catalogue, Schema, tuple[Mishap, ...]]:
    """What the drafts come to."""
    names = [_table(one, options.default_schema) for one in draft.entries]
    blocks = [SqlBlock(block, source, start, end) for block, start, end, source in draft.shared_sql]
    for one, table in zip(draft.entries, names, strict=True):
        blocks += [SqlBlock(b, one.source, start, end, table) for b, start, end in one.sql]
    found = declared(blocks, options, made)
    created: dict[str, list[tuple[int, QualifiedName]]] = {}
    for at, table in sorted(found.created):
        created.setdefault(at.path, []).append((at.start, table))
    seen: set[QualifiedName] = set()
    entries = tuple(
        _entry(one, table, headings, created.get(one.source.path, []), options, seen)
        for one, table in zip(draft.entries, names, strict=True)
    )
    troubles = (*draft.troubles, *found.troubles, *_entries_twice(entries))
    order = {path: number for number, path in enumerate(paths)}
    general = draft.parts.get("", []) + draft.parts.get("statistics", [])
    known = frozenset(
        name for one in entries for name in (one.name.lower(), str(one.table).lower())
    )
    catalogue = Catalogue(
        paths=paths,
        entries=entries,
        index=tuple(draft.index),
        statistics=tuple(draft.statistics),
        diagrams=tuple(draft.diagrams),
        layers=tuple(layers(draft.parts.get("layers", ()), known)),
        required=tuple(draft.parts.get("required", ())),
        connections=tuple(connections(draft.parts.get("connection", ()))),
        footer=footer(list(fields_of(general, headings)), tuple(draft.totals)),
        legend=tuple(draft.legend),
        sentences=tuple(draft.sentences),
        blocks=tuple(draft.blocks),
        headings=tuple(draft.headings),
        links=tuple(draft.links),
        mis_decoded=tuple(draft.mis_decoded),
        passwords=tuple(draft.passwords),
        connection_strings=tuple(draft.connection_strings),
        troubles=tuple(
            sorted(troubles, key=lambda t: (order[t.at.path], t.at.start, t.kind, t.message))
        ),
    )
    return catalogue, found.schema, found.mishaps


def _table(one: EntryDraft, default_schema: str) -> QualifiedName:
    """The table of an entry. The SQL knows how it is spelt; without it the heading does."""
    written = one.heading.name.text
    said = qualified(written, default_schema)
    for block, _, _ in one.sql:
        for name in created_tables(block.text):
            found = qualified(name, default_schema)
            same_schema = "." not in written or found.schema.lower() == said.schema.lower()
            if found.name.lower() == said.name.lower() and same_schema:
                return found
    return said


def _entry(
    one: EntryDraft,
    table: QualifiedName,
    headings: Headings,
    created: Sequence[tuple[int, QualifiedName]],
    options: FoldOptions,
    seen: set[QualifiedName],
) -> Entry:
    """The entry; the tables of those before it are ``seen``, and its own is one of them then."""
    repeats = table in seen
    seen.add(table)
    sections = tuple(section.section() for section in one.sections)
    whole = one.source.at(one.start, one.end)
    blocks = [SqlBlock(block, one.source, start, end, table) for block, start, end in one.sql]
    structure = [s for section in sections if section.letter == "S" for s in section.sentences]
    return Entry(
        table=table,
        title=one.title,
        at=one.at,
        whole=whole,
        number=one.heading.number,
        heading_stage=one.heading.stage,
        header=_header(tuple(one.fields), sections, headings),
        sections=sections,
        preface=tuple(one.preface),
        columns=tuple(column_items((*one.preface, *structure), headings)),
        blocks=tuple(one.blocks),
        declares=_between(created, whole.start, whole.end),
        rollbacks=tuple(rollbacks(blocks, options.default_schema, options.pg_version)),
        repeats=repeats,
    )


def _between(
    created: Sequence[tuple[int, QualifiedName]], start: int, end: int
) -> tuple[QualifiedName, ...]:
    """The tables that are created at those offsets, ``created`` being in order."""
    first = bisect_left(created, start, key=itemgetter(0))
    last = bisect_left(created, end, first, key=itemgetter(0))
    return tuple(name for _, name in created[first:last])


def _header(fields: tuple[Field, ...], sections: tuple[Section, ...], headings: Headings) -> Header:
    """The header; ids, dates and the author may stand in the Traceability section as well."""
    values: dict[str, Written] = {}
    for field in (*fields, *_traced(sections, headings)):
        if field.key and field.value.text:
            values.setdefault(field.key, field.value)
    status = values.get("status")
    return Header(
        fields=fields,
        barton_id=values.get("barton-id"),
        heir_id=values.get("heir-id"),
        status=status,
        stage=stage_of(status.text, headings) if status else Stage.UNKNOWN,
        created=_when(values.get("created")),
        author=values.get("author"),
        modified=_when(values.get("modified")),
        target=_when(values.get("target")),
    )


def _traced(sections: tuple[Section, ...], headings: Headings) -> Iterator[Field]:
    for section in sections:
        for one in section.sentences if section.letter == "T" else ():
            if one.name and one.value:
                key = field_key(one.name, headings)
                yield Field(key, one.name, unquoted(one.value), one.at)


def _when(value: Written | None) -> When | None:
    return when(value) if value else None


def _entries_twice(entries: tuple[Entry, ...]) -> Iterator[Trouble]:
    first: dict[QualifiedName, Entry] = {}
    for one in entries:
        known = first.setdefault(one.table, one)
        if known is not one:
            place = f"line {known.at.line}"
            if known.at.path != one.at.path:
                place = f"{known.at.path}:{known.at.line}"
            yield Trouble(
                TroubleKind.ENTRY_TWICE,
                f"{one.table} has a second entry; the first is at {place}",
                one.at,
                "keep one entry a table",
                one.name,
            )
