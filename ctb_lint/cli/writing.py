"""Writing several files as one: all of them, or, where one cannot be written, none."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from ctb_lint.cli.interrupts import held_back
from ctb_lint.cli.trouble import RunError


class Written(Struct, frozen=True):
    """A file as it is to be. ``old`` is what it must hold until then, None where it must not be
    there; ``shown`` is how it is called."""

    path: Path
    shown: str
    old: bytes | None
    new: bytes


def write(files: Sequence[Written]) -> None:
    """Writes all files, through symlinks and with their permissions, each by a rename.

    Raises RunError where one cannot be written or is not as it was read; all files are then as
    they were, and so they are after an interrupt.
    """
    with held_back() as interrupted:
        _write(files, interrupted)


def _write(files: Sequence[Written], interrupted: Callable[[], None]) -> None:
    partial: list[tuple[Written, Path, Path]] = []
    done: list[tuple[Written, Path]] = []
    folders: list[Path] = []
    try:
        for one in files:
            interrupted()
            target = Path(os.path.realpath(one.path))
            _check(one, target)
            folders += made(target.parent)
            beside = _beside(target)
            partial.append((one, target, beside))
            _fill(beside, one.new, target)
        interrupted()
        for one, target, beside in partial:
            _check(one, target)
            done.append((one, target))
            beside.replace(target)
        interrupted()
    except BaseException as error:
        _put_back(done)
        _tidy(partial, folders)
        if isinstance(error, OSError):
            why = error.strerror or str(error)
            raise RunError(f"could not be written: {why}; no file was changed") from error
        raise


def _check(one: Written, target: Path) -> None:
    if one.old is None:
        if target.exists():
            raise RunError("is there already: no file was changed", path=one.shown)
    elif not target.is_file() or target.read_bytes() != one.old:
        hint = "run it again"
        raise RunError(
            "has changed since it was read: no file was changed", path=one.shown, hint=hint
        )


def made(folder: Path) -> list[Path]:
    """Makes a folder and those above it; the ones that were not there, lowest first."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing


def unmade(folders: Iterable[Path]) -> None:
    """Takes folders away that were made, and hold nothing."""
    for folder in folders:
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _beside(target: Path) -> Path:
    return target.with_name(f".{target.name}.{os.getpid()}.partial")


def _fill(path: Path, data: bytes, like: Path) -> None:
    with path.open("xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    if like.exists():
        path.chmod(like.stat().st_mode & 0o7777)


def _put_back(done: Sequence[tuple[Written, Path]]) -> None:
    """Gives every file back what it held; the last one may not have been replaced yet."""
    for one, target in reversed(done):
        if one.old is None:
            if target.exists() and target.read_bytes() == one.new:
                target.unlink()
        elif not target.exists() or target.read_bytes() != one.old:
            beside = _beside(target)
            beside.unlink(missing_ok=True)
            _fill(beside, one.old, target)
            beside.replace(target)


def _tidy(partial: Sequence[tuple[Written, Path, Path]], folders: Sequence[Path]) -> None:
    for _, _, beside in partial:
        beside.unlink(missing_ok=True)
    unmade(folders)
