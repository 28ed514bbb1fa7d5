"""The entry: a history in, what a real PostgreSQL made of it out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import structs

from ctb_lint.compare import differences
from ctb_lint.differences import (
    Difference,
    MissingColumn,
    PhantomTable,
    RogueTable,
    UndeclaredColumn,
)
from ctb_lint.history import Direction, History, MigrationFile
from ctb_lint.model import Location, Schema
from ctb_lint.readers.postgres.inspect import inspect
from ctb_lint.readers.shadow.places import Place, Places
from ctb_lint.readers.shadow.play import Piece, Player, backward, forward
from ctb_lint.readers.shadow.stubs import stand_ins
from ctb_lint.runners import identity
from ctb_lint.shadow import Refused, Shadow, Unjudged, Unrestored
from ctb_lint.sources import SourceKind

_LISTED = 3


def play(
    history: History,
    texts: Mapping[str, str],
    places: Places,
    *,
    default_schema: str = "public",
    back: bool = True,
) -> Shadow:
    """Applies a history to an empty database, file by file, and with ``back`` takes back what can
    be taken back, last things first. It stops at the first statement that PostgreSQL refuses."""
    with places() as place:
        played = _Played(place, default_schema)
        files = [one for one in history.files if one.direction is Direction.UP and one.applied]
        ways = {one.path: way for one in files if (way := _way_back(one, history, texts))}
        for number, file in enumerate(files):
            refused = played.forward(file, texts[file.path], watch=back and bool(ways))
            if refused:
                left = len(files) - number - 1
                return played.shadow(refused=structs.replace(refused, not_tried=left))
        schema = played.came_to()
        taken = tuple(played.back(files, ways)) if back else ()
        return played.shadow(schema=schema, unrestored=taken)


class _Played:
    """One history on its way through a place."""

    def __init__(self, place: Place, default_schema: str) -> None:
        self._place = place
        self._player = Player(place)
        self._default_schema = default_schema
        self._before: dict[str, Schema] = {}
        self._stubs: dict[str, str] = {}

    def came_to(self) -> Schema:
        """The schema at the end; what stands in for functions of extensions is noted there."""
        if self._place.admin:
            self._stubs = stand_ins(self._place.connection)
        return self._schema()

    def forward(self, file: MigrationFile, text: str, *, watch: bool) -> Refused | None:
        """One file; with ``watch`` the schema before it is kept."""
        if watch:
            self._before[file.path] = self._schema()
        return self._player.play(forward(file, text))

    def back(self, files: list[MigrationFile], ways: Mapping[str, Piece]) -> Iterator[Unrestored]:
        """The files from the last to the first, as far as each has a way back. After one that does
        not lead back nothing further can be told."""
        for file in reversed(files):
            way = ways.get(file.path)
            if way is None:
                return
            at = _span(way)
            refused = self._player.play(way, back=True)
            if refused:
                yield Unrestored(path=file.path, at=refused.at, refused=refused)
                return
            left = differences(
                self._before[file.path], self._schema(), SourceKind.LIVE, SourceKind.LIVE
            )
            if left:
                words = [_words(one) for one in left[:_LISTED]]
                if len(left) > _LISTED:
                    words.append(f"{len(left) - _LISTED} more")
                yield Unrestored(path=file.path, at=at, left=tuple(words))
                return

    def shadow(
        self,
        *,
        schema: Schema | None = None,
        refused: Refused | None = None,
        unrestored: tuple[Unrestored, ...] = (),
    ) -> Shadow:
        """What it came to. What stopped for want of an extension says nothing of the history."""
        unjudged = tuple(self._player.unjudged)
        info = self._place.connection.info
        number = info.server_version
        return Shadow(
            version=f"{number // 10_000}.{number % 10_000}",
            role=info.user,
            schema=schema,
            refused=None if unjudged else refused,
            unrestored=unrestored,
            stood_in=(*self._player.stood_in, *map(_stood_in, sorted({*self._stubs.values()}))),
            stubs=frozenset(self._stubs),
            unjudged=unjudged,
        )

    def _schema(self) -> Schema:
        return inspect(self._place.connection, default_schema=self._default_schema)


def _stood_in(extension: str) -> Unjudged:
    return Unjudged(f"extension {extension}", "other functions of the same names stood in")


def _span(piece: Piece) -> Location:
    return piece.statements[0].location


def _way_back(file: MigrationFile, history: History, texts: Mapping[str, str]) -> Piece | None:
    """What takes a file back: its own section, or the down file of its name or version."""
    own = backward(file, texts[file.path])
    if own.statements:
        return own
    key = identity(file, history.layout)
    for down in history.files:
        if down.direction is not Direction.DOWN:
            continue
        same = key is not None and identity(down, history.layout) == key
        if down.name == file.name or same:
            found = backward(down, texts[down.path])
            return found if found.statements else None
    return None


def _words(difference: Difference) -> str:
    """What is not as it was before the migration."""
    match difference:
        case RogueTable() | UndeclaredColumn():
            return f"{difference.object} is still there"
        case PhantomTable() | MissingColumn():
            return f"{difference.object} is gone"
        case _:
            wanted = getattr(difference, "wanted", True)
            found = getattr(difference, "found", True)
            fate = "is still there" if wanted is None else "is gone" if found is None else "differs"
            return f"{difference.object.kind} {difference.object} {fate}"
