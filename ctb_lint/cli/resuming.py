"""The file in which a run over rows writes down how far it got. It holds keys of rows, and nobody
but its owner may read it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from ctb_lint.cli.trouble import RunError

if TYPE_CHECKING:
    from ctb_lint.live import Server
    from ctb_lint.readers.postgres.rows.effort import Effort, Record

FORMAT = "ctb-lint rows 1"
_EVERY = 5.0


class Begun(Struct, frozen=True):
    """Of what a file is: which database was asked, and about which of its rows."""

    host: str
    port: int
    database: str
    sample: float | None
    since: str | None
    max_rows: int | None


class Keeper:
    """Keeps a record up to date in its file; in none where there is no file."""

    def __init__(self, path: Path | None, begun: Begun, record: Record) -> None:
        self.record = record
        self.finished = False
        self._path = path
        self._begun = begun
        self._last = time.monotonic()

    def now_and_then(self) -> None:
        """Writes it down where it has been a while."""
        if self._path and time.monotonic() - self._last >= _EVERY:
            self.write()

    def write(self) -> None:
        """Writes it down. Raises RunError where that cannot be."""
        if self._path is None:
            return
        self._last = time.monotonic()
        held = {"format": FORMAT, "begun": self._begun, "record": self.record}
        beside = self._path.with_name(f".{self._path.name}.{os.getpid()}.partial")
        try:
            with suppress(FileNotFoundError):
                beside.unlink()
            number = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(number, "wb") as stream:
                stream.write(msgspec.json.encode(held))
            beside.replace(self._path)
        except OSError as error:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            raise _trouble(self._path, f"cannot be written: {error.strerror or error}") from error

    def close(self) -> None:
        """Writes it down, or does away with the file where there is nothing left to go on with."""
        if self.finished and self._path:
            self._path.unlink(missing_ok=True)
        else:
            self.write()


@contextmanager
def recording(path: Path | None, server: Server, effort: Effort) -> Iterator[Keeper]:
    """What an earlier run left in the file, kept up to date there also where this one is
    interrupted. Raises RunError where the file is of something else, or cannot be used."""
    from ctb_lint.readers.postgres.rows.effort import Record

    begun = Begun(
        server.host,
        server.port,
        server.database,
        effort.sample,
        effort.since.isoformat() if effort.since else None,
        effort.max_rows,
    )
    keeper = Keeper(path, begun, _read(path, begun) if path else Record())
    keeper.write()
    try:
        yield keeper
    finally:
        keeper.close()


def _read(path: Path, begun: Begun) -> Record:
    """The record in a file. Raises RunError where it is another's."""
    from ctb_lint.readers.postgres.rows.effort import Record

    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Record()
    except OSError as error:
        raise _trouble(path, f"cannot be read: {error.strerror or error}") from error
    try:
        held: dict[str, Any] = msgspec.json.decode(data, type=dict[str, Any])
        if held.get("format") != FORMAT:
            raise _trouble(path, "was not written by this version of ctb-lint audit")
        other = msgspec.convert(held.get("begun"), Begun)
        record = msgspec.convert(held.get("record"), Record)
    except msgspec.MsgspecError as error:
        raise _trouble(path, "is not what ctb-lint audit writes, or not all of it") from error
    for name in Begun.__struct_fields__:
        if getattr(other, name) != getattr(begun, name):
            what = "another database" if name in _OF_DATABASE else f"a run with another {name}"
            raise _trouble(path, f"is of {what.replace('_', '-')}")
    return record


_OF_DATABASE = ("host", "port", "database")


def _trouble(path: Path, why: str) -> RunError:
    hint = "name another file with --resume, or remove this one to begin anew"
    return RunError(f"--resume: the file {why}", path=str(path), hint=hint)
