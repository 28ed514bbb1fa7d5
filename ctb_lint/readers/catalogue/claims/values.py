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
    r"\bis (?:one of|either)\b|\bone of\s*:|\b(?:allowed|legal|valid|permitted|possible) values?\b|"
    r"\bvalues?\s*:|\blimited to\b|\brestricted to\b|\benum(?:eration)? of\b|\baccepts only\b",
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
    r"(?<![\w.-])(-?\d{1,9})\s*(?:-|–|—|\.\.|to|through)\s*(-?\d{1,9})(?![\w.-])",
    _I,
)
_LAYER = re.compile(r"\borbt layers?\b|\blayers?\b", _I)
_DEFAULT = re.compile(
    r"\bdefaults?(?: value)?\s*(?:is|to|of|=|:)?\s*[:=]?\s*"
    r"(?:\"([^\"]*)\"|'([^']*)'|`([^`]*)`|([\w./+-]+(?:\(\))?))\s*\.?$",
    _I,
)
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
    if match is None or _OPEN.search(said.plain):
        return
    # Behind the words stand values, in backticks like columns, perhaps.
    columns = columns_named(said.plain[: match.start()], said.speaker)
    values = listed(said.plain[match.end() :])
    if len(columns) == 1 and len(values) > 1:
        yield said.demand(ValueSet, columns[0], values=values)


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
    """``orbt_layer must be between 1 and 4``."""
    match = _RANGE.search(_CODE.sub(" ", _QUOTED.sub(" ", said.plain)))
    if match is None or len(said.columns) != 1:
        return
    first, last = (int(number) for number in match.groups() if number is not None)
    column = said.columns[0]
    if column == said.speaker.standard.layer or _LAYER.search(said.plain):
        yield said.demand(Layer, column, first=first, last=last)
    elif 0 <= last - first < _LARGEST_RANGE:
        values = tuple(str(number) for number in range(first, last + 1))
        yield said.demand(ValueSet, column, values=values)


@phrase(_DEFAULT)
def default(said: Said) -> Iterator[Demand]:
    """``schema_version default: "HEIR/1.0"``."""
    match = _DEFAULT.search(said.plain)
    if match and len(said.columns) == 1:
        value = next(group for group in match.groups() if group is not None)
        if value != said.columns[0]:
            yield said.demand(DefaultValue, said.columns[0], value=value)


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
