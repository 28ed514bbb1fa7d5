"""Where the paths that a catalogue names can lead, inside one state of its repository."""

from __future__ import annotations

import os
import posixpath
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

_MOST = 20
"""So many places are looked at that one path can mean."""


class Shelf:
    """One state of a repository. ``root`` is the folder that it can be read from, ``names`` are its
    files as git has them, ``title`` is what the repository's folder is called. ``disk`` says that
    the folder is the working tree, which holds more than git knows of."""

    def __init__(self, root: Path, names: Iterable[str], title: str, *, disk: bool) -> None:
        self.root = Path(os.path.realpath(root))
        self._root = str(self.root)
        self._title = title
        self._disk = disk
        self._files = frozenset(names)
        self._folders: set[str] = set()
        self._by_name: defaultdict[str, list[str]] = defaultdict(list)
        for name in sorted(self._files):
            self._by_name[name.rpartition("/")[2]].append(name)
            folder = name.rpartition("/")[0]
            while folder and folder not in self._folders:
                self._folders.add(folder)
                folder = folder.rpartition("/")[0]

    def places(self, path: str, beside: Iterable[str]) -> list[str] | None:
        """The files and folders that a path can mean: seen from a file of the catalogue
        (``beside``) or any folder above it, else wherever its name stands; None where it leads out
        of the repository, whatever it is seen from."""
        seen = list(self._candidates(path, beside))
        if not seen:
            return None
        found = [one for one in seen if self.has(one)]
        if found:
            return found[:1]
        name = path.rpartition("/")[2]
        ending = f"/{path.lstrip('/')}"
        alike = [one for one in self._by_name.get(name, ()) if f"/{one}".endswith(ending)]
        return alike[:_MOST]

    def _candidates(self, path: str, beside: Iterable[str]) -> list[str]:
        """The paths from the root, the nearest first."""
        found: dict[str, None] = {}
        if path.startswith("/"):
            found[posixpath.normpath(path.lstrip("/"))] = None
        for file in () if path.startswith("/") else beside:
            folder = file
            while folder:
                folder = folder.rpartition("/")[0]
                found[posixpath.normpath(posixpath.join(folder, path))] = None
        first, _, rest = path.partition("/")
        if first == self._title and rest:
            found[posixpath.normpath(rest)] = None
        return [one for one in found if one != ".." and not one.startswith("../")]

    def has(self, path: str) -> bool:
        """Whether a file or folder is there."""
        if path in self._files or path in self._folders or path == ".":
            return True
        return self._disk and self._is_there(path) and self.located(path) is not None

    def _is_there(self, path: str) -> bool:
        """Whether the working tree has a name like that, wherever it leads: most have not."""
        return os.path.lexists(f"{self._root}/{path}")

    def is_folder(self, path: str) -> bool:
        """Whether it is a folder; a submodule is one, though git lists it like a file."""
        if path in self._folders or path == ".":
            return True
        return self._disk and (self.root / path).is_dir() and self.located(path) is not None

    def located(self, path: str) -> Path | None:
        """Where a path can be read; None where it is not there, or a link leads out of the
        repository."""
        place = self.root / path
        try:
            real = Path(os.path.realpath(place, strict=True))
        except (OSError, ValueError):
            return None
        return real if real.is_relative_to(self.root) else None
