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
    r"|\bmay be null\b|\bnullable\b|\(optional\)",
    _I,
)
_CONDITION = re.compile(
    r"\b(?:if|when|whenever|unless|except|while|until|once|only for|depending|per|within "
    r"(?:an?|the|each|every)|together|combination|composite|jointly|pair|"
    r"rows? (?:with|of|where)|in case)\b",
    _I,
)
_NOTHING = re.compile(
    r"\b(?:need not|needs? not|not (?:be )?(?:required|necessary|needed|enforced|validated)|"
    r"no longer|is optional|are optional|not applicable|n/a)\b",
    _I,
)
_SHOULD = re.compile(r"\b(?:should|ought|recommended|ideally|preferably)\b", _I)
_EMPHASIS = re.compile(r"\*{1,3}|(?<!\w)__|__(?!\w)|~~")
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
    """What a text says by its words alone, whoever says it: ``plain`` is without emphasis and
    without the words that make a value optional; ``phrases`` are those that may stand in it."""

    plain: str
    optional: bool
    strength: Strength
    beyond: str | None
    conditional: bool
    phrases: tuple[Phrase, ...]


def read_phrase(text: str, speaker: Speaker, origin: Origin) -> Reading | None:
    """What a sentence demands; None where it is not understood. ``text`` is its Markdown."""
    wording = _known_wording(text) if len(text) <= _SHORT else _wording(text)
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
    if softens:
        return Reading((), softens, "it only allows rows without a value")
    return None


def _wording(text: str) -> _Wording:
    plain = " ".join(_EMPHASIS.sub("", text).split())
    optional = _PROVIDED.search(plain) is not None
    unconditional = " ".join(_PROVIDED.sub(" ", plain).split())
    bare = _QUOTED.sub(" ", unconditional)
    beyond = next((why for pattern, why in _BEYOND if pattern.search(bare)), None)
    return _Wording(
        plain=unconditional,
        optional=optional,
        strength=Strength.SHOULD if optional or _SHOULD.search(plain) else Strength.MUST,
        beyond="it demands nothing" if _NOTHING.search(bare) else beyond,
        conditional=_CONDITION.search(bare) is not None,
        phrases=tuple(phrase for phrase in _PHRASES if phrase.may_stand_in(unconditional)),
    )


_SHORT = 300
_known_wording = lru_cache(maxsize=4096)(_wording)
"""The same sentences stand in many entries."""


def _softened(said: Said) -> Iterator[Demand]:
    for column in said.columns:
        if column in said.speaker.ids:
            yield said.demand(NotNull, column, id=True, strength=Strength.SHOULD)
