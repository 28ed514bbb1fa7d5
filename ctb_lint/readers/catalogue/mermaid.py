"""Mermaid's ER diagrams: entities, attributes and relationships, line by line.

Every line is read by itself, so that one that is broken costs itself only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct, field

from ctb_lint.catalogue import Trouble, TroubleKind
from ctb_lint.diagram import Attribute, Cardinality, Diagram, Edge, Entity
from ctb_lint.model import Location
from ctb_lint.readers.catalogue.lines import Piece
from ctb_lint.readers.catalogue.source import Source
from ctb_lint.readers.catalogue.words import shortened

_ENTITY = r"\"[^\"\n]{1,200}\"|[^\W\d][\w.-]{0,200}"
_ALIAS = r"(?:\s*\[\s*(?:\"[^\"\n]{0,200}\"|[^\]\n\"]{0,200})\s*\])?"
_CLASS = r"(?:\s*:::[\w,\s-]{1,100})?"
_NAME = re.compile(
    rf"(?P<name>{_ENTITY})(?P<alias>{_ALIAS}){_CLASS}\s*(?P<open>\{{)?\s*(?P<rest>.*)"
)
_ONES = {
    "|o": Cardinality.ZERO_OR_ONE, "||": Cardinality.EXACTLY_ONE,
    "}o": Cardinality.ZERO_OR_MORE, "}|": Cardinality.ONE_OR_MORE,
}  # fmt: skip
_OTHERS = {
    "o|": Cardinality.ZERO_OR_ONE, "||": Cardinality.EXACTLY_ONE,
    "o{": Cardinality.ZERO_OR_MORE, "|{": Cardinality.ONE_OR_MORE,
}  # fmt: skip
_WORDS = {
    "one or zero": Cardinality.ZERO_OR_ONE, "zero or one": Cardinality.ZERO_OR_ONE,
    "one or more": Cardinality.ONE_OR_MORE, "one or many": Cardinality.ONE_OR_MORE,
    "many(1)": Cardinality.ONE_OR_MORE, "1+": Cardinality.ONE_OR_MORE,
    "zero or more": Cardinality.ZERO_OR_MORE, "zero or many": Cardinality.ZERO_OR_MORE,
    "many(0)": Cardinality.ZERO_OR_MORE, "0+": Cardinality.ZERO_OR_MORE,
    "only one": Cardinality.EXACTLY_ONE, "one": Cardinality.EXACTLY_ONE,
    "1": Cardinality.EXACTLY_ONE,
}  # fmt: skip
_ANY_WORDS = "|".join(re.escape(word).replace("\\ ", r"\s+") for word in _WORDS)
_EDGE = re.compile(
    rf"(?P<left>{_ENTITY}){_ALIAS}\s*"
    rf"(?:(?P<from>\|o|\|\||\}}o|\}}\|)\s*(?P<line>--|\.\.|-\.|\.-)\s*(?P<to>o\||\|\||o\{{|\|\{{)"
    rf"|\s(?P<words_from>{_ANY_WORDS})\s+(?P<words>optionally\s+to|to)\s+(?P<words_to>{_ANY_WORDS})\s)"
    rf"\s*(?P<right>{_ENTITY}){_ALIAS}\s*(?::(?!:)\s*(?P<label>.*))?",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(
    r"(?P<type>[^\W\d][\w.()\[\],-]{0,120})\s+(?P<star>\*?)(?P<name>[^\W\d][\w.()\[\]$-]{0,120})"
    r"(?:\s+(?P<keys>(?:PK|FK|UK)(?:\s*,\s*(?:PK|FK|UK))*))?"
    r"(?:\s+\"(?P<comment>[^\"]*)\")?\s*",
    re.IGNORECASE,
)
_IGNORED = re.compile(
    r"(?:direction|title|accTitle|classDef|class|style|linkStyle)\b(?!\s*[|}{])", re.IGNORECASE
)
_LONGEST_LINE = 2_000
_START = re.compile(r"erDiagram\b", re.IGNORECASE)
_LINE = re.compile(r"[^\r\n]*")
_HINT = "write `LEFT ||--o{ RIGHT : label`, or `type name PK` inside `ENTITY { … }`"


class _Drawing(Struct):
    """What has been read of a diagram. ``entity`` is the one whose attributes stand here."""

    entities: dict[str, Entity] = field(default_factory=dict)
    attributes: dict[str, list[Attribute]] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    entity: str | None = None
    opened: Piece | None = None
    skipping: bool = False


def is_diagram(text: str) -> bool:
    """Whether a mermaid block is an ER diagram: by its first line that is neither comment nor
    front matter."""
    return _body(text) is not None


def read_diagram(source: Source, start: int, end: int) -> tuple[Diagram, tuple[Trouble, ...]]:
    """The ER diagram in a span of the text, and the lines of it that could not be read. Never
    raises."""
    drawing = _Drawing()
    text = source.text[start:end]
    for piece in _lines(text, start, _body(text) or 0):
        if drawing.skipping:
            drawing.skipping = "}" not in piece.text
        elif drawing.entity is None:
            _outside(source, piece, drawing)
        else:
            _inside(source, piece, drawing)
    if drawing.opened is not None:
        _trouble(source, drawing, drawing.opened, f"{drawing.entity} {{ is not closed")
    entities = tuple(
        Entity(one.name, tuple(drawing.attributes.get(name, ())), one.at, one.alias)
        for name, one in drawing.entities.items()
    )
    diagram = Diagram(source.at(start, end), entities, tuple(drawing.edges))
    return diagram, tuple(drawing.troubles)


def _body(text: str) -> int | None:
    """Where the diagram's own lines begin; None where this is another diagram."""
    in_front_matter = False
    seen = False
    for match in _LINE.finditer(text):
        line = match.group().strip().lstrip(">").strip()
        if line == "---" and (in_front_matter or not seen):
            in_front_matter = not in_front_matter
        elif line and not in_front_matter and not line.startswith("%%"):
            begins = _START.match(line)
            if begins is None:
                return None
            return match.start() + match.group().find(begins.group()) + len(begins.group())
        seen = seen or bool(line)
    return None


def _lines(text: str, start: int, offset: int) -> Iterator[Piece]:
    """The lines that say something, without comments and the marks of a quote around them."""
    for match in _LINE.finditer(text, offset):
        line = match.group().split("%%", 1)[0].rstrip().rstrip(";").rstrip()
        bare = line.lstrip(" \t>")
        if bare:
            begin = start + match.start() + len(line) - len(bare)
            yield Piece(bare, begin, begin + len(bare))


def _outside(source: Source, piece: Piece, drawing: _Drawing) -> None:
    text = piece.text
    if len(text) > _LONGEST_LINE:
        _trouble(source, drawing, piece, "is too long a line to be read")
        return
    edge = _EDGE.fullmatch(text)
    if edge:
        _edge(source, piece, edge, drawing)
        return
    if text.lower().startswith("accdescr"):
        drawing.skipping = "{" in text and "}" not in text
        return
    if _IGNORED.match(text) and not text.endswith("{"):
        return
    match = _NAME.fullmatch(text)
    if match is None or (match["rest"] and not match["open"]):
        _trouble(source, drawing, piece, "is no entity and no relationship of an ER diagram")
        return
    start = piece.start + match.start("name")
    alias = match["alias"].strip().strip("[]").strip().strip('"') or None
    name = _entity(source, drawing, Piece(match["name"], start, start + len(match["name"])), alias)
    if not match["open"]:
        return
    rest = match["rest"].strip()
    closed = rest.endswith("}")
    rest = rest.removesuffix("}").strip()
    drawing.entity, drawing.opened = name, piece
    if rest:
        begin = piece.start + match.start("rest")
        _attribute(source, Piece(rest, begin, begin + len(rest)), drawing)
    if closed:
        drawing.entity = drawing.opened = None


def _inside(source: Source, piece: Piece, drawing: _Drawing) -> None:
    text = piece.text
    if text == "}":
        drawing.entity = drawing.opened = None
        return
    edge = _EDGE.fullmatch(text)
    if edge or (text.endswith("{") and _NAME.fullmatch(text)):
        # Nobody closed the entity before: what follows is read all the same.
        if drawing.opened is not None:
            _trouble(source, drawing, drawing.opened, f"{drawing.entity} {{ is not closed")
        drawing.entity = drawing.opened = None
        _outside(source, piece, drawing)
        return
    closed = text.endswith("}") and _ATTRIBUTE.fullmatch(text[:-1].rstrip()) is not None
    if closed:
        text = text[:-1].rstrip()
    _attribute(source, Piece(text, piece.start, piece.start + len(text)), drawing)
    if closed:
        drawing.entity = drawing.opened = None


def _attribute(source: Source, piece: Piece, drawing: _Drawing) -> None:
    match = _ATTRIBUTE.fullmatch(piece.text)
    if match is None or drawing.entity is None:
        _trouble(source, drawing, piece, f"is no attribute of {drawing.entity}")
        return
    keys = [key.strip().upper() for key in (match["keys"] or "").split(",") if key.strip()]
    if match["star"] and "PK" not in keys:
        keys.insert(0, "PK")
    at = source.at(piece.start, piece.end)
    drawing.attributes.setdefault(drawing.entity, []).append(
        Attribute(match["type"], match["name"], tuple(keys), match["comment"], at)
    )


def _edge(source: Source, piece: Piece, match: re.Match[str], drawing: _Drawing) -> None:
    names: list[str] = []
    places: list[Location] = []
    for side in ("left", "right"):
        start = piece.start + match.start(side)
        end = Piece(match[side], start, start + len(match[side]))
        names.append(_entity(source, drawing, end, None))
        places.append(source.at(end.start, end.end))
    if match["line"]:
        sides = (_ONES[match["from"].lower()], _OTHERS[match["to"].lower()])
        identifying = match["line"] == "--"
    else:
        first, second = (
            " ".join(match[side].lower().split()) for side in ("words_from", "words_to")
        )
        sides = (_WORDS[first], _WORDS[second])
        identifying = match["words"].lower() == "to"
    label = (match["label"] or "").strip().strip('"').strip()
    at = source.at(piece.start, piece.end)
    drawing.edges.append(
        Edge(names[0], names[1], places[0], places[1], *sides, identifying, label, at)
    )


def _entity(source: Source, drawing: _Drawing, piece: Piece, alias: str | None) -> str:
    """Notes that an entity is named; its name without quotes."""
    name = piece.text.strip('"')
    known = drawing.entities.get(name)
    at = known.at if known else source.at(piece.start, piece.end)
    drawing.entities[name] = Entity(name, (), at, alias or (known.alias if known else None))
    return name


def _trouble(source: Source, drawing: _Drawing, piece: Piece, what: str) -> None:
    message = what if what.startswith(f"{drawing.entity} ") else f"`{shortened(piece.text)}` {what}"
    at = source.at(piece.start, piece.end)
    drawing.troubles.append(Trouble(TroubleKind.MERMAID, message, at, _HINT))
