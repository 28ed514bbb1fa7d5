"""Files that the configuration puts at the head of a history: dumps, and histories of one file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from ctb_lint.history import Convention, Direction, Layout
from ctb_lint.readers.sql.layout import FileEntry, HistoryFiles
from ctb_lint.readers.sql.paths import absolute, show


class ConfiguredHistory(Struct, frozen=True):
    """A history that the configuration names. ``path`` is a folder or file, relative to the base
    folder; where ``layout`` is None it is found out. ``dump`` is the file that it starts from,
    relative to the base folder; ``dump_version`` and ``released`` are versions of migrations."""

    name: str
    path: str
    layout: Layout | None = None
    from_nothing: bool | None = None
    dump: str | None = None
    dump_version: str | None = None
    released: str | None = None


def dumps_of(config: ConfiguredHistory, base: Path) -> list[Path]:
    """The dump that a configured history starts from, where it has one."""
    return [] if config.dump is None else [absolute(base / config.dump)]


def heads_of(roots: Sequence[tuple[Path, ConfiguredHistory]], base: Path) -> list[HistoryFiles]:
    """What the configuration puts first: dumps, and histories that are one file."""
    heads = []
    for root, config in roots:
        dumps = dumps_of(config, base)
        alone = [] if root.is_dir() else [root]
        entries = [_head(file, base, file in dumps) for file in dict.fromkeys((*dumps, *alone))]
        layout = config.layout or (Layout.SINGLE if alone else Layout.FLAT)
        how = (config.from_nothing, config.dump_version, config.released)
        if entries:
            at = show(root, base)
            heads.append(HistoryFiles(config.name, at, layout, tuple(entries), (), *how))
    return heads


def _head(file: Path, base: Path, is_dump: bool) -> FileEntry:
    up, other = Direction.UP, Convention.OTHER
    return FileEntry(file, show(file, base), file.stem, up, other, dump=is_dump)


def with_heads(found: Sequence[HistoryFiles], heads: Sequence[HistoryFiles]) -> list[HistoryFiles]:
    """The histories with the entries of each head before those of the first history at its root.

    A head whose root has no history becomes one. No other history keeps a file of a head.
    """
    taken = {entry.file for head in heads for entry in head.entries}
    freed = [replace(h, entries=tuple(e for e in h.entries if e.file not in taken)) for h in found]
    freed = [history for history in freed if history.entries or history.skipped]
    for head in heads:
        own = next((i for i, history in enumerate(freed) if history.root == head.root), None)
        if own is None:
            freed.append(head)
        else:
            freed[own] = replace(freed[own], entries=(*head.entries, *freed[own].entries))
    return freed
