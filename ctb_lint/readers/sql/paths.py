"""Paths as they are compared, and as messages show them."""

from __future__ import annotations

import os
from pathlib import Path


def show(path: Path, base: Path) -> str:
    """How a path is shown: relative to the base below it, with ``/``, undecodable bytes
    escaped."""
    relative = path.relative_to(base) if path.is_relative_to(base) else path
    try:
        return os.fsencode(relative.as_posix()).decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:
        return relative.as_posix().encode("utf-8", "backslashreplace").decode()


def absolute(path: Path) -> Path:
    """The path without ``..``, symlinks as they stand."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - Path.absolute keeps `..`


def is_below(path: Path, folder: Path) -> bool:
    return path == folder or path.is_relative_to(folder)
