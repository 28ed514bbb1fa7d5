"""PostgreSQL's own parser, through the libpg_query library that the ``postgast`` wheel ships.

This is the only module that knows libpg_query. It binds the shared library itself: importing
``postgast`` would load protobuf, whose nesting limit refuses expressions of some fifty operators,
and the JSON form of the tree is quicker to decode as well.

The tree is PostgreSQL 18's raw parse tree as plain dictionaries: ``{"A_Const": {"ival": {}}}``.
Fields that are zero, false or empty are left out, so an absent ``location`` is 0. Locations are
byte offsets into the UTF-8 form of the text; ``Offsets`` turns them into character offsets.

Calls are serialised by a lock: libpg_query keeps its memory per thread, but redirects the
process's standard error while it parses.
"""

from __future__ import annotations

import ctypes
import importlib.util
import sys
import threading
from bisect import bisect_left
from ctypes import POINTER, Structure, c_char_p, c_int
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

Node = dict[str, Any]
"""One node of the raw parse tree."""

_NAMES = {"darwin": "libpg_query.dylib", "win32": "pg_query.dll"}

_DIRECT_BYTES = 4 * 1024
"""Text up to this length cannot nest deeply enough to exhaust an ordinary thread's stack."""
_MAX_BYTES = 4 * 1024 * 1024
_STACK_PER_BYTE = 256
"""libpg_query writes the tree by recursion without looking at the stack. The densest nesting,
``1+1+1…``, costs under 100 bytes of stack per byte of text."""
_BASE_STACK = 16 * 1024 * 1024
_MAX_LEVELS = 5_000
"""Levels of JSON that are decoded: some 2,500 chained operators."""

_lock = threading.Lock()


class SyntaxFault(Exception):  # noqa: N818 - the fault is the text's, not the program's
    """PostgreSQL's parser refuses the text.

    ``message`` is its sentence, ``position`` the 0-based character offset of the place or None
    where it names none. ``too_deep`` says that the text may be valid but nests too deeply, or is
    too long, to be read.
    """

    def __init__(self, message: str, position: int | None = None, too_deep: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        self.too_deep = too_deep


class Offsets:
    """Maps byte offsets of a text's UTF-8 form to character offsets.

    An offset inside a multi-byte character maps to the character after it; one beyond the end
    maps to the end.
    """

    def __init__(self, text: str) -> None:
        self._length = len(text)
        self._starts: list[int] | None = None
        if not text.isascii():
            starts, at = [], 0
            for character in text:
                starts.append(at)
                code = ord(character)
                at += 1 if code < 0x80 else 2 if code < 0x800 else 3 if code < 0x10000 else 4
            self._starts = starts

    def character(self, byte: int) -> int:
        """The character offset of a byte offset."""
        if self._starts is None:
            return min(byte, self._length)
        return bisect_left(self._starts, byte)


class _Error(Structure):
    _fields_ = (
        ("message", c_char_p),
        ("funcname", c_char_p),
        ("filename", c_char_p),
        ("lineno", c_int),
        ("cursorpos", c_int),
        ("context", c_char_p),
    )


class _ParseResult(Structure):
    _fields_ = (
        ("parse_tree", c_char_p),
        ("stderr_buffer", c_char_p),
        ("error", POINTER(_Error)),
    )


class _SplitStatement(Structure):
    _fields_ = (("location", c_int), ("length", c_int))


class _SplitResult(Structure):
    _fields_ = (
        ("statements", POINTER(POINTER(_SplitStatement))),
        ("count", c_int),
        ("stderr_buffer", c_char_p),
        ("error", POINTER(_Error)),
    )


@cache
def _library() -> ctypes.CDLL:
    spec = importlib.util.find_spec("postgast")
    folders = (spec.submodule_search_locations if spec else None) or ()
    name = _NAMES.get(sys.platform, "libpg_query.so")
    path = next((p for p in (Path(f) / name for f in folders) if p.is_file()), None)
    if path is None:
        raise ImportError(f"{name} not found: install postgast from a wheel of your platform")
    library = ctypes.CDLL(str(path))
    for function, result, free in (
        (library.pg_query_parse, _ParseResult, library.pg_query_free_parse_result),
        (library.pg_query_split_with_scanner, _SplitResult, library.pg_query_free_split_result),
    ):
        function.argtypes = [c_char_p]
        function.restype = result
        free.argtypes = [result]
        free.restype = None
    return library


def parse(text: str) -> list[Node]:
    """The raw statements of a text, each ``{"stmt": …, "stmt_location": …, "stmt_len": …}``.

    Raises SyntaxFault where PostgreSQL refuses the text, and where it nests more than some 2,500
    operators deep or is longer than 4 MiB (``too_deep``). Consumers that walk the tree by
    recursion must expect a RecursionError.
    """
    data = _encoded(text)
    with _lock:
        if len(data) <= _DIRECT_BYTES:
            try:
                return _parse(data, text)
            except RecursionError:
                pass
        return _parse_on_large_stack(data, text)


def split(text: str) -> list[tuple[int, int]]:
    """The statements of a text as (start, end) character offsets, found by the scanner alone, so
    that text which does not parse is split too; a stretch without any keyword is passed over.
    Raises SyntaxFault where the text cannot be scanned."""
    data = _encoded(text)
    library = _library()
    with _lock:
        result = library.pg_query_split_with_scanner(data)
        try:
            if result.error:
                raise _fault(result.error.contents, text)
            spans = [
                (s.contents.location, s.contents.location + s.contents.length)
                for s in result.statements[: result.count]
            ]
        finally:
            library.pg_query_free_split_result(result)
    offsets = Offsets(text)
    return [(offsets.character(start), offsets.character(end)) for start, end in spans]


def _encoded(text: str) -> bytes:
    nul = text.find("\0")
    if nul >= 0:
        raise SyntaxFault("the text holds a NUL character", nul)
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        raise SyntaxFault("the text holds a lone surrogate", error.start) from None
    if len(data) > _MAX_BYTES:
        raise SyntaxFault("the text is too long to be parsed at once (4 MiB)", too_deep=True)
    return data


def _parse(data: bytes, text: str) -> list[Node]:
    library = _library()
    result = library.pg_query_parse(data)
    try:
        if result.error:
            raise _fault(result.error.contents, text)
        tree = result.parse_tree
    finally:
        library.pg_query_free_parse_result(result)
    statements: list[Node] = _decode(tree).get("stmts", [])
    return statements


def _parse_deep(data: bytes, text: str) -> list[Node]:
    """Parses with more recursion than the interpreter allows; on a large stack only."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _MAX_LEVELS))
    try:
        return _parse(data, text)
    except RecursionError:
        raise SyntaxFault("the statement nests too deeply to be read", too_deep=True) from None
    finally:
        sys.setrecursionlimit(limit)


def _decode(tree: bytes) -> Node:
    try:
        decoded: Node = msgspec.json.decode(tree)
    except msgspec.DecodeError as error:
        raise SyntaxFault(f"the parser's answer cannot be read: {error}") from None
    return decoded


def _parse_on_large_stack(data: bytes, text: str) -> list[Node]:
    outcome: list[list[Node] | BaseException] = []

    def work() -> None:
        try:
            outcome.append(_parse_deep(data, text))
        except BaseException as error:  # handed to the caller's thread
            outcome.append(error)

    before = threading.stack_size(_BASE_STACK + _STACK_PER_BYTE * len(data))
    try:
        thread = threading.Thread(target=work, name="libpg_query")
        thread.start()
    except RuntimeError:
        raise SyntaxFault("no memory to parse so long a text", too_deep=True) from None
    finally:
        threading.stack_size(before)
    thread.join()
    answer = outcome[0]
    if isinstance(answer, BaseException):
        raise answer
    return answer


def _fault(error: _Error, text: str) -> SyntaxFault:
    message = (error.message or b"").decode(errors="replace")
    # The parser's cursor counts characters from 1; 0 is "nowhere".
    position = min(error.cursorpos - 1, len(text)) if error.cursorpos > 0 else None
    if message.startswith(("memory exhausted", "stack depth limit exceeded")):
        return SyntaxFault("the statement nests too deeply to be read", position, too_deep=True)
    return SyntaxFault(message, position)
