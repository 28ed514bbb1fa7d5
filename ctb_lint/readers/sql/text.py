"""Reading files as hostile input: every fault becomes a sentence, none becomes a traceback."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from bisect import bisect_right
from itertools import accumulate
from pathlib import Path

from msgspec import Struct

from ctb_lint.model import Location

_LINE_END = re.compile(r"\r\n|\n|\r")
_LINE_END_BYTES = re.compile(rb"\r\n|\n|\r")
_BOM = b"\xef\xbb\xbf"
_OTHER_ENCODINGS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_NO_FILE = {
    stat.S_IFDIR: ("is a folder", "name a file, or leave the folder to the search for files"),
    stat.S_IFIFO: ("is a named pipe", "pipe the text to standard input and name `-`"),
    stat.S_IFSOCK: ("is a socket", "name a regular file"),
    stat.S_IFCHR: ("is a device", "name a regular file"),
    stat.S_IFBLK: ("is a device", "name a regular file"),
}
_OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


class SourceText(Struct, frozen=True):
    """A file that could be read.

    ``path`` is how it is shown; ``text`` is the decoded content without a byte order mark, line
    ends as they stand; ``sha256`` (hexadecimal) and ``size`` (bytes) are those of the file.
    """

    path: str
    text: str
    sha256: str
    size: int


class ReadFailure(Struct, frozen=True):
    """Why something could not be read: one sentence, and the way out.

    ``line`` is the 1-based line of the fault where it has one.
    """

    path: str
    message: str
    hint: str
    line: int | None = None


def read_source(file: Path, display: str, limit: int) -> SourceText | ReadFailure:
    """Read a file of at most ``limit`` bytes. Never raises, and never waits on a pipe."""
    try:
        refused = _refuse_kind(file.stat().st_mode, display)
        if refused is not None:
            return refused
        descriptor = os.open(file, _OPEN_FLAGS)
        with os.fdopen(descriptor, "rb") as stream:
            # What the name stands for may have changed since it was asked.
            refused = _refuse_kind(os.fstat(descriptor).st_mode, display)
            if refused is not None:
                return refused
            data = stream.read(limit + 1)
    except OSError as error:
        return failure_of(error, display)
    except ValueError:
        return ReadFailure(display, "is no possible file name", "name an existing file")
    return from_stdin(data, display, limit)


def from_stdin(data: bytes, display: str, limit: int) -> SourceText | ReadFailure:
    """Decode the bytes of a file or of standard input. Never raises."""
    if len(data) > limit:
        message = f"is larger than the limit of {limit:,} bytes"
        return ReadFailure(display, message, "split the file, or raise the size limit")
    for mark, name in _OTHER_ENCODINGS:
        if data.startswith(mark):
            return ReadFailure(display, f"is {name}", "save it as UTF-8", 1)
    body = data.removeprefix(_BOM)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = _place(body, error.start)
        message = f"is not UTF-8: byte 0x{body[error.start]:02X} at line {line}, byte {column}"
        return ReadFailure(display, message, "save it as UTF-8", line)
    zero = body.find(b"\0")
    if zero >= 0:
        line, column = _place(body, zero)
        message = f"holds a NUL byte at line {line}, byte {column}, which PostgreSQL refuses"
        return ReadFailure(display, message, "remove the byte; UTF-16 must be saved as UTF-8", line)
    return SourceText(display, text, hashlib.sha256(data).hexdigest(), len(data))


def failure_of(error: OSError, display: str) -> ReadFailure:
    """The operating system's refusal in a sentence."""
    if error.errno == errno.ENOENT:
        return ReadFailure(display, "does not exist", "check the name")
    if error.errno == errno.ENOTDIR:
        return ReadFailure(display, "does not exist: part of its path is a file", "check the name")
    if error.errno in {errno.EACCES, errno.EPERM}:
        return ReadFailure(display, "may not be read", "give read permission, or exclude it")
    if error.errno == errno.ELOOP:
        return ReadFailure(display, "is a symlink that leads to itself", "mend or remove the link")
    if error.errno == errno.ENXIO:
        return ReadFailure(display, *_NO_FILE[stat.S_IFSOCK])
    if error.errno == errno.ENAMETOOLONG:
        return ReadFailure(display, "has too long a name", "check the name")
    why = error.strerror or "the operating system refused"
    return ReadFailure(display, f"could not be read: {why}", "mend the file, or exclude it")


def _refuse_kind(mode: int, display: str) -> ReadFailure | None:
    kind = stat.S_IFMT(mode)
    if kind == stat.S_IFREG:
        return None
    return ReadFailure(display, *_NO_FILE.get(kind, ("is no regular file", "name a regular file")))


def _place(data: bytes, offset: int) -> tuple[int, int]:
    """The 1-based line of a byte, and its 1-based place in the line."""
    line, start = 1, 0
    for end in _LINE_END_BYTES.finditer(data, 0, offset):
        line, start = line + 1, end.end()
    return line, offset - start + 1


def line_starts(text: str) -> list[int]:
    """The offset at which each line begins."""
    if "\r" in text:
        return [0, *(end.end() for end in _LINE_END.finditer(text))]
    lengths = map(len, text.split("\n")[:-1])
    return list(accumulate(map((1).__add__, lengths), initial=0))


class LineIndex:
    """Where the lines of one text begin: turns character offsets into locations.

    ``\\r\\n``, ``\\n`` and a lone ``\\r`` end a line; columns count characters.
    """

    def __init__(self, text: str) -> None:
        self.starts = line_starts(text)
        """The offset at which each line begins."""
        self._size = len(text)

    def position(self, offset: int) -> tuple[int, int]:
        """The 1-based line and column of an offset; one outside the text counts as its edge."""
        offset = min(max(offset, 0), self._size)
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def location(self, path: str, start: int, end: int) -> Location:
        """The span from ``start`` to ``end`` (exclusive), both 0-based character offsets."""
        starts = self.starts
        if 0 <= start <= end <= self._size:
            line = bisect_right(starts, start)
            before = starts[line - 1] - 1
            # Most spans end on the line that they begin on.
            if line == len(starts) or end < starts[line]:
                return Location(path, start, end, line, start - before, line, end - before)
            last = bisect_right(starts, end)
            return Location(
                path, start, end, line, start - before, last, end - starts[last - 1] + 1
            )
        line, column = self.position(start)
        end_line, end_column = self.position(end)
        return Location(path, start, end, line, column, end_line, end_column)
