"""What became of migrations and of the catalogue since the state that a run is held against."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from ctb_lint.history import MigrationFile
from ctb_lint.model import Location, QualifiedName


class FileChangeKind(StrEnum):
    """What happened to a file since the state that it is held against."""

    ADDED = "added"
    EDITED = "edited"
    REWORDED = "reworded"
    """Only comments, white space or the way back changed: what it applies is the same."""
    RENAMED = "renamed"
    DELETED = "deleted"


class FileChange(Struct, frozen=True, kw_only=True):
    """A migration that differs from the state that this run is held against.

    ``path`` is the file as it is called now (as it was called where it is gone), ``before`` its
    name in that state, None for a new file; ``edited`` says of a renamed file that its SQL changed,
    too. ``file`` is the migration as it is now, ``former`` as it was. ``released`` says that it had
    been applied somewhere by then; ``newest_released`` names the released migration with the
    highest version. ``commit`` holds the file as it was, where a commit does.
    """

    kind: FileChangeKind
    path: str
    at: Location | None
    released: bool
    before: str | None = None
    edited: bool = False
    file: MigrationFile | None = None
    former: MigrationFile | None = None
    newest_released: MigrationFile | None = None
    commit: str | None = None


class CatalogueChange(Struct, frozen=True):
    """What happened to the catalogue in the range of changes that this run is held against.

    ``sections`` are the texts of those that are not as they were, as they are now and as they
    were, each under all the headings that it stands below; empty where the catalogue did not
    change. ``statements`` are the places of those that came or changed in the same range.
    ``entries`` are the tables that have an entry now or had one, ``changed`` those whose entries
    are not as they were; both are empty where nobody could tell entries apart.
    """

    path: str
    sections: tuple[str, ...]
    statements: tuple[Location, ...]
    entries: frozenset[QualifiedName] = frozenset()
    changed: frozenset[QualifiedName] = frozenset()
