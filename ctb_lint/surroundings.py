"""What stands around a catalogue: the files and commits that it names, and the migrations.

Nothing here is read by rules themselves: a reader looks, and what it saw is data. Paths are
relative to the root of the repository, with ``/``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property

from msgspec import Struct

from ctb_lint.changes import CreateTable, RenameTable
from ctb_lint.history import History, MigrationFile
from ctb_lint.mishaps import CreatedTwice, SkippedByIfNotExists
from ctb_lint.model import QualifiedName, Schema


class Migrations:
    """All histories of a run. Where there are none, no rule is given one. What is looked up often
    is kept."""

    def __init__(self, histories: Iterable[History]) -> None:
        self.histories = tuple(histories)

    @cached_property
    def by_name(self) -> Mapping[str, tuple[MigrationFile, ...]]:
        """The files by the last part of their paths, with and without the ending."""
        found: defaultdict[str, list[MigrationFile]] = defaultdict(list)
        for history in self.histories:
            for file in history.files:
                name = file.path.rpartition("/")[2]
                for known in dict.fromkeys((name, file.name, name.removesuffix(".sql"))):
                    found[known].append(file)
        return {name: tuple(files) for name, files in found.items()}

    @cached_property
    def creates(self) -> Mapping[str, frozenset[QualifiedName]]:
        """The tables that each file creates, by every name that they had since. What is there
        already counts: IF NOT EXISTS passes it over, and PostgreSQL refuses it otherwise."""
        made: defaultdict[str, list[set[QualifiedName]]] = defaultdict(list)
        for history in self.histories:
            called: dict[QualifiedName, set[QualifiedName]] = {}
            for change in history.changes:
                if isinstance(change, CreateTable) and change.table:
                    called[change.table] = {change.table}
                    made[change.at.path].append(called[change.table])
                elif isinstance(change, RenameTable) and change.table in called:
                    names = called[change.new_name] = called.pop(change.table)
                    names.add(change.new_name)
            for mishap in history.mishaps:
                if isinstance(mishap, SkippedByIfNotExists | CreatedTwice):
                    made[mishap.at.path].append({mishap.name})
        return {path: frozenset().union(*names) for path, names in made.items()}

    @cached_property
    def created_by(self) -> Mapping[QualifiedName, MigrationFile]:
        """The first file that creates each table."""
        found: dict[QualifiedName, MigrationFile] = {}
        for history in self.histories:
            for file in history.files:
                for name in self.creates.get(file.path, ()):
                    found.setdefault(name, file)
        return found


class Built(Struct, frozen=True):
    """What is built: the schemas of all sources but the catalogue. Where it is checked alone, no
    rule is given one."""

    schemas: tuple[Schema, ...]


class DrawnTable(Struct, frozen=True):
    """A table of a ChartDB file. ``columns`` are its names and types as written."""

    schema: str | None
    name: str
    columns: tuple[tuple[str, str], ...]


class Drawing(Struct, frozen=True):
    """What a ChartDB file holds. ``problem`` says why it holds none, as the rest of a sentence;
    ``tables`` is None where it lists none, and ``of`` then the file that it says it is of."""

    problem: str | None = None
    tables: tuple[DrawnTable, ...] | None = None
    of: str | None = None


class Place(Struct, frozen=True, kw_only=True):
    """A file or folder that a named path leads to.

    ``sha256`` is that of the file's content, None of a folder and of what was not read. ``unread``
    says why a file that should have been read was not, as the rest of a sentence. ``creates`` are
    the tables that a file of SQL creates, None where that cannot be known; ``drawing`` is what a
    JSON file holds, ``program`` the text of a script.
    """

    path: str
    folder: bool = False
    sha256: str | None = None
    unread: str | None = None
    creates: tuple[QualifiedName, ...] | None = None
    drawing: Drawing | None = None
    program: str | None = None


class Named(Struct, frozen=True):
    """A path that the catalogue names. ``places`` are all that it can mean; ``outside`` says that
    it leads out of the repository, so that nobody looked."""

    places: tuple[Place, ...] = ()
    outside: bool = False

    @property
    def files(self) -> tuple[Place, ...]:
        """The places that are files."""
        return tuple(place for place in self.places if not place.folder)


class Surroundings(Struct, frozen=True):
    """What became of every path that the catalogue names, as ``named_paths.plain`` writes it.
    ``files`` holds them; where there is no repository, no rule is given one."""

    files: Mapping[str, Named]


class Commits(Struct, frozen=True):
    """Of the commits that the catalogue names, those that git has. Where there is no git, or a
    clone without the whole of its history, no rule is given one."""

    known: frozenset[str]
