"""Wordings about one column: a value in each row, no empty one, none twice, an index."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ctb_lint.demands import (
    Content,
    Demand,
    ForeignKeyTo,
    NonEmpty,
    NotNull,
    RelatedTable,
    RequiredIndex,
    SoftReference,
    Unique,
    ValidEmail,
    ValidTimestamp,
)
from ctb_lint.model import QualifiedName
from ctb_lint.readers.catalogue.claims.said import Said, phrase
from ctb_lint.readers.catalogue.claims.speaker import code_spans
from ctb_lint.soft_words import LOOSE

_I = re.IGNORECASE

_NOT_NULL = re.compile(
    r"\bno nulls?\b|\bno null values?\b|\bnot null\b|\bnon-?null(?:able)?\b|"
    r"\b(?:must|may|can|shall|should)\s*(?:not|n't)(?: ever)? be null\b|\bcannot be null\b|"
    r"\b(?:is|are|must|may|can|shall|should|will) never (?:be )?null\b|"
    r"\bnulls?(?: values?)?\s*(?:is|are|:)?\s*"
    r"(?:not (?:allowed|permitted|accepted)|forbidden|disallowed|prohibited|rejected)\b|"
    r"\b(?:does not|doesn't|never) (?:allow|accept)s? nulls?\b|"
    r"(?<=`)\s*[:–—-]?\s*(?:required|mandatory)\b(?! for\b)|"
    r"\b(?:is|are) (?:required|mandatory|obligatory)\b|"
    r"\bmust (?:always )?(?:be (?:set|given|provided|present|filled)|have a value)\b|"
    r"^required\s*:|^mandatory\s*:",
    _I,
)
_NON_EMPTY = re.compile(
    r"\bnon-?\s?empty\b|\bnot (?:be )?(?:empty|blank)\b|\bcannot be (?:empty|blank)\b|"
    r"\bnever (?:empty|blank)\b|\bno empty (?:values?|strings?)\b",
    _I,
)
_UNIQUE = re.compile(
    r"\b(?:must|should|shall|has to|have to) be (?:globally |always )?unique\b|"
    r"\b(?:is|are) unique\b|\bunique constraint\b|\bno duplicates?\b|"
    r"\bno duplicate values?\b|\buniqueness of\b|\bunique across\b|^unique\s*:|"
    r"\bno two rows\b|\b(?:and|,) unique\b",
    _I,
)
_SEVERAL = re.compile(
    r"\(\s*`[^`]+`\s*(?:,|and|&|\+)[^()]*\)|\bunique constraint on `[^`]+`\s*(?:,|and|&|\+)\s*`", _I
)
_PRIMARY = re.compile(r"\b(?:is|as) (?:the )?primary key\b|^primary key\s*:", _I)
_INDEXED = re.compile(r"\b(?:is|are|must be|should be) indexed\b|\bindex(?:es)? (?:on|for)\b", _I)
_JSON = re.compile(r"\bjsonb?\b", _I)
_YAML = re.compile(r"\bya?ml\b", _I)
_VALID = re.compile(r"\bvalid\w*\b|\bwell-?formed\b|\bparses? as\b", _I)
_TIMESTAMP = re.compile(r"\b(?:timestamps?|dates?|time)\b", _I)
_EMAIL = re.compile(r"\be-?mails?(?: address(?:es)?)?\b", _I)
_REFERS = re.compile(
    r"\bforeign key\b|\breferences\b|\b(?:must|should) reference\b|\brefers to\b|\bpoints to\b", _I
)
_NAME = r"(?:[\w$]+|\"(?:[^\"]|\"\")+\")"
_TARGET = re.compile(
    rf"(?:(?P<schema>{_NAME})\.)?(?P<table>{_NAME})"
    rf"(?:\.(?P<column>{_NAME})|\s*\((?P<key>{_NAME})\))?"
)


@phrase(_NOT_NULL)
def not_null(said: Said) -> Iterator[Demand]:
    for column in said.columns:
        yield said.demand(NotNull, column, id=column in said.speaker.ids)


@phrase(_NON_EMPTY)
def non_empty(said: Said) -> Iterator[Demand]:
    yield from said.each(NonEmpty)


@phrase(_UNIQUE)
def unique(said: Said) -> Iterator[Demand]:
    """Of each column by itself: one constraint on several says nothing of any of them."""
    if not _SEVERAL.search(said.plain):
        yield from said.each(Unique)


@phrase(_PRIMARY)
def primary_key(said: Said) -> Iterator[Demand]:
    if len(said.columns) == 1:
        yield from said.each(Unique)
        yield from said.each(NotNull, id=said.columns[0] in said.speaker.ids)


@phrase(_INDEXED)
def indexed(said: Said) -> Iterator[Demand]:
    yield from said.each(RequiredIndex)


@phrase(_VALID)
def content(said: Said) -> Iterator[Demand]:
    """``valid YAML/JSON``, ``JSON validation for …``."""
    formats = tuple(
        n for n, known in (("json", _JSON), ("yaml", _YAML)) if known.search(said.plain)
    )
    if formats:
        yield from said.each(Content, formats=formats)


@phrase(_TIMESTAMP, _VALID)
def timestamp(said: Said) -> Iterator[Demand]:
    yield from said.each(ValidTimestamp)


@phrase(_EMAIL, _VALID)
def email(said: Said) -> Iterator[Demand]:
    yield said.demand(ValidEmail, said.columns[0] if said.columns else None)


@phrase(_REFERS)
def reference(said: Said) -> Iterator[Demand]:
    """``owner_id references users.id``, both in backticks."""
    spans = list(code_spans(said.plain))
    if len(spans) == 2:
        yield from reference_to(said, said.speaker.column(spans[0]) or spans[0], spans[1])


def reference_to(said: Said, column: str | None, target: str) -> Iterator[Demand]:
    """A foreign key to what is written as ``users``, ``users.id`` or ``users(id)``, or a reference
    that none enforces, where the sentence says so."""
    match = _TARGET.fullmatch(target.strip())
    if match is None:
        return
    parts = match["schema"], match["table"], match["column"] or match["key"]
    schema, table, key = (part and _plain(part) for part in parts)
    if schema and key is None and QualifiedName(schema, table or "") not in said.speaker.governed:
        schema, table, key = None, schema, table  # users.id
    name = said.speaker.relation(schema, table or "")
    if not LOOSE.search(said.plain):
        yield said.demand(ForeignKeyTo, column, target=name, target_column=key)
        return
    if column:
        yield said.demand(SoftReference, column, target=name, target_column=key)
    yield said.demand(RelatedTable, other=name, depends=True)


def _plain(name: str) -> str:
    """A name as it is without its quotes."""
    return name[1:-1].replace('""', '"') if name.startswith('"') else name
