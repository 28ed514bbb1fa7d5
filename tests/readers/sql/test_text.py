"""Files as hostile input: every fault is a sentence with a way out."""

import hashlib
import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctb_lint.model import Location
from ctb_lint.readers.sql.text import LineIndex, ReadFailure, SourceText, from_stdin, read_source

LIMIT = 1_000
SAVE = "save it as UTF-8"

UNREADABLE = [
    pytest.param(
        b"a\nb\xe9", "is not UTF-8: byte 0xE9 at line 2, byte 2", SAVE, 2, id="a Latin-1 byte"
    ),
    pytest.param(
        b"\r\n\r\xed\xa0\x80", "is not UTF-8: byte 0xED at line 3, byte 1", SAVE, 3,
        id="an encoded surrogate after two kinds of line end",
    ),
    pytest.param("x".encode("utf-16"), "is UTF-16", SAVE, 1, id="UTF-16 with its mark"),
    pytest.param("x".encode("utf-32"), "is UTF-32", SAVE, 1, id="UTF-32 with its mark"),
    pytest.param(
        b"ab\0", "holds a NUL byte at line 1, byte 3, which PostgreSQL refuses",
        "remove the byte; UTF-16 must be saved as UTF-8", 1, id="a NUL byte",
    ),
    pytest.param(
        b"x" * 1_001, "is larger than the limit of 1,000 bytes",
        "split the file, or raise the size limit", None, id="a byte too many",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("data", "message", "hint", "line"), UNREADABLE)
def test_bytes_that_are_no_text_fail_with_their_place(
    data: bytes, message: str, hint: str, line: int | None, tmp_path: Path
) -> None:
    failure = ReadFailure("f.sql", message, hint, line)
    file = tmp_path / "f.sql"
    file.write_bytes(data)
    assert from_stdin(data, "f.sql", LIMIT) == failure
    assert read_source(file, "f.sql", LIMIT) == failure


def test_the_byte_order_mark_goes_and_line_ends_stay(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbfa\r\nb\rc\n"
    file = tmp_path / "f.sql"
    file.write_bytes(data)
    expected = SourceText("f.sql", "a\r\nb\rc\n", hashlib.sha256(data).hexdigest(), len(data))
    assert read_source(file, "f.sql", LIMIT) == expected


def test_what_is_no_regular_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "file").write_text("")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        names = ("pipe", "loop", "socket", "gone", "file/x", "x" * 300, "a\0b", ".")
        failures = [read_source(tmp_path / name, "f", LIMIT) for name in names]
    assert [(f.message, f.hint) for f in failures if isinstance(f, ReadFailure)] == [
        ("is a named pipe", "pipe the text to standard input and name `-`"),
        ("is a symlink that leads to itself", "mend or remove the link"),
        ("is a socket", "name a regular file"),
        ("does not exist", "check the name"),
        ("does not exist: part of its path is a file", "check the name"),
        ("has too long a name", "check the name"),
        ("is no possible file name", "name an existing file"),
        ("is a folder", "name a file, or leave the folder to the search for files"),
    ]
    device = read_source(Path(os.devnull), "f", LIMIT)
    assert device == ReadFailure("f", "is a device", "name a regular file")


def test_a_file_without_permission_is_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    file = tmp_path / "f.sql"
    file.write_text("")
    monkeypatch.setattr(os, "open", refuse)
    failure = ReadFailure("f", "may not be read", "give read permission, or exclude it")
    assert read_source(file, "f", LIMIT) == failure


@given(st.binary(max_size=60))
def test_any_bytes_are_text_or_a_failure(data: bytes) -> None:
    result = from_stdin(data, "f", 50)
    if isinstance(result, SourceText):
        assert result.text.encode() == data.removeprefix(b"\xef\xbb\xbf")
    else:
        assert result.message
        assert result.hint


def test_locations_count_lines_and_characters() -> None:
    index = LineIndex("ä\r\nbc\rd\n\ne")
    assert index.location("f", 0, 1) == Location("f", 0, 1, 1, 1, 1, 2)
    assert index.location("f", 3, 7) == Location("f", 3, 7, 2, 1, 3, 2)
    assert index.location("f", 9, 10) == Location("f", 9, 10, 5, 1, 5, 2)
    assert index.position(99) == (5, 2)
    assert index.position(-1) == (1, 1)


@given(st.text("a\r\n", max_size=30))
def test_every_offset_is_on_the_line_that_the_line_ends_before_it_make(text: str) -> None:
    index = LineIndex(text)
    for offset in range(len(text) + 1):
        if text[offset - 1 : offset + 1] == "\r\n":
            continue
        before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
        line = before.count("\n") + 1
        assert index.position(offset) == (line, len(before) - before.rfind("\n"))


@given(st.text("a\r\n", max_size=20), st.integers(-2, 25), st.integers(-2, 25))
def test_both_ends_of_a_location_are_where_their_offsets_are(
    text: str, start: int, end: int
) -> None:
    index = LineIndex(text)
    where = (*index.position(start), *index.position(end))

    assert index.location("f", start, end) == Location("f", start, end, *where)
