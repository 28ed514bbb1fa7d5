"""What entries are drafted from: the migrations, the catalogue that is there, and who asks."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from ctb_lint.cli.trouble import RunError, nearest

if TYPE_CHECKING:
    from ctb_lint.cli.request import Request
    from ctb_lint.config import Config
    from ctb_lint.differences import Difference
    from ctb_lint.drafting.facts import Facts
    from ctb_lint.history import Folded
    from ctb_lint.minting import Known
    from ctb_lint.model import QualifiedName
    from ctb_lint.readers.catalogue.reader import CatalogueOptions, CatalogueRead

NEEDED = ("tables", "columns", "constraints", "indexes", "enums")
"""The facts without which nothing is drafted of a table."""


class Sources(Struct, frozen=True, kw_only=True):
    """A history with the text of its files, and the catalogue where there is one."""

    config: Config
    folded: Folded
    texts: Mapping[str, str]
    catalogue: CatalogueRead | None

    def why_unknown(self, table: QualifiedName) -> str | None:
        """Why a table cannot be drafted, None where it can."""
        return self.folded.schema.knowledge.why_unknown(table, NEEDED)


def sources(request: Request, config: Config, history: str | None) -> Sources:
    """Reads them. Raises RunError where not everything can be read, or where it is not certain
    which history is meant."""
    from ctb_lint.cli.reading import document, migrations

    catalogue = document(request, config)
    read = migrations(request, config)
    for failure in read.failures:
        raise RunError(failure.message, path=failure.path, line=failure.line, hint=failure.hint)
    by_name = {folded.history.name: folded for folded in read.folded}
    if history is None and len(by_name) > 1:
        listed = ", ".join(by_name)
        hint = "name one with --history"
        raise RunError(f"there are several histories: {listed}", hint=hint)
    if history is not None and history not in by_name:
        near = nearest(history, by_name)
        meant = f"; did you mean {near}?" if near else ""
        raise RunError(f"there is no history {history!r}{meant}", hint=f"use {', '.join(by_name)}")
    folded = by_name[history] if history is not None else next(iter(by_name.values()))
    return Sources(config=config, folded=folded, texts=read.texts, catalogue=catalogue)


def layer_of(table: QualifiedName, given: Sources) -> int | None:
    """The ORBT layer that the catalogue's list puts a table into, where it is in one only."""
    names = {table.name.lower(), f"{table.schema}.{table.name}".lower()}
    numbers = {
        layer.number
        for layer in (given.catalogue.catalogue.layers if given.catalogue else ())
        if names & {name.text.lower() for name in layer.tables}
    }
    return numbers.pop() if len(numbers) == 1 else None


def title(config: Config, part: str, usual: str) -> str:
    """How a new part of the document is called so that it is found: as usual, unless the
    configuration has other words for it."""
    from ctb_lint.headings import Headings

    phrases = getattr(config.headings, part)
    return phrases[0] if phrases and phrases != getattr(Headings(), part) else usual


def catalogue_options(config: Config) -> CatalogueOptions:
    """How a text that is not in its file yet is read."""
    from ctb_lint.readers.catalogue.reader import CatalogueOptions

    return CatalogueOptions(
        headings=config.headings,
        default_schema=config.default_schema,
        pg_version=config.pg_version,
    )


def differing(texts: Mapping[str, str], given: Sources) -> tuple[Difference, ...]:
    """In what the migrations differ from what a catalogue of these texts declares. Partitions are
    a part of their tables."""
    from ctb_lint.compare import differences
    from ctb_lint.differences import RogueTable
    from ctb_lint.evidence import SourceKind
    from ctb_lint.readers.catalogue.reader import read_catalogue_texts

    _, declared = read_catalogue_texts(texts, catalogue_options(given.config))
    pair = SourceKind.CATALOGUE, SourceKind.MIGRATIONS
    found = differences(declared, given.folded.schema, *pair)
    return tuple(
        one for one in found if not (isinstance(one, RogueTable) and one.found.partition_of)
    )


class Minter:
    """Mints the ids of one table after the other; none is given twice."""

    def __init__(self, given: Sources, values: Mapping[str, str]) -> None:
        from ctb_lint.entry_ids import BARTON, HEIR

        self._standard = given.config.standard
        self._catalogue = given.catalogue.catalogue if given.catalogue else None
        self._values = values
        self._barton = _known(given, BARTON.key)
        self._heir = _known(given, HEIR.key)

    def barton(self, facts: Facts) -> str:
        """The Barton ID of a table: that which the index gives it, where none of its values is
        asked for, else a new one. Raises RunError where a value is lacking."""
        from ctb_lint.cli.ids.minting import mint
        from ctb_lint.drafting.ids import barton_values
        from ctb_lint.drafting.listed import listed_barton
        from ctb_lint.entry_ids import BARTON
        from ctb_lint.minting import template_for, with_id

        template = template_for(BARTON.key, self._standard, ())
        if self._catalogue and not any(token in template.tokens for token in self._values):
            listed = listed_barton(self._catalogue, facts.table.name, self._standard)
            if listed:
                return listed
        known = self._barton
        values = barton_values(facts, template, self._values, known, self._standard)
        found = mint(BARTON.key, values, known, self._standard)
        self._barton = with_id(known, found, BARTON, self._standard)
        return found

    def heir(self, facts: Facts) -> str:
        """The HEIR ID of a table. Raises RunError where a value is lacking."""
        from ctb_lint.cli.ids.minting import mint
        from ctb_lint.drafting.ids import heir_values, moment
        from ctb_lint.entry_ids import HEIR
        from ctb_lint.minting import template_for, with_id

        template = template_for(HEIR.key, self._standard, ())
        values = heir_values(facts, template, self._values, self._heir)
        now = moment(facts, datetime.datetime.now(datetime.UTC))
        found = mint(HEIR.key, values, self._heir, self._standard, now)
        self._heir = with_id(self._heir, found, HEIR, self._standard)
        return found


def _known(given: Sources, key: str) -> Known:
    """The ids that the catalogue knows; where there is none, none has been given yet."""
    from ctb_lint.entry_ids import BARTON, HEIR
    from ctb_lint.minting import Known, known_ids

    if given.catalogue is None:
        return Known(complete=True)
    kind = next(one for one in (BARTON, HEIR) if one.key == key)
    found = given.catalogue
    return known_ids(found.catalogue, found.texts.values(), kind, given.config.standard)


def author(asked: str | None, base: Path) -> str | None:
    """Who is the author: as asked, else git's user.name, else nobody knows."""
    import os

    from ctb_lint.readers.git.command import LOCAL, GitError, environment, run
    from ctb_lint.reporters.sanitise import visible

    if asked is None:
        try:
            env = environment(os.environ, LOCAL)
            code, said = run(base, env, "config", "user.name", expected=(0, 1))
        except GitError:
            return None
        asked = said.decode("utf-8", "replace") if code == 0 else ""
    return visible(" ".join(asked.split())) or None
