"""What a real PostgreSQL made of a history that was applied to an empty database."""

from __future__ import annotations

from msgspec import Struct

from ctb_lint.model import Location, Schema


class Refused(Struct, frozen=True, kw_only=True):
    """The statement that PostgreSQL refused, and at which the history stopped.

    ``at`` is the place that PostgreSQL points at, all of the ``statement`` where it points at
    none. ``message``, ``detail`` and ``hint`` are its own words, ``sqlstate`` its code.
    ``not_tried`` counts the files behind it. ``back`` says that it was on the way back.
    """

    path: str
    at: Location
    statement: Location
    message: str
    sqlstate: str
    detail: str = ""
    hint: str = ""
    not_tried: int = 0
    back: bool = False


class Unrestored(Struct, frozen=True, kw_only=True):
    """A migration whose way back does not lead back: ``left`` says in words what is not as it was
    before, ``refused`` what stopped it half way. ``at`` is the way back."""

    path: str
    at: Location
    left: tuple[str, ...] = ()
    refused: Refused | None = None


class Unjudged(Struct, frozen=True):
    """What a throwaway server cannot tell, why, and the way out."""

    what: str
    why: str
    hint: str = ""


class Shadow(Struct, frozen=True, kw_only=True):
    """One history on a real server. ``version`` is the server's (``18.1``), ``role`` who applied
    it. ``schema`` is what it came to, None where it did not get to its end. ``stood_in`` says what
    was not the real thing (extensions, roles), ``stubs`` the functions among that, ``unjudged``
    why the history could not be followed to its end through no fault of its own."""

    version: str
    role: str = ""
    schema: Schema | None = None
    refused: Refused | None = None
    unrestored: tuple[Unrestored, ...] = ()
    stood_in: tuple[Unjudged, ...] = ()
    stubs: frozenset[str] = frozenset()
    unjudged: tuple[Unjudged, ...] = ()

    @property
    def major(self) -> int:
        """The server's major version: 18."""
        return int(self.version.partition(".")[0])
