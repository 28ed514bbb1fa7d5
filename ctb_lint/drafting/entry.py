"""A whole entry, drafted."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from msgspec import Struct

from ctb_lint.catalogue import SECTION_TITLES
from ctb_lint.demands import Stage
from ctb_lint.drafting import sections
from ctb_lint.drafting.facts import Facts
from ctb_lint.drafting.markdown import blocks, code
from ctb_lint.drafting.sql import table_name
from ctb_lint.drafting.structure import structure
from ctb_lint.model import QualifiedName, Schema
from ctb_lint.questions import question
from ctb_lint.standard import Standard


class Draft(Struct, frozen=True, kw_only=True):
    """What an entry is drafted from. ``types`` are those that its SQL makes; ``level`` is that of
    its heading, and ``around`` what stands in it before and behind the name, None where that is
    the number alone. ``columns`` is how the list of columns is called. What else is None is
    asked."""

    facts: Facts
    schema: Schema
    standard: Standard
    number: int | None = None
    barton_id: str | None = None
    heir_id: str | None = None
    author: str | None = None
    layer: int | None = None
    types: tuple[QualifiedName, ...] = ()
    level: int = 3
    around: tuple[str, str] | None = None
    columns: str = "Columns"

    @property
    def name(self) -> str:
        """The table's name as headings and the index have it."""
        return table_name(self.facts.table.name, self.schema)


def entry_text(draft: Draft, texts: Mapping[str, str] = {}) -> str:
    """The entry, from its heading to its last line. ``texts`` are those of the migrations."""
    number = f"{draft.number}. " if draft.number is not None else ""
    before, behind = draft.around or (number, "")
    heading = f"{'#' * draft.level} {before}{draft.name}{behind}"
    parts = [heading, header(draft)]
    for letter, title in SECTION_TITLES.items():
        parts += [section_heading(draft.level, letter, title), section_text(draft, letter, texts)]
    return blocks(parts) + "\n"


def section_heading(level: int, letter: str, title: str) -> str:
    """The heading of a section, one level below the entry's."""
    return f"{'#' * min(level + 1, 6)} {letter} - {title}"


def header(draft: Draft) -> str:
    """The fields below the heading."""
    return "\n".join(f"**{name}**: {value}" for name, value in header_fields(draft).items())


def header_fields(draft: Draft) -> dict[str, str]:
    """Every field of a header with its value, or with a question."""
    built_in = draft.standard.exempt(draft.facts.table.name)
    return {
        "Barton ID": _id(draft.barton_id, "which number has the table?"),
        "HEIR ID": _id(draft.heir_id, "which id has the table?"),
        "Status": f"Active ({Stage.BUILT_IN})" if built_in else str(Stage.ACTIVE),
        "Created": _day(draft.facts.created, "when was it made?"),
        "Author": draft.author or question("who made it?"),
        "Last Modified": _day(draft.facts.modified, "when was it last changed?"),
    }


def section_text(draft: Draft, letter: str, texts: Mapping[str, str] = {}) -> str:
    """The body of one section."""
    facts, schema = draft.facts, draft.schema
    table = facts.table
    written = {
        "S": lambda: structure(table, schema, draft.types, texts, draft.columns),
        "T": lambda: sections.traceability(facts),
        "A": lambda: sections.authorization(table),
        "M": lambda: sections.migration(facts, schema),
        "P": lambda: sections.purpose(table, schema),
        "E": lambda: sections.enforcement(table, schema, draft.standard),
        "D": lambda: sections.dependencies(table, schema, draft.standard, draft.layer),
    }
    return written[letter]()


def _id(text: str | None, asked: str) -> str:
    return code(text) if text else question(asked)


def _day(day: datetime.date | None, asked: str) -> str:
    return str(day) if day else question(asked)
