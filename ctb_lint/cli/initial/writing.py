"""Writes what is planned, and nothing else: no file that is there is written over."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from pathlib import Path

from ctb_lint.cli.initial.plan import NewFile
from ctb_lint.cli.interrupts import held_back
from ctb_lint.cli.trouble import RunError
from ctb_lint.cli.writing import made, unmade

_FLAGS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def write_all(files: Iterable[NewFile]) -> None:
    """Writes the files in their order. Raises RunError at the first that cannot be written; what
    stands by then is named in it. After an interrupt none of them is there."""
    pending = list(files)
    written: list[NewFile] = []
    folders: list[Path] = []
    with held_back() as interrupted:
        try:
            for number, file in enumerate(pending):
                interrupted()
                try:
                    folders += write(file)
                except OSError as error:
                    left = [one.shown for one in pending[number + 1 :]]
                    raise _failed(file, error, [one.shown for one in written], left) from error
                written.append(file)
            interrupted()
        except KeyboardInterrupt:
            for file in reversed(written):
                _take_back(file)
            unmade(folders)
            raise


def write(file: NewFile) -> list[Path]:
    """Writes one file whole, or leaves what was there; the folders that were made for it, lowest
    first. Raises OSError, where the name is taken and where what is there is not what it was,
    too."""
    target = file.target
    real, root = Path(os.path.realpath(target.parent)), Path(os.path.realpath(file.root))
    if not real.is_relative_to(root):
        raise OSError(errno.EPERM, "its folder is a symlink that leads elsewhere")
    folders = made(target.parent)
    if file.after is None:
        _create(target, file.text.encode())
    else:
        _append(target, file.after, file.text.encode())
    return folders


def _take_back(file: NewFile) -> None:
    """Leaves what was there before the file was written; what somebody else has written since
    stays."""
    content = (file.after or b"") + file.text.encode()
    if file.target.read_bytes() != content:
        return
    if file.after is None:
        file.target.unlink()
    else:
        os.truncate(file.target, len(file.after))


def _create(target: Path, content: bytes) -> None:
    # Exclusive: a file, or a symlink, that came in between is an error.
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FLAGS, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError:
        target.unlink(missing_ok=True)
        raise


def _append(target: Path, before: bytes, content: bytes) -> None:
    descriptor = os.open(target, os.O_RDWR | os.O_APPEND | _FLAGS)
    with os.fdopen(descriptor, "r+b", buffering=0) as stream:
        if stream.read() != before:
            raise OSError(errno.ESTALE, "it was changed in the meantime")
        try:
            rest = content
            while rest:
                rest = rest[stream.write(rest) or 0 :]
            os.fsync(stream.fileno())
        except OSError:
            stream.truncate(len(before))
            raise


def _failed(file: NewFile, error: OSError, written: list[str], left: list[str]) -> RunError:
    why = (
        "a file of that name is there"
        if isinstance(error, FileExistsError)
        else error.strerror or str(error)
    )
    parts = [f"cannot be written: {why}"]
    parts.append(f"written before: {', '.join(written)}" if written else "nothing was written")
    if left:
        parts.append(f"not written: {', '.join(left)}")
    hint = "mend that, and run ctb-lint init again"
    if written:
        hint = "mend that, remove what was written, and run ctb-lint init again"
    return RunError("; ".join(parts), path=file.shown, hint=hint)
