"""Which files a configuration means by its catalogue: the parts of one, by name or by pattern."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from msgspec import Struct

from ctb_lint.config import Config
from ctb_lint.selection import pathspec_of

FOLDERS = "**"
"""In a pattern: any folders, also none."""


class Parts(Struct, frozen=True):
    """The files that are there, in the order of the configuration, those of one pattern by name;
    and the names and patterns that mean none."""

    found: tuple[Path, ...] = ()
    missing: tuple[str, ...] = ()


def parts(config: Config, base: Path) -> Parts:
    """The parts of the catalogue in a folder that stands for the configuration's own. Where the
    configuration names none, it is the first of the usual files that is there."""
    if not config.names_catalogue:
        usual = (base / name for name in config.catalogue)
        return Parts(tuple(path for path in usual if os.path.isfile(path))[:1])  # noqa: PTH113
    meant = {name: tuple(_meant(name, config, base)) for name in config.catalogue}
    found = dict.fromkeys(path for ones in meant.values() for path in ones)
    return Parts(tuple(found), tuple(name for name, ones in meant.items() if not ones))


def is_pattern(name: str) -> bool:
    """Whether a name may mean several files."""
    return glob.has_magic(name)


def _meant(name: str, config: Config, base: Path) -> Iterator[Path]:
    """The files that a name means: that of this very name, else those that the pattern fits and
    that are not excluded."""
    if os.path.isfile(base / name):  # noqa: PTH113 - never raises
        yield base / name
    elif is_pattern(name) and "\0" not in name:
        excluded = pathspec_of(config.exclude, ("exclude",), config.located)
        found = glob.glob(name, root_dir=base, recursive=True)  # noqa: PTH207 - one may be absolute
        for one in sorted(found):
            if os.path.isfile(base / one) and not excluded.match_file(one):  # noqa: PTH113
                yield base / one


def fits(path: str, name: str) -> bool:
    """Whether a path, with ``/``, is one that a name or pattern may mean."""
    return path == name or _fit(path.split("/"), name.split("/"))


def _fit(path: Sequence[str], pattern: Sequence[str]) -> bool:
    """As ``glob`` has it: nothing but a dot stands for the dot of a hidden name."""
    if not pattern or not path:
        return not path and all(one == FOLDERS for one in pattern)
    first, *rest = pattern
    hidden = path[0].startswith(".") and not first.startswith(".")
    if first == FOLDERS:
        return _fit(path, rest) or (not hidden and _fit(path[1:], pattern))
    return not hidden and fnmatchcase(path[0], first) and _fit(path[1:], rest)


def normal(folder: str, name: str) -> str:
    """A name below a folder as git would have it."""
    return os.path.normpath(os.path.join(folder, name)).replace(os.sep, "/")  # noqa: PTH118
