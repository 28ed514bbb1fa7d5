"""How a row of the table index is written: in the columns, and in the style, of the rows that are
there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ctb_lint.catalogue import Catalogue, Entry, IndexRow, Written
from ctb_lint.demands import Stage
from ctb_lint.entry_ids import BARTON, id_of
from ctb_lint.purposes import PURPOSE
from ctb_lint.questions import asks
from ctb_lint.rule import Edit

_QUOTED_NAME = re.compile(r'"((?:[^"]|"")+)"')
LINK = re.compile(r"\[([^\[\]]*)\]\([^()]*\)")
NO_FILE = "-"
_FILE = re.compile(r"[^\s/\\]+\.\w+")
_MIGRATION = frozenset({"migration file", "migration", "creation migration", "created by"})


def row_of(cells: Iterable[str]) -> str:
    """A row of a table in Markdown."""
    return f"| {' | '.join(cell_of(cell) for cell in cells)} |"


def cell_of(text: str) -> str:
    """The text of a cell: in one line, its pipes escaped."""
    return " ".join(text.split()).replace("|", "\\|")


def cell_edit(written: Written, text: str) -> Edit | None:
    """The edit that writes another text into a cell; None where the place of its text is not
    certain, or where it is more than that text."""
    at = written.at
    exact = at.line == at.end_line and at.end - at.start == len(written.text)
    if not exact or LINK.search(written.text) or "`" in written.text:
        return None
    return Edit(at.path, at.start, at.end, cell_of(text))


def new_row(entry: Entry, catalogue: Catalogue) -> Edit | None:
    """The edit that writes the row of an entry behind that of the entry before it; None where the
    index has no row that shows how."""
    rows = [row for row in catalogue.index if row.line.start == row.at.start]
    if not rows:
        return None
    by_name = {name_of(row).lower(): row for row in reversed(rows)}
    before: IndexRow | None = None
    for other in catalogue.entries:
        if other is entry:
            break
        names = (f"{other.table.schema}.{other.name}".lower(), other.name.lower())
        before = next((by_name[name] for name in names if name in by_name), before)
    model = before or rows[0]
    fields = fields_of(entry)
    if any(one.name == entry.name and one.table != entry.table for one in catalogue.entries):
        fields["name"] = f"{entry.table.schema}.{entry.name}"
    text = row_of(_cells(fields, model))
    if before is None:
        return Edit(model.line.path, model.line.start, model.line.start, f"{text}\n")
    return Edit(model.line.path, model.line.end, model.line.end, f"\n{text}")


def _cells(fields: Mapping[str, str], model: IndexRow) -> Iterable[str]:
    as_code = f"`{model.name.text}`" in model.text
    for key in model.keys:
        value = fields.get(key, "")
        yield f"`{value}`" if key == "name" and as_code else value


def fields_of(entry: Entry) -> dict[str, str]:
    """What the index says of an entry, by field; empty where the entry does not say it."""
    barton = id_of(entry, BARTON)
    file = migration_of(entry)
    number = entry.number
    built_in = entry.stage is Stage.BUILT_IN
    return {
        "number": "" if number is None else str(number),
        "name": entry.name,
        "barton_id": barton.text if barton else "",
        "purpose": purpose_of(entry),
        "status": status_of(entry),
        "migration": (file and file_name(file.text)) or ("Built-in" if built_in else NO_FILE),
    }


def status_of(entry: Entry) -> str:
    """The entry's status as it has it, else the stage that its heading tells."""
    status = entry.header.status
    return status.text.strip("`* ") if status else str(entry.heading_stage or "")


def purpose_of(entry: Entry) -> str:
    """The sentence that the entry calls its table's purpose."""
    section = entry.section("P")
    for one in section.sentences if section else ():
        if one.name and one.value and PURPOSE.search(one.name) and not asks(one.value.text):
            return one.value.text
    return ""


def migration_of(entry: Entry) -> Written | None:
    """The file that the entry's Traceability section names."""
    section = entry.section("T")
    for sentence in section.sentences if section else ():
        if sentence.name and sentence.value and sentence.name.lower() in _MIGRATION:
            return sentence.value
        if not sentence.name and (sentence.group or "").lower() in _MIGRATION:
            return Written(sentence.text, sentence.at)
    return None


def file_name(text: str) -> str | None:
    """The name of the file without its folders, None where the text names none."""
    name = re.split(r"[/\\]", LINK.sub(r"\1", text).strip("` *"))[-1]
    return name if _FILE.fullmatch(name) else None


def name_of(row: IndexRow) -> str:
    """The table that a row names, as PostgreSQL stores its name."""
    written = LINK.sub(r"\1", row.name.text).strip("` *")
    return _QUOTED_NAME.sub(lambda match: match[1].replace('""', '"'), written)
