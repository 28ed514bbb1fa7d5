"""Sentences of rules → what they demand.

Every wording that is known is looked for, and a sentence demands all that its words say. One that
holds only under a condition demands nothing that a schema could show, and is not understood: a
demand that nobody made is worse than one that is missed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from ctb_lint.demands import Demand, NotNull, Origin, Strength
from ctb_lint.readers.catalogue.claims import columns, governance, values
from ctb_lint.readers.catalogue.claims.said import Phrase, Said
from ctb_lint.readers.catalogue.claims.speaker import Speaker, columns_named

_I = re.IGNORECASE

_PROVIDED = re.compile(
    r"\b(?:if|when|where|whenever)\s+(?:it\s+is\s+|they\s+are\s+|one\s+is\s+)?"
    r"(?:provided|present|given|set|available|applicable|supplied|known|there)\b"
    r"|\b(?:may|can) be null\b|(?<!non-)(?<!not )\bnullable\b|\(optional\)",
    _I,
)
_CONDITION = re.compile(
    r"\b(?:if|when|whenever|where|unless|except|while|until|once|only for|depending|per|within "
    r"(?:an?|the|each|every)|together|combination|composite|jointly|pair|"
    r"rows? (?:with|of)|in case)\b",
    _I,
)
_PARTLY = re.compile(
    r"\bunique\b[^.;]{0,200}?\b(?:by|with|inside|(?:for|in|of|across) (?:each|every|an?|one|any)|"
    r"across the same|among(?:st)?(?! all\b))\b|"
    r"\b(?:required|mandatory|null|empty|blank|set|given|filled|present)\b[^.;]{0,200}?"
    r"\b(?:before|upon|after(?! \d))\b|"
    r"\b(?:required|mandatory)\s+for\s+(?:\w+(?:ed|id)|(?:in)?active|new|old|open|external|internal|some|"
    r"certain|most|non-\w+)\s+\w",
    _I,
)
"""Demands of some rows only, or of several columns at once."""

_NOTHING = re.compile(
    r"\b(?:need not|needs? not|not (?:be |yet )?(?:required|necessary|needed|enforced|validated|"
    r"indexed|hashed|tracked|registered)|"
    r"no (?:further|other|special|additional) rules|no longer|is optional|are optional|"
    r"not applicable|n/a)\b|"
    r"\bno (?:index(?:es)?|foreign keys?|access tracking|(?:password |version )?hash(?:es|ing)?|"
    r"(?:\w+ )?validation|registration)\b|"
    r"\b(?:tracking|logging|hashing|hash|validation|registration)\s*(?::|\bis\b|\bare\b)?\s*"
    r"(?:disabled|none|no|(?:switched |turned )?off|not (?:enabled|implemented))\s*\.?$|"
    r"^\s*(?:none|nothing(?: (?:more|else))?|no rules)\s*\.?$",
    _I,
)
_MAY_BE_NULL = re.compile(
    r"\b(?:may|can) be (?:null|empty|omitted)\b|\bnullable\b|\(?\boptional\b\)?|"
    r"\bnulls?(?: values?)? (?:is |are )?(?:allowed|permitted)\b",
    _I,
)
_STRUCK = re.compile(r"~~(?=\S)(?:(?!~~).)+~~")
_SHOULD = re.compile(r"\b(?:should|ought|recommended|ideally|preferably)\b", _I)
_EMPHASIS = re.compile(r"\*{1,3}|(?<!\w)__|__(?!\w)")
_QUOTED = re.compile(r"`[^`]*`|\"[^\"]*\"")

_OUTSIDE = (
    (r"\brate[- ]limit", "limits on requests are no part of a schema"),
    (r"\bencrypt(?:ion|ed) (?:at rest|on disk)", "encryption at rest is the host's"),
    (r"\b(?:mfa|2fa|two[- ]factor|multi[- ]factor)\b", "how users sign in is no part of a schema"),
    (r"\b(?:csrf|xss|cors|captcha)\b", "what a web service does is no part of a schema"),
    (r"\b(?:backups?|point[- ]in[- ]time recovery)\b", "backups are the host's"),
    (r"\b(?:planned|to be (?:added|done|decided)|tbd)\b", "it is planned, and need not hold yet"),
)
_BEYOND = tuple((re.compile(pattern, _I), why) for pattern, why in _OUTSIDE)

_PHRASES: tuple[Phrase, ...] = (
    columns.not_null,
    columns.non_empty,
    columns.unique,
    columns.primary_key,
    columns.indexed,
    columns.content,
    columns.timestamp,
    columns.email,
    columns.reference,
    values.value_set,
    values.number_range,
    values.default,
    values.id_format,
    governance.tracking,
    governance.ids_required,
    governance.registration,
    governance.audit_logging,
    governance.access_tracking,
    governance.hashed_password,
    governance.version_hash,
    governance.row_security,
    governance.retention,
)


class Reading(Struct, frozen=True):
    """What a sentence comes to: its demands, those of the standard that it softens, and why
    nothing that is read can tell, where that is so."""

    demands: tuple[Demand, ...] = ()
    softens: tuple[Demand, ...] = ()
    beyond: str | None = None


class _Wording(Struct, frozen=True):
    """What a text says by its words alone, whoever says it: ``plain`` is without emphasis,
    without what is struck out and without the words that make a value optional; ``allows_null``
    is true of one that says nothing but this; ``phrases`` are those that may stand in it."""

    plain: str
    optional: bool
    strength: Strength
    beyond: str | None
    conditional: bool
    allows_null: bool
    phrases: tuple[Phrase, ...]


def read_phrase(text: str, speaker: Speaker, origin: Origin) -> Reading | None:
    """What a sentence demands; None where it is not understood. ``text`` is its Markdown."""
    wording = _wording_of(text)
    if wording.beyond:
        return Reading(beyond=wording.beyond)
    if wording.conditional:
        return None
    said = Said(
        plain=wording.plain,
        columns=columns_named(wording.plain, speaker),
        speaker=speaker,
        origin=origin,
        strength=wording.strength,
    )
    found = (demand for phrase in wording.phrases for demand in phrase.demands(said))
    demands = tuple(dict.fromkeys(found))
    softens = tuple(_softened(said)) if wording.optional else ()
    if demands:
        return Reading(demands, softens)
    if softens or wording.allows_null:
        return Reading((), softens, "it only allows rows without a value")
    return None


def demands_plainly(text: str) -> bool:
    """Whether what a sentence demands, if anything, it demands of every row."""
    wording = _wording_of(text)
    return not (wording.beyond or wording.conditional or wording.optional)


def _wording_of(text: str) -> _Wording:
    return _known_wording(text) if len(text) <= _SHORT else _wording(text)


def _wording(text: str) -> _Wording:
    plain = " ".join(_EMPHASIS.sub("", _STRUCK.sub(" ", text)).split())
    if not plain and text.strip():
        return _Wording("", False, Strength.MUST, "it is struck out", False, False, ())
    optional = _PROVIDED.search(plain) is not None
    unconditional = " ".join(_PROVIDED.sub(" ", plain).split())
    bare = _QUOTED.sub(" ", unconditional)
    beyond = next((why for pattern, why in _BEYOND if pattern.search(bare)), None)
    return _Wording(
        plain=unconditional,
        optional=optional,
        strength=Strength.SHOULD if optional or _SHOULD.search(plain) else Strength.MUST,
        beyond="it demands nothing" if _NOTHING.search(bare) else beyond,
        conditional=bool(_CONDITION.search(bare) or _PARTLY.search(bare)),
        allows_null=_only_allows_null(_QUOTED.sub(" ", plain)),
        phrases=tuple(phrase for phrase in _PHRASES if phrase.may_stand_in(unconditional)),
    )


def _only_allows_null(bare: str) -> bool:
    """Whether a sentence says no more than that a value may be absent."""
    rest, count = _MAY_BE_NULL.subn(" ", bare)
    return count > 0 and len(re.findall(r"\w+", rest)) <= _FEW


_FEW = 2
_SHORT = 300
_known_wording = lru_cache(maxsize=4096)(_wording)
"""The same sentences stand in many entries."""


def _softened(said: Said) -> Iterator[Demand]:
    for column in said.columns:
        if column in said.speaker.ids:
            yield said.demand(NotNull, column, id=True, strength=Strength.SHOULD)
