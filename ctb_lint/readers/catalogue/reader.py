"""The entry: files in, what the catalogue says and the schema that it declares out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct, structs

from ctb_lint.catalogue import Catalogue
from ctb_lint.claims import Claim
from ctb_lint.connection_strings import connection_strings
from ctb_lint.headings import Headings
from ctb_lint.history import DocumentedHistory
from ctb_lint.mishaps import Mishap
from ctb_lint.model import Schema
from ctb_lint.passwords import located
from ctb_lint.readers.catalogue.assemble import assembled
from ctb_lint.readers.catalogue.candidates import candidates, index_names
from ctb_lint.readers.catalogue.claims import claims_of
from ctb_lint.readers.catalogue.documented import documented
from ctb_lint.readers.catalogue.drafts import CatalogueDraft
from ctb_lint.readers.catalogue.markdown import read_blocks
from ctb_lint.readers.catalogue.source import Source
from ctb_lint.readers.catalogue.walk import Walk
from ctb_lint.readers.sql.fold.history import FoldOptions
from ctb_lint.readers.sql.made import Known
from ctb_lint.readers.sql.paths import absolute, show
from ctb_lint.readers.sql.text import ReadFailure, from_stdin, read_source
from ctb_lint.standard import Standard


class CatalogueOptions(Struct, frozen=True, kw_only=True):
    """How to read. ``base`` is the folder that shown paths are relative to; ``max_size`` is in
    bytes a file. ``overlay`` holds, by absolute path, what is to be read in the place of files.
    ``known`` is what the migrations' CREATE TABLE statements made, read for the same default schema
    and version."""

    base: Path = Path()
    headings: Headings = Headings()
    default_schema: str = "public"
    pg_version: int = 15
    max_size: int = 50_000_000
    standard: Standard = Standard()
    overlay: Mapping[Path, bytes] = {}
    known: Known | None = None


class CatalogueRead(Struct, frozen=True):
    """All that was read. ``schema`` holds the tables that the catalogue declares, with Knowledge
    of what a catalogue can tell, ``mishaps`` what does not fit of what their SQL names and
    ``claims`` what can be checked of all that it says; ``failures`` say what could not be read at
    all; ``texts`` is the text of every file as it stands, by its path as shown; ``hashes`` the
    SHA-256 of its bytes and their number; ``documented`` are the migrations that it names."""

    catalogue: Catalogue
    schema: Schema
    failures: tuple[ReadFailure, ...] = ()
    texts: Mapping[str, str] = {}
    hashes: Mapping[str, tuple[str, int]] = {}
    mishaps: tuple[Mishap, ...] = ()
    claims: tuple[Claim, ...] = ()
    documented: DocumentedHistory | None = None


def read_catalogue(paths: Sequence[Path], options: CatalogueOptions | None = None) -> CatalogueRead:
    """Reads the files, in this order, as one catalogue. Never raises for what they hold: a file
    that cannot be read is a failure, what cannot be read in one a trouble of the catalogue."""
    options = options or CatalogueOptions()
    failures: list[ReadFailure] = []
    texts: dict[str, str] = {}
    hashes: dict[str, tuple[str, int]] = {}
    for path in paths:
        file = absolute(options.base / path)
        shown = show(file, absolute(options.base))
        laid = options.overlay.get(file)
        got = (
            read_source(options.base / path, shown, options.max_size)
            if laid is None
            else from_stdin(laid, shown, options.max_size)
        )
        if isinstance(got, ReadFailure):
            failures.append(got)
        elif shown not in texts:
            texts[shown] = got.text
            hashes[shown] = (got.sha256, got.size)
    found = read_texts(texts, options)
    return structs.replace(found, failures=tuple(failures), hashes=hashes)


def read_catalogue_texts(
    texts: Mapping[str, str], options: CatalogueOptions | None = None
) -> tuple[Catalogue, Schema]:
    """What texts say and declare; see ``read_texts``."""
    found = read_texts(texts, options)
    return found.catalogue, found.schema


def read_texts(texts: Mapping[str, str], options: CatalogueOptions | None = None) -> CatalogueRead:
    """As ``read_catalogue``, of texts by their names, in their order. Never raises."""
    options = options or CatalogueOptions()
    headings = options.headings
    sources = [Source(path, text) for path, text in texts.items()]
    read = [read_blocks(source) for source in sources]
    known = frozenset(name for one in read for name in index_names(one.blocks, headings))
    draft = CatalogueDraft()
    for source, one in zip(sources, read, strict=True):
        draft.mis_decoded.extend(source.mis_decoded)
        draft.passwords.extend(located(source.text, source.at, runs=False))
        draft.connection_strings.extend(connection_strings(source.text, source.at))
        found = candidates(one.blocks, headings, known)
        walk = Walk(source, found, headings, draft)
        walk.run(one.blocks)
        one.blocks.clear()
    fold = FoldOptions(options.default_schema, frozenset(), options.pg_version)
    catalogue, schema, mishaps = assembled(draft, tuple(texts), headings, fold, options.known)
    claims = claims_of(catalogue, schema, options.standard)
    named = documented(catalogue, claims)
    return CatalogueRead(catalogue, schema, (), texts, {}, mishaps, claims, named)
