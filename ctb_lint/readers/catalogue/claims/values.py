"""Wordings about the values of a column: a closed list, a range, a default, a format."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ctb_lint.demands import DefaultValue, Demand, Format, Layer, ValueSet
from ctb_lint.readers.catalogue.claims.said import Said, phrase
from ctb_lint.readers.catalogue.claims.speaker import columns_named

_I = re.IGNORECASE
_LISTED = re.compile(
    r"\b(?:must|should|may|can|has to|shall) (?:only )?be (?:one of|either|any of|in)\b|"
    r"\bis (?:one of|either)\b|\bone of\b(?=\s*[:(\"'“‘`])|"
    r"\b(?:allowed|legal|valid|permitted|possible) values?\b|"
    r"\bvalues?\s*:|\blimited to\b|\brestricted to\b|\benum(?:eration)? of\b|\baccepts only\b|"
    r"(?<=`)\s+in\b(?=\s*\()|"
    r"\b(?:must|shall|has to|(?:can|may) only) be\b(?=\s*[\"'“‘]|\s*-?\d+(?:\s*,|\s+or\b))",
    _I,
)
_EXCLUDED = re.compile(
    r"\b(?:not|never)\b(?: be| in| one of| any of| either| among)|\bnone of\b|\bother than\b", _I
)
_OF = re.compile(r"\s*(?:for|of|in)\s+(?P<column>`[^`]+`)\s*(?:are|is)?", _I)
_AND_MORE = re.compile(
    r"(?:\s*[;.(]\s*|\s*,?\s+(?:and|but)\s+|\s*,\s*)(?:it\s+|the\s+)?"
    r"(?:(?:must|shall|may|can|cannot|should|is|are|never|not)\s+\w+|"
    r"default(?:s|ing)?(?: value)?\b\s*(?:(?:is|to|of)\b|=|:|(?=[\"'`])))",
    _I,
)
_OPEN = re.compile(
    r"\betc\b|…|\.\.\.|\bsuch as\b|\bfor example\b|\be\.?g\b|\blike\b|\bamong others\b|"
    r"\band (?:others|more|so on)\b|\bor similar\b",
    _I,
)
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'|“([^”]*)”|‘([^’]*)’")
_CODE = re.compile(r"`([^`]*)`")
_BARE = re.compile(r"[A-Za-z0-9_.+/-]+(?: [A-Za-z0-9_.+/-]+){0,2}")
_JOINT = re.compile(r"\s*(?:,\s*(?:and|or)\s+|,|;|\||\s/\s|\s(?:and|or)\s)\s*", _I)
_NUMBER = re.compile(r"\d")
_RANGE = re.compile(
    r"\b(?:between|from)\s+(-?\d{1,9})\s+(?:and|to)\s+(-?\d{1,9})\b|"
    r"(?<![\w.-])(-?\d{1,9})\s*(?:-|–|—|\.\.|to|through)\s*(-?\d{1,9})(?![\w.-]|\.\d)"
    r"(?=\s*(?:$|[.;,)\]]|inclusive\b|only\b))",
    _I,
)
_LAYER = re.compile(r"\borbt layers?\b|\blayers?\b", _I)
_DEFAULT = re.compile(
    r"\bdefaults?(?: value)?\s*(?:(?:for|of)\s+(?P<column>`[^`]+`)\s*)?(?:is|to|of|=|:)?\s*[:=]?\s*"
    r"(?P<value>\"[^\"]*\"|'[^']*'|`[^`]*`|[\w./+-]+(?:\(\))?)\s*\)?\s*\.?$",
    _I,
)
_NO_DEFAULT = re.compile(r"\bno default", _I)
_FORMAT = re.compile(
    r"\bformat(?:ted)?\b|\bpattern\b|\btemplate\b|\bfollows?\b|\bof the form\b", _I
)
_HEIR = re.compile(r"\bheir\b", _I)
_PROCESS = re.compile(r"\bprocess\b", _I)
_LARGEST_RANGE = 64


@phrase(_LISTED)
def value_set(said: Said) -> Iterator[Demand]:
    """``severity must be one of: "critical", "error"``. Only a list that says nowhere that it
    goes on."""
    match = _LISTED.search(said.plain)
    if match is None or _OPEN.search(said.plain) or _EXCLUDED.search(said.plain[: match.end() + 8]):
        return
    # Behind the words stand values, in backticks like columns, perhaps.
    before, behind = said.plain[: match.start()], said.plain[match.end() :]
    of = _OF.match(behind)
    if of:
        before, behind = of["column"], behind[of.end() :]
    columns = columns_named(before, said.speaker)
    more = _outside_quotes(_AND_MORE, behind)
    values = listed(behind[: more.start()] if more else behind)
    if len(columns) == 1 and len(values) > 1:
        yield said.demand(ValueSet, columns[0], values=values)


def _outside_quotes(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The first match that does not begin inside a quoted value."""
    spans = [m.span() for one in (_QUOTED, _CODE) for m in one.finditer(text)]
    return next(
        (m for m in pattern.finditer(text) if not any(a < m.start() < b for a, b in spans)), None
    )


def listed(text: str) -> tuple[str, ...]:
    """The values of a list: quoted, in backticks, or bare words between commas; empty where it is
    none of these from end to end."""
    text = text.strip().lstrip(":=").strip().rstrip(".").strip("()[]{}")
    for pattern in (_QUOTED, _CODE):
        found = [next(g for g in m.groups() if g is not None) for m in pattern.finditer(text)]
        if found:
            rest = _JOINT.sub("", pattern.sub("", text)).strip()
            return tuple(dict.fromkeys(found)) if not re.search(r"\w", rest) else ()
    parts = [part.strip() for part in _JOINT.split(text)]
    if len(parts) > 1 and all(_BARE.fullmatch(part) for part in parts):
        return tuple(dict.fromkeys(parts))
    return ()


@phrase(_NUMBER)
def number_range(said: Said) -> Iterator[Demand]:
    """``orbt_layer must be between 1 and 4``. Only of whole numbers: those between are a list."""
    match = _RANGE.search(_CODE.sub(" ", _QUOTED.sub(" ", said.plain)))
    if match is None or len(said.columns) != 1:
        return
    first, last = (int(number) for number in match.groups() if number is not None)
    column = said.columns[0]
    if column == said.speaker.standard.layer or _LAYER.search(said.plain):
        yield said.demand(Layer, column, first=first, last=last)
    elif column in said.speaker.whole and 0 <= last - first < _LARGEST_RANGE:
        values = tuple(str(number) for number in range(first, last + 1))
        yield said.demand(ValueSet, column, values=values)


@phrase(_DEFAULT)
def default(said: Said) -> Iterator[Demand]:
    """``schema_version default: "HEIR/1.0"``."""
    match = _DEFAULT.search(said.plain)
    if match is None or _NO_DEFAULT.search(said.plain):
        return
    columns = columns_named(match["column"] or said.plain[: match.start("value")], said.speaker)
    value = match["value"].strip("\"'`")
    if len(columns) == 1 and value != columns[0]:
        yield said.demand(DefaultValue, columns[0], value=value)


@phrase(_FORMAT)
def id_format(said: Said) -> Iterator[Demand]:
    """``unique_id format: `{db}-…` ``, ``process_id should follow HEIR process format``."""
    templates = tuple(span for span in _CODE.findall(said.plain) if "{" in span and "}" in span)
    unique_id, process_id = said.speaker.ids
    names = {unique_id: "unique_id", process_id: "process_id"}
    formats = dict(said.speaker.standard.formats)
    for column in said.columns:
        name = names.get(column, column)
        if templates:
            yield said.demand(Format, column, id=name, templates=templates)
        elif _HEIR.search(said.plain):
            kind = "process_id" if _PROCESS.search(_CODE.sub(" ", said.plain)) else "unique_id"
            yield said.demand(Format, column, id=name, templates=formats[kind])
