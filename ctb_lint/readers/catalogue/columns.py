"""The Columns list of an entry: names, types, and what a line says of values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from msgspec import Struct, structs

from ctb_lint.catalogue import ColumnItem, Sentence, SentenceKind, Written
from ctb_lint.headings import Headings
from ctb_lint.model import DataType, Location
from ctb_lint.readers.catalogue.lines import bare
from ctb_lint.readers.catalogue.parts import unquoted
from ctb_lint.readers.catalogue.words import speaks_of, undressed, words
from ctb_lint.readers.sql import pg
from ctb_lint.readers.sql.types import BUILTIN_TYPES, data_type

_MARK = r"`(?P<code>[^`\n]{1,120})`|\*\*(?P<bold>[^*\n]{1,120})\*\*|(?P<plain>[^\W\d][\w$]{0,62})"
_LED = re.compile(rf"(?:{_MARK})\s*:?\s*", re.DOTALL)
_TYPE = (
    r"[A-Za-z_][\w.]{0,62}(?:[ ](?:varying|precision|with(?:out)?\ time\ zone))?"
    r"(?:\s?\(\s*\d{1,6}(?:\s*,\s*-?\d{1,6})?\s*\))?"
    r"(?:[ ]with(?:out)?\ time\ zone)?(?:\[\d{0,4}\])*"
)
_ENCLOSED = re.compile(rf"\(\s*`?(?P<type>{_TYPE})`?(?P<more>[^()]*(?:\([^()]*\)[^()]*)*)\)", re.I)
_BARE = re.compile(rf"[-–—:]?\s*`?(?P<type>{_TYPE})`?(?=[\s,;:.)–—-]|\Z)", re.IGNORECASE)
_SIMPLE_TYPE = re.compile(_TYPE, re.IGNORECASE)
_SEPARATOR = re.compile(r"^[\s,;:.–—-]+")
_QUOTED = re.compile(r"\"([^\"\n]{0,200})\"|'([^'\n]{0,200})'|“([^”\n]{0,200})”|‘([^’\n]{0,200})’")
_OPEN_LIST = re.compile(
    r"\betc\b|\be\.\s?g\.|\bfor (?:example|instance)\b|\bsuch as\b|\blike\b|\bincluding\b|…|\.\.\."
    r"|\band (?:so on|others|more)\b|\bor others?\b|\bexamples?\b|\bi\.\s?e\.\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[\s,;/|&]*(?:\b(?:or|and)\b[\s,]*)?", re.IGNORECASE)
_BOUNDS = re.compile(
    r"\(\s*(\d{1,9})\s*(?:-|–|—|\.\.|…|to)\s*(\d{1,9})\s*\)"
    r"|\b(?:from|between)\s+(\d{1,9})\s+(?:to|and)\s+(\d{1,9})\b"
    r"|\b(\d{1,9})\s*(?:\.\.|–)\s*(\d{1,9})\b",
    re.IGNORECASE,
)
_SOMETIMES = (
    r"(?!\s+(?:per|by|within|with|together|among|where|when|if|unless|for|in|only|until|once)\b)"
)
_NOT_NULL = re.compile(
    r"\bnot\s+null\b|\bnon-null\b|(?<!not )(?<!not be )(?<!longer )\b(?:required|mandatory)\b"
    + _SOMETIMES,
    re.IGNORECASE,
)
_SAID_UNIQUE = re.compile(
    r"\(\s*unique\s*\)|(?:\bmust be unique\b|(?<!not )(?<!non-)\bUNIQUE\b)"
    + _SOMETIMES
    + r"|\(UK\)"
)
_NAME = re.compile(r"[^\W\d][\w$]{0,62}|\"(?:[^\"]|\"\")+\"")
_CODE_NAME = re.compile(r"\s*(?:\*\*|__)?`(?P<name>[^`\n]{1,120})`(?:\*\*|__)?\s*")
_REMARK = re.compile(r"(?P<name>\S.{0,120}?)\s{0,9}\((?P<remark>[^()]*)\)")
_PRIMARY = re.compile(r"\bprimary key\b|\bPK\b", re.IGNORECASE)
_HEADS = {
    "name": {"column", "column name", "name", "field", "field name", "attribute"},
    "type": {"type", "data type", "datatype", "sql type", "column type"},
    "null": {"nullable", "null", "required", "not null", "mandatory", "optional"},
    "key": {"key", "keys", "constraint", "constraints", "unique"},
}
_YES = frozenset({"yes", "y", "true", "x", "✓", "✔", "✅", "required", "mandatory", "1"})
_NO = frozenset({"no", "n", "false", "", "-", "–", "—", "✗", "❌", "0", "not null"})


def column_items(sentences: Iterable[Sentence], headings: Headings) -> Iterator[ColumnItem]:
    """The columns that the sentences of a Structure section list, in order."""
    for one in sentences:
        labelled = one.group is not None and speaks_of(one.group, headings.columns)
        if one.kind is SentenceKind.ROW:
            item = _of_row(one, labelled=labelled)
        elif one.kind is SentenceKind.ITEM:
            item = _of_line(one, labelled=labelled)
        else:
            item = None
        if item is not None:
            yield item


def closed_values(text: str) -> tuple[str, ...] | None:
    """The quoted values of a closed list, two or more that stand side by side; None where there
    is no list, or where it is open (``etc.``, ``for example``)."""
    if _OPEN_LIST.search(_QUOTED.sub('""', text)):
        return None
    found: list[str] = []
    last = None
    for match in _QUOTED.finditer(text):
        if last is not None and not _BETWEEN.fullmatch(text[last : match.start()]):
            return None
        found.append(next(group for group in match.groups() if group is not None))
        last = match.end()
    return tuple(dict.fromkeys(found)) if len(found) > 1 else None


def bounds_of(text: str) -> tuple[int, int] | None:
    """The inclusive range that a text gives: ``(1-4)``, ``from 1 to 4``, ``1..4``."""
    match = _BOUNDS.search(text)
    if match is None:
        return None
    low, high = (int(group) for group in match.groups() if group is not None)
    return (low, high) if low <= high else None


@lru_cache(maxsize=4096)
def type_of(text: str) -> DataType | None:
    """The type that a text names, in canonical form; None where it is none that can be read."""
    if not _SIMPLE_TYPE.fullmatch(text):
        return None
    try:
        statements = pg.parse(f"SELECT NULL::{text}")
        target = statements[0]["stmt"]["SelectStmt"]["targetList"][0]["ResTarget"]["val"]
        return data_type(target["TypeCast"]["typeName"], text)
    except (pg.SyntaxFault, KeyError, IndexError):
        return None


def _of_line(one: Sentence, *, labelled: bool) -> ColumnItem | None:
    match = _LED.match(one.text)
    if match is None or (one.depth > 1 and not labelled):
        return None
    name = undressed(next(group for group in match.groups() if group)).strip("` :")
    if not _NAME.fullmatch(name) and not (labelled and match["code"]):
        return None
    rest = one.text[match.end() :]
    offset = match.end()
    written, type_, note = _typed(one, rest, offset)
    if not labelled and (type_ is None or (match["plain"] and not _is_known(type_))):
        return None
    at = _inside(one, match.start(match.lastgroup or 0), len(name))
    return _item(one, Written(_folded(name), at), written, type_, note)


def _typed(one: Sentence, rest: str, offset: int) -> tuple[Written | None, DataType | None, str]:
    """The type behind a column's name, and what else the line says."""
    enclosed = _ENCLOSED.match(rest)
    if enclosed:
        type_ = type_of(enclosed["type"])
        if _is_known(type_) or enclosed["type"].isupper() or not enclosed["more"].strip():
            at = _inside(one, offset + enclosed.start("type"), len(enclosed["type"]))
            more = enclosed["more"].strip(" ,;")
            behind = _SEPARATOR.sub("", rest[enclosed.end() :])
            note = ", ".join(part for part in (more, behind) if part)
            return Written(enclosed["type"], at), type_, note
    bare_type = _BARE.match(rest)
    if bare_type and _is_known(type_of(bare_type["type"])):
        at = _inside(one, offset + bare_type.start("type"), len(bare_type["type"]))
        note = _SEPARATOR.sub("", rest[bare_type.end() :])
        return Written(bare_type["type"], at), type_of(bare_type["type"]), note
    return None, None, _SEPARATOR.sub("", rest)


def _is_known(type_: DataType | None) -> bool:
    return type_ is not None and (type_.schema is None or type_.name in BUILTIN_TYPES)


def _of_row(one: Sentence, *, labelled: bool) -> ColumnItem | None:
    places: dict[str, int] = {}
    for place, head in enumerate(one.columns):
        heading = " ".join(words(head))
        for key, names in _HEADS.items():
            if heading in names:
                places.setdefault(key, place)
    if labelled and "name" not in places and len(one.cells) > 1:
        places |= _by_content(one, set(places.values()))
    if "name" not in places or not (labelled or "type" in places):
        return None
    cells = {key: one.cells[place] for key, place in places.items() if place < len(one.cells)}
    if "name" not in cells:
        return None
    name, remark = _named(cells["name"].text)
    if name is None:
        return None
    type_cell = cells.get("type")
    text = bare(undressed(type_cell.text)) if type_cell else ""
    written = Written(text, unquoted(type_cell).at) if type_cell and text else None
    others = [c.text for place, c in enumerate(one.cells) if place not in places.values()]
    extra = cells["key"].text if "key" in cells else ""
    note = "; ".join(part for part in (*others, extra, remark) if part.strip())
    item = _item(
        one, Written(_folded(name), unquoted(cells["name"]).at), written, type_of(text), note
    )
    nullable = " ".join(words(one.columns[places["null"]])) if "null" in cells else ""
    if nullable and _refuses_null(nullable, cells["null"].text):
        return structs.replace(item, not_null=True)
    return item


def _by_content(one: Sentence, known: set[int]) -> dict[str, int]:
    """Where a row under headings that nobody knows has its name, and its type: the first cell that
    is set as code, else the first of all; and the first of the others that names a type."""
    free = [place for place in range(len(one.cells)) if place not in known]
    if not free:
        return {}
    name = next((place for place in free if _CODE_NAME.fullmatch(one.cells[place].text)), free[0])
    found = {"name": name}
    for place in free:
        if place != name and _is_known(type_of(bare(undressed(one.cells[place].text)))):
            return found | {"type": place}
    return found | ({"type": 1} if not one.columns and name == 0 else {})


def _named(cell: str) -> tuple[str | None, str]:
    """The name that a cell gives, None where it is none, and what stands behind it in parentheses.
    A name set as code may be of any characters."""
    code = _CODE_NAME.match(cell)
    rest = cell[code.end() :].strip() if code else cell
    if code and (not rest or (rest.startswith("(") and rest.endswith(")"))):
        return bare(code["name"]), rest.strip("()")
    name = bare(undressed(cell))
    remark = _REMARK.fullmatch(name)
    if remark:
        name = bare(remark["name"])
    return (name if _NAME.fullmatch(name) else None), (remark["remark"] if remark else "")


def _refuses_null(head: str, text: str) -> bool:
    said = bare(undressed(text)).lower()
    if head in {"nullable", "null", "optional"}:
        return said in _NO and said not in {"", "-", "–", "—"}
    return said in _YES or text.strip() in _YES or said == "not null"


def _item(
    one: Sentence,
    name: Written,
    type_: Written | None,
    data: DataType | None,
    note: str,
) -> ColumnItem:
    said = _known_note(note) if len(note) <= _SHORT else _said(note)
    return ColumnItem(
        name=name,
        type=type_,
        data_type=data,
        values=said.values,
        bounds=said.bounds,
        unique=said.unique,
        primary=said.primary,
        not_null=said.not_null,
        note=note,
        at=one.at,
    )


class _Note(Struct, frozen=True):
    """What the rest of a line says of the column."""

    values: tuple[str, ...] | None
    bounds: tuple[int, int] | None
    unique: bool
    primary: bool
    not_null: bool


def _said(note: str) -> _Note:
    return _Note(
        values=closed_values(note),
        bounds=bounds_of(note),
        unique=bool(_SAID_UNIQUE.search(note)),
        primary=bool(_PRIMARY.search(note)),
        not_null=bool(_NOT_NULL.search(note)),
    )


_SHORT = 300
_known_note = lru_cache(maxsize=4096)(_said)
"""The same columns stand in many entries."""


def _folded(name: str) -> str:
    """The name as PostgreSQL stores it."""
    if name.startswith('"'):
        return name[1:-1].replace('""', '"')
    return name.lower() if _NAME.fullmatch(name) else name


def _inside(one: Sentence, offset: int, length: int) -> Location:
    """The place of a part of a sentence; of all of it where it runs over several lines."""
    at = one.at
    if at.line != at.end_line or at.end - at.start != len(one.text):
        return at
    start = at.start + offset
    column = at.column + offset
    return Location(at.path, start, start + length, at.line, column, at.line, column + length)
