"""Where statements end, and where the next one can be written."""

from __future__ import annotations

import pytest

from ctb_lint.readers.sql.reader import read_text

ENDINGS = [
    ("SELECT 1;|", "a semicolon"),
    ("SELECT 1|", "no semicolon"),
    ("SELECT 1 ;  |", "white space before the semicolon"),
    ("SELECT 1; -- what it is\n|SELECT 2", "a comment behind it stays with it"),
    ("SELECT 1; /* a */ -- b|\r\nSELECT 2", "several comments, and CRLF"),
    ("SELECT 1;| SELECT 2", "another statement on its line"),
    ("SELECT 1;| /* of the next */ SELECT 2", "a comment before another statement"),
    ("SELECT 1;| /* goes\non */ SELECT 2", "a comment that goes on over the line"),
    ("SELECT 1 -- the end|", "a comment and no semicolon"),
    ("SELECT 1\n;|\nSELECT 2", "a semicolon of its own line"),
]


@pytest.mark.parametrize(("marked", "what"), ENDINGS, ids=[what for _, what in ENDINGS])
def test_the_next_statement_can_be_written_here(marked: str, what: str) -> None:
    text = marked.replace("|", "")
    first = read_text(text).history.files[0].statements[0]
    expected = marked.index("|")
    if marked.endswith("\n|SELECT 2"):
        expected -= 1
    if what == "white space before the semicolon":
        expected = text.index(";") + 1
    assert first.after == expected
    semicolon = text.find(";")
    assert first.until == (semicolon + 1 if semicolon >= 0 else None)


def test_nothing_is_written_between_copy_and_its_data() -> None:
    text = "COPY t FROM stdin;\n1\n\\.\nSELECT 1;\n"
    copy, select = read_text(text).history.files[0].statements
    assert copy.after is None
    assert select.after == len(text) - 1


def test_nothing_is_written_into_a_file_with_a_string_that_never_ends() -> None:
    first, *_ = read_text("SELECT 1;\nSELECT 'a;\n").history.files[0].statements
    assert (first.until, first.after) == (None, None)
