"""The kinds of source that a schema can be read from."""

from __future__ import annotations

from enum import StrEnum


class SourceKind(StrEnum):
    """Where a schema was read from."""

    MIGRATIONS = "migrations"
    CATALOGUE = "catalogue"
    LIVE = "live"
    WAIVERS = "waivers"

    @property
    def place(self) -> str:
        """As a sentence has it: ``the migrations``, ``the database``."""
        return "the database" if self is SourceKind.LIVE else f"the {self}"
