"""The catalogue's file as it is, and as it is to be."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from ctb_lint.cli.trouble import RunError
from ctb_lint.cli.writing import Written

if TYPE_CHECKING:
    from ctb_lint.config import Config

_BOM = b"\xef\xbb\xbf"


def place(config: Config, shown: str) -> Path:
    """The file that is shown by a name."""
    from ctb_lint.readers.sql.paths import absolute

    return absolute(config.base / shown)


def original(config: Config, shown: str, digest: str) -> bytes:
    """What a file holds, as it was read. Raises RunError where that can be had no longer."""
    try:
        data = place(config, shown).read_bytes()
    except (OSError, ValueError) as error:
        raise RunError("cannot be read again", path=shown, hint="run it again") from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise RunError("has changed since it was read", path=shown, hint="run it again")
    return data


def written(config: Config, shown: str, old: bytes, text: str) -> Written:
    """The file with another text, its byte order mark kept."""
    mark = _BOM if old.startswith(_BOM) else b""
    return Written(place(config, shown), shown, old, mark + text.encode("utf-8"))
