"""An entry that is there, brought up to what the migrations build.

What agrees with them stays as it is, and so does all that only a person can say. What they decide
is written anew: the SQL, lines of the Columns list, the migration file, foreign keys and
dependents. Fields and sections that are missing are drafted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from ctb_lint.catalogue import SECTION_TITLES, CodeBlock, ColumnItem, Entry, Section, Sentence
from ctb_lint.drafting import sections
from ctb_lint.drafting.edits import extent, heading_level, line_end, line_start, stands_alone
from ctb_lint.drafting.entry import Draft, header_fields, section_heading, section_text
from ctb_lint.drafting.markdown import blocks, code, fenced
from ctb_lint.drafting.sql import table_sql, types_sql
from ctb_lint.drafting.structure import agrees, column_line
from ctb_lint.index_rows import file_name, migration_of
from ctb_lint.model import Location, Table
from ctb_lint.rule import Edit

_CODE = re.compile(r"`([^`\n]+)`")
_CREATES = re.compile(r"\bcreate\s+(?:unlogged\s+|foreign\s+)?table\b", re.IGNORECASE)
_MARKER = re.compile(r"[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?")
_NONE = re.compile(r"\W*none\b", re.IGNORECASE)
_ROLLBACK = re.compile(r"\b(?:roll\s?back|down|undo|revert)\b", re.IGNORECASE)


class Revision(Struct, frozen=True, kw_only=True):
    """An entry in the text of its file, and the draft of what it should say. ``differs`` says that
    its SQL is not what the migrations build; ``texts`` are those of the migrations."""

    entry: Entry
    text: str
    draft: Draft
    differs: bool
    texts: Mapping[str, str] = {}

    @property
    def path(self) -> str:
        """The file that the entry stands in."""
        return self.entry.whole.path

    @property
    def table(self) -> Table:
        """The table as the migrations build it."""
        return self.draft.facts.table


def revised(one: Revision) -> tuple[Edit, ...]:
    """The edits that bring the entry up to date; none of them meets another."""
    found = [*_header(one), *_sql(one), *_columns(one), *_migration_file(one), *_version(one)]
    if all(heading_level(one.text, s.at) is not None for s in one.entry.sections):
        found += [*_sections(one), *_dependencies(one)]
    return tuple(found)


# Header -------------------------------------------------------------------------------------


def _header(one: Revision) -> Iterator[Edit]:
    """The fields that are missing, behind the last one that is there."""
    header = one.entry.header
    there = {
        "Barton ID": header.barton_id,
        "HEIR ID": header.heir_id,
        "Status": header.status or one.entry.heading_stage,
        "Created": header.created,
        "Author": header.author,
        "Last Modified": header.modified,
    }
    drafted = header_fields(one.draft)
    missing = [(name, drafted[name]) for name, value in there.items() if value is None]
    if not missing:
        return
    last = header.fields[-1].at if header.fields else None
    if last is None:
        at = line_end(one.text, one.entry.whole.start)
        lines = "\n".join(f"**{name}**: {value}" for name, value in missing)
        yield Edit(one.path, at, at, f"\n\n{lines}")
        return
    at = line_end(one.text, last.end)
    line = one.text[line_start(one.text, last.start) : at]
    row = line.lstrip().startswith("|")
    marker = _MARKER.match(line)
    lead = marker.group() if marker and not row else ""
    form = "| {} | {} |" if row else "**{}**: {}"
    yield Edit(one.path, at, at, "".join(f"\n{lead}{form.format(*field)}" for field in missing))


# Sections -----------------------------------------------------------------------------------


def _sections(one: Revision) -> Iterator[Edit]:
    """The sections that are missing, each in its place in the order of STAMPED, and what is to
    stand in those that are only headings."""
    order = [*SECTION_TITLES]
    there = {section.letter: section for section in reversed(one.entry.sections)}
    level = heading_level(one.text, one.entry.whole) or one.draft.level
    levels = [heading_level(one.text, section.at) for section in one.entry.sections]
    above = (levels[0] or level + 1) - 1 if levels else level
    pending: list[str] = []
    for letter in order:
        section = there.get(letter)
        body = section_text(one.draft, letter, one.texts)
        if section is None:
            pending += [section_heading(above, letter, SECTION_TITLES[letter]), body]
            continue
        start = line_start(one.text, section.at.start)
        if pending:
            yield Edit(one.path, start, start, blocks(pending) + "\n\n")
            pending = []
        if section.empty and not (letter == "S" and one.entry.blocks):
            end = line_end(one.text, section.at.end)
            yield Edit(one.path, end, end, f"\n\n{body}")
    if pending:
        _, end = extent(one.text, one.entry)
        yield Edit(one.path, end, end, "\n\n" + blocks(pending))


def _body_end(one: Revision, section: Section) -> int:
    """Where the text of a section ends."""
    starts = (line_start(one.text, s.at.start) for s in one.entry.sections)
    _, last = extent(one.text, one.entry)
    end = min((start for start in starts if start > section.at.start), default=last)
    return section.at.end + len(one.text[section.at.end : end].rstrip())


# Structure ----------------------------------------------------------------------------------


def _sql(one: Revision) -> Iterator[Edit]:
    """The SQL, where it differs; further blocks of the section are a part of it then."""
    section = one.entry.section("S")
    if not one.differs or (section is None and not _creating(one)):
        return
    sql = table_sql(one.table, one.draft.schema)
    types = types_sql(one.draft.types, one.draft.schema, one.texts)
    whole = "\n".join(part for part in (types, sql) if part)
    creating = _creating(one)
    if creating is None:
        # What stands in a list or a quote is left to a person.
        nested = any(b.language == "sql" and _CREATES.search(b.text) for b in one.entry.blocks)
        if section is not None and not section.empty and not nested:
            end = line_end(one.text, section.at.end)
            yield Edit(one.path, end, end, f"\n\n{fenced(whole, 'sql')}")
        return
    yield _replaced(one, creating, whole)
    for block in one.entry.blocks:
        others = block is not creating and block.section == "S" and block.language == "sql"
        if others and stands_alone(one.text, block) and not _CREATES.search(block.text):
            start = line_start(one.text, block.fence.start)
            end = line_end(one.text, block.at.end)
            yield Edit(one.path, start, end, "")


def _creating(one: Revision) -> CodeBlock | None:
    """The block that creates the table, outside lists and quotes."""
    found = [
        block
        for block in one.entry.blocks
        if block.language == "sql"
        and stands_alone(one.text, block)
        and _CREATES.search(block.text)
        and not _ROLLBACK.search(block.group or "")
    ]
    return next((b for b in found if b.section == "S"), found[0] if found else None)


def _replaced(one: Revision, block: CodeBlock, sql: str) -> Edit:
    if "```" in sql or "~~~" in sql:
        start = line_start(one.text, block.fence.start)
        return Edit(one.path, start, line_end(one.text, block.at.end), fenced(sql, "sql"))
    return Edit(one.path, block.at.start, block.at.end, f"{sql}\n")


def _columns(one: Revision) -> Iterator[Edit]:
    """The lines of the Columns list that are wrong, missing or of no column."""
    table, schema = one.table, one.draft.schema
    items = {item.name.text: item for item in reversed(one.entry.columns)}
    if not all(_is_item(one, item.at) for item in items.values()):
        return
    if not items:
        return
    columns = {column.name: column for column in table.columns}
    for name, item in items.items():
        if name not in columns:
            start, end = line_start(one.text, item.at.start), line_end(one.text, item.at.end)
            yield Edit(one.path, start, _next_line(one.text, end), "")
    before: ColumnItem | None = None
    lead = _lead(one, next(iter(items.values())).at)
    pending: list[str] = []
    for column in table.columns:
        known = items.get(column.name)
        line = column_line(column, table, schema, known)
        if known is None:
            pending.append(line)
            continue
        if pending:
            yield _inserted(one, before, known, lead, pending)
            pending = []
        if not agrees(column, table, schema, known):
            yield Edit(one.path, known.at.start, known.at.end, line)
        before = known
    if pending and before is not None:
        yield _inserted(one, before, None, lead, pending)


def _inserted(
    one: Revision,
    before: ColumnItem | None,
    behind: ColumnItem | None,
    lead: str,
    lines: list[str],
) -> Edit:
    if before is None:
        assert behind is not None
        start = line_start(one.text, behind.at.start)
        return Edit(one.path, start, start, "".join(f"{lead}{line}\n" for line in lines))
    end = line_end(one.text, before.at.end)
    return Edit(one.path, end, end, "".join(f"\n{lead}{line}" for line in lines))


def _is_item(one: Revision, at: Location) -> bool:
    return _lead(one, at).strip() in {"-", "*", "+"}


def _lead(one: Revision, at: Location) -> str:
    """What stands before an item on its line."""
    return one.text[line_start(one.text, at.start) : at.start]


def _next_line(text: str, end: int) -> int:
    following = re.compile(r"\r\n|\n|\r").match(text, end)
    return following.end() if following else end


# Traceability and dependencies -----------------------------------------------------------------


def _migration_file(one: Revision) -> Iterator[Edit]:
    """The name of the file that makes the table, where the entry has another or none."""
    file = one.draft.facts.file
    section = one.entry.section("T")
    if file is None or section is None or section.empty:
        return
    named = migration_of(one.entry)
    if named is None:
        if heading_level(one.text, section.at) is not None:
            end = _body_end(one, section)
            yield Edit(one.path, end, end, f"\n- **Migration File**: {code(file)}")
    elif file_name(named.text) not in {None, file_name(file)} and _is_exact(named.at, named.text):
        yield Edit(one.path, named.at.start, named.at.end, code(file))


def _version(one: Revision) -> Iterator[Edit]:
    """The migration as of which the entry is, where it names one that is not the last."""
    version = sections.version_of(one.draft.facts)
    section = one.entry.section("M")
    for sentence in section.sentences if section and version else ():
        value = sentence.value
        if value is None or (sentence.name or "").lower() not in {"version", "schema version"}:
            continue
        dated = value.text.startswith(sections.AS_OF) and value.text != version
        if dated and version and _is_exact(value.at, value.text):
            yield Edit(one.path, value.at.start, value.at.end, version)


def _is_exact(at: Location, text: str) -> bool:
    return at.line == at.end_line and at.end - at.start == len(text)


def _dependencies(one: Revision) -> Iterator[Edit]:
    """Foreign keys and dependents, where the section tells others."""
    section = one.entry.section("D")
    if section is None or section.empty:
        return
    added: list[str] = []
    keys = _labelled(one, section, sections.FOREIGN_KEYS)
    if keys is None and sections.key_pairs(one.table):
        added.append(sections.foreign_keys(one.table))
    elif keys is not None and not _same_keys(one.table, keys[0]):
        yield Edit(one.path, keys[1], keys[2], sections.foreign_keys(one.table))
    lines = sections.dependent_lines(one.table, one.draft.schema)
    others = _labelled(one, section, sections.DEPENDENTS)
    if others is None and lines:
        added.append(sections.dependents(one.table, one.draft.schema))
    elif others is not None:
        yield from _more_dependents(one, others, lines)
    if added:
        end = _body_end(one, section)
        yield Edit(one.path, end, end, "\n\n" + blocks(added))


Labelled = tuple[list[Sentence], int, int]
"""The sentences below a label, and the span from the label to the last of them."""


def _labelled(one: Revision, section: Section, label: str) -> Labelled | None:
    def is_called(text: str | None) -> bool:
        return text is not None and text.strip().casefold() == label.casefold()

    inline = [s for s in section.sentences if is_called(s.name) and not s.depth]
    if inline:
        first = inline[0]
        return [first], line_start(one.text, first.at.start), first.at.end
    items = [s for s in section.sentences if is_called(s.group)]
    if not items:
        return None
    above = one.text.rfind(label, section.at.end, items[0].at.start)
    if above < 0:
        return None
    return items, line_start(one.text, above), items[-1].at.end


def _same_keys(table: Table, said: list[Sentence]) -> bool:
    """Whether sentences tell these foreign keys and no others."""
    pairs = sections.key_pairs(table)
    told = [{*_CODE.findall(one.text)} for one in said]
    if not pairs:
        return all(_NONE.match(one.value.text if one.value else one.text) for one in said)
    if len([spans for spans in told if spans]) != len(pairs):
        return False
    return all(
        any(column in spans and spans & {target, target.rpartition(".")[0]} for spans in told)
        for column, target in pairs
    )


def _more_dependents(one: Revision, known: Labelled, lines: Mapping[str, str]) -> Iterator[Edit]:
    said, start, end = known
    told = {span for sentence in said for span in _CODE.findall(sentence.text)}
    missing = [line for name, line in lines.items() if name not in told]
    if not missing:
        return
    if said[0].depth:
        lead = _lead(one, said[-1].at) if said[-1].depth == 1 else "- "
        yield Edit(one.path, end, end, "".join(f"\n{lead}{line}" for line in missing))
    else:
        yield Edit(one.path, start, end, sections.dependents(one.table, one.draft.schema))
