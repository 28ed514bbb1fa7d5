"""Where output goes: standard output, quietly when nobody reads it any more, or a file, whole or
not at all."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TextIO

from ctb_lint.cli.trouble import RunError


def emit(chunks: Iterable[str], output: Path | None = None, *, utf8: bool = False) -> None:
    """Writes the chunks to the file, or to standard output where there is none.

    A file is UTF-8. Standard output has the terminal's encoding unless ``utf8``; what that lacks
    is shown as an escape. Raises RunError where it cannot be written.
    """
    if output is None:
        _to_stdout(chunks, utf8)
        return
    try:
        _to_file(chunks, output)
    except OSError as error:
        raise RunError(
            f"cannot write the report: {error.strerror or error}", path=str(output)
        ) from error


def wants_colour(choice: str, stream: TextIO | None, environment: Mapping[str, str]) -> bool:
    """Whether to paint: ``always`` and ``never`` decide; else NO_COLOR, then FORCE_COLOR, then
    whether the stream is a terminal."""
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR", "0") not in {"", "0"}:
        return True
    return bool(stream and stream.isatty()) and environment.get("TERM") != "dumb"


def _to_stdout(chunks: Iterable[str], utf8: bool) -> None:
    stream = sys.stdout
    if stream is None:
        raise RunError("standard output is closed", hint="write the report with --output FILE")
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8" if utf8 else None, errors="backslashreplace")
    try:
        for chunk in chunks:
            stream.write(chunk)
        stream.flush()
    except BrokenPipeError:
        # The reader has seen enough: the verdict stands, and nobody is to be told.
        _let_go(stream)
    except OSError as error:
        _let_go(stream)
        raise RunError(f"cannot write to standard output: {error.strerror or error}") from error


def settle(stream: TextIO | None) -> None:
    """What could not be written by now never will be: the interpreter's last flush must not turn
    the exit code into one of its own."""
    if stream is None:
        return
    try:
        stream.flush()
    except (OSError, ValueError):  # full, broken, closed
        _let_go(stream)


def _let_go(stream: TextIO) -> None:
    """Sends what is still buffered nowhere, so that the interpreter's last flush cannot fail."""
    try:
        descriptor = stream.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, descriptor)
        os.close(nowhere)
    except (OSError, ValueError):  # no descriptor behind it: nothing is flushed at exit either
        return


def _to_file(chunks: Iterable[str], output: Path) -> None:
    target = Path(os.path.realpath(output))
    if output.exists() and not output.is_file():
        # A device or a named pipe cannot be replaced, only written to.
        with output.open("w", encoding="utf-8", newline="") as stream:
            stream.writelines(chunks)
        return
    mode = target.stat().st_mode & 0o777 if target.exists() else None
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        with partial.open("x", encoding="utf-8", newline="") as stream:
            stream.writelines(chunks)
            stream.flush()
            os.fsync(stream.fileno())
        if mode is not None:
            partial.chmod(mode)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
