"""A snapshot as a schema. Whoever made the file: what does not fit is refused with its place."""

from __future__ import annotations

import re
from typing import Any, Never

import msgspec
from msgspec import Struct, field

from ctb_lint.live import DatabaseFacts
from ctb_lint.model import Schema
from ctb_lint.readers.snapshot.form import VERSION, SnapshotForm, StampForm
from ctb_lint.readers.snapshot.schema import facts_of, schema_of, twice

MOST_BYTES = 256 * 2**20
"""No snapshot is larger: that of 2,000 tables with 20,000 columns has 3 MiB."""

_AGAIN = "take it again: ctb-lint snapshot --output FILE"
_PLACE = re.compile(r" - at `\$\.?(.*)`\Z", re.DOTALL)
_BYTE = re.compile(r" \(byte ([0-9]+)\)")


class SnapshotTrouble(Exception):  # noqa: N818  # as in ReadTrouble
    """Why a file is no snapshot that can be used, as the rest of a sentence about it."""

    def __init__(self, message: str, hint: str = _AGAIN, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.line = line


class Snapshot(Struct, frozen=True):
    """What a snapshot holds. ``postgresql`` is the major version of the server."""

    schema: Schema
    facts: DatabaseFacts
    postgresql: int
    stamp: StampForm | None = None


class _Head(Struct, frozen=True):
    """What tells a snapshot from other JSON, whatever else is in it."""

    version: Any = field(name="ctb-lint-snapshot", default=None)


def read(data: bytes) -> Snapshot:
    """The snapshot that a file holds. Raises SnapshotTrouble where it holds none."""
    if len(data) > MOST_BYTES:
        raise SnapshotTrouble(f"is larger than a snapshot can be ({MOST_BYTES // 2**20} MiB)")
    _known_version(data)
    try:
        form = msgspec.json.decode(data, type=SnapshotForm)
    except msgspec.ValidationError as error:
        _refuse(str(error))
    except RecursionError:
        raise SnapshotTrouble("nests deeper than a snapshot does") from None
    double = twice(form)
    if double:
        raise SnapshotTrouble(f"has {double} twice")
    return Snapshot(schema_of(form), facts_of(form), form.postgresql, form.stamp)


def is_snapshot(data: bytes) -> bool:
    """Whether a file looks like a snapshot, of whatever version: one may be written over it."""
    try:
        _known_version(data)
    except SnapshotTrouble as trouble:
        return isinstance(trouble, _OtherVersion)
    return True


class _OtherVersion(SnapshotTrouble):
    """A snapshot that another ctb-lint wrote."""


def _known_version(data: bytes) -> None:
    """Raises SnapshotTrouble where the file is no JSON, no snapshot, or one of another version."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = "is no snapshot of ctb-lint: it is no text in UTF-8"
        raise SnapshotTrouble(message, line=line) from None
    try:
        head = msgspec.json.decode(data, type=_Head)
    except msgspec.ValidationError:
        raise SnapshotTrouble("is no snapshot of ctb-lint") from None
    except msgspec.DecodeError as error:
        raise _no_json(data, str(error)) from None
    except RecursionError:
        raise SnapshotTrouble("nests deeper than a snapshot does") from None
    version = head.version
    if version is None:
        raise SnapshotTrouble("is no snapshot of ctb-lint")
    if type(version) is not int or version < 1:
        raise SnapshotTrouble("is a snapshot of a version that does not exist")
    if version > VERSION:
        raise _OtherVersion(
            f"is a snapshot of version {version}: this ctb-lint reads version {VERSION}"
            if version < 2**31
            else "is a snapshot of a version that this ctb-lint does not read",
            "install the ctb-lint that wrote it, or take it again with this one",
        )


def _no_json(data: bytes, said: str) -> SnapshotTrouble:
    if not data.strip():
        return SnapshotTrouble("is empty")
    if "truncated" in said:
        return SnapshotTrouble("ends before the snapshot does", line=data.count(b"\n") + 1)
    at = _BYTE.search(said)
    line = data.count(b"\n", 0, int(at[1])) + 1 if at else None
    return SnapshotTrouble("is no snapshot of ctb-lint: it is no JSON", line=line)


def _refuse(said: str) -> Never:
    """Raises SnapshotTrouble for a value that is not as the format has it."""
    place = _PLACE.search(said)
    what = _PLACE.sub("", said).replace("`", "")
    where = f" at {place[1]}" if place and place[1] else ""
    raise SnapshotTrouble(f"is damaged{where}: {what[:1].lower()}{what[1:]}")
