"""Rendering a catalogue in memory: SQL and the text that is there in, the new text out."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from ctb_lint.cli.catalogue.render import rendered
from ctb_lint.cli.catalogue.sources import Minter, Sources
from ctb_lint.config import Config, load
from ctb_lint.readers.catalogue.reader import (
    CatalogueOptions,
    CatalogueRead,
    read_catalogue_texts,
)
from ctb_lint.readers.sql.reader import SqlOptions, read_text

PATH = "SCHEMA_REFERENCE.md"
FILE = "2025-10-23_all.sql"
IDS = {"division": "DATA", "system": "SHQ"}


@cache
def settled() -> Config:
    """The configuration of all these projects."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ctb-lint.toml"
        path.write_text("pg-version = 18\n")
        return load(path)


def sources(sql: str, text: str | None = None) -> Sources:
    """A history of one file, and the catalogue that is there."""
    folded = read_text(sql, FILE, SqlOptions(base=Path(), pg_version=18))
    found = None
    if text is not None:
        texts = {PATH: text}
        catalogue, schema = read_catalogue_texts(texts, CatalogueOptions(pg_version=18))
        found = CatalogueRead(catalogue, schema, texts=texts, hashes={PATH: ("", 0)})
    return Sources(config=settled(), folded=folded, texts={FILE: sql}, catalogue=found)


def render(given: Sources) -> str:
    """The catalogue as it is rendered."""
    return rendered(given, Minter(given, IDS), "Dana")[1]
