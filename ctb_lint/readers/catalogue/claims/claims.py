"""All claims of a catalogue, in its order."""

from __future__ import annotations

from collections.abc import Iterator

from ctb_lint.catalogue import Catalogue
from ctb_lint.claims import Claim
from ctb_lint.model import Schema
from ctb_lint.readers.catalogue.claims.structure import structure
from ctb_lint.standard import Standard


def claims_of(catalogue: Catalogue, schema: Schema, standard: Standard) -> tuple[Claim, ...]:
    """Everything that can be checked, in the order of the text. ``schema`` holds the tables that
    the catalogue declares."""
    order = {path: number for number, path in enumerate(catalogue.paths)}
    found = [*_claims(catalogue, schema, standard)]
    return tuple(sorted(found, key=lambda c: (order.get(c.at.path, 0), c.at.start, c.at.end)))


def _claims(catalogue: Catalogue, schema: Schema, standard: Standard) -> Iterator[Claim]:
    for entry in catalogue.entries:
        yield from structure(entry, schema)
