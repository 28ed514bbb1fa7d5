"""All claims of a catalogue, in its order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import structs

from ctb_lint.catalogue import Catalogue, Entry
from ctb_lint.claims import Claim, ClaimKind
from ctb_lint.model import Schema
from ctb_lint.passwords import masked, may_hold
from ctb_lint.readers.catalogue.claims.access import access
from ctb_lint.readers.catalogue.claims.dependencies import dependencies
from ctb_lint.readers.catalogue.claims.document import document, header, required
from ctb_lint.readers.catalogue.claims.enforcement import columns_list, enforcement
from ctb_lint.readers.catalogue.claims.speaker import Speaker, speakers
from ctb_lint.readers.catalogue.claims.structure import structure
from ctb_lint.readers.catalogue.claims.tracing import purpose, tracing
from ctb_lint.standard import Standard


def claims_of(catalogue: Catalogue, schema: Schema, standard: Standard) -> tuple[Claim, ...]:
    """Everything that can be checked, in the order of the text. ``schema`` holds the tables that
    the catalogue declares."""
    order = {path: number for number, path in enumerate(catalogue.paths)}
    spoken = list(speakers(catalogue, schema, standard))
    found = [*document(catalogue), *required(catalogue, [speaker for _, speaker in spoken])]
    for entry, speaker in spoken:
        found += _of_entry(entry, speaker, schema)
    shown = list(_shown(list(_once(found))))
    # Most stand in order already, which sorting by one thing at a time makes the most of.
    shown.sort(key=lambda claim: (claim.at.start, claim.at.end))
    if len(order) > 1:
        shown.sort(key=lambda claim: order.get(claim.at.path, 0))
    return tuple(shown)


def _once(claims: list[Claim]) -> Iterator[Claim]:
    """The claims without the links in lines that claim the same of a file by themselves."""
    lines = {(one.at.path, one.at.line) for one in claims if one.kind in _FILES}
    for one in claims:
        if one.kind is not ClaimKind.LINK or (one.at.path, one.at.line) not in lines:
            yield one


_FILES = frozenset({ClaimKind.MIGRATION_FILE, ClaimKind.SOURCE_PATH, ClaimKind.DIAGRAM_FILE})


def _shown(claims: Sequence[Claim]) -> Iterator[Claim]:
    """The claims without passwords. Of most not one word is like one, which is seen of many at
    once."""
    for start in range(0, len(claims), _MANY):
        some = claims[start : start + _MANY]
        if not may_hold("\n".join(claim.text for claim in some)):
            yield from some
            continue
        for claim in some:
            text = masked(claim.text)
            yield claim if text is claim.text else structs.replace(claim, text=text)


_MANY = 500


def _of_entry(entry: Entry, speaker: Speaker, schema: Schema) -> Iterator[Claim]:
    yield from header(entry)
    yield from structure(entry, schema)
    yield from columns_list(entry, speaker)
    yield from tracing(entry, speaker)
    yield from access(entry, speaker)
    yield from purpose(entry, speaker)
    yield from enforcement(entry, speaker)
    yield from dependencies(entry, speaker)
