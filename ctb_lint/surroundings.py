"""What stands around a catalogue, and what its rules may be told of that."""

from __future__ import annotations

from msgspec import Struct

from ctb_lint.history import History
from ctb_lint.model import Schema


class Migrations(Struct, frozen=True):
    """All histories of a run, and the schema at the end of each. Where there are none, no rule is
    given one."""

    histories: tuple[History, ...]
    schemas: tuple[Schema, ...]
