"""Waivers in comments: what is one, and what it covers."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctb_lint.readers.sql.statements import parse_file
from ctb_lint.waivers import Waiver


def waivers(text: str) -> tuple[Waiver, ...]:
    return parse_file(text, "a.sql").waivers


def covered(text: str) -> list[str | None]:
    """The text that each waiver covers."""
    return [one.covers and text[one.covers.start : one.covers.end] for one in waivers(text)]


def test_a_waiver_has_rules_a_reason_and_a_day() -> None:
    text = (
        "-- ctb-lint: allow S001, missing-process-id until 2027-03-31 (as it (once) was)\nSELECT 1;"
    )
    (found,) = waivers(text)
    assert found.rules == ("S001", "missing-process-id")
    assert found.reason == "as it (once) was"
    assert found.expires == datetime.date(2027, 3, 31)
    assert found.problem is None
    assert (found.at.line, found.at.column) == (1, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-- ctb-lint: allow S001 (x)\nSELECT 1;\nSELECT 2;",
         "-- ctb-lint: allow S001 (x)\nSELECT 1"),
        ("SELECT 1;\n-- ctb-lint: allow S001 (x)\n\nSELECT 2;",
         "-- ctb-lint: allow S001 (x)\n\nSELECT 2"),
        ("SELECT 1; SELECT 2; -- ctb-lint: allow S001 (x)\nSELECT 3;",
         "SELECT 2; -- ctb-lint: allow S001 (x)"),
        ("SELECT\n-- ctb-lint: allow S001 (x)\n1;\nSELECT 2;",
         "SELECT\n-- ctb-lint: allow S001 (x)\n1"),
        ("-- Licence\n\n-- ctb-lint: allow S001 (x)\n-- of all\nSELECT 1;",
         "-- ctb-lint: allow S001 (x)\n-- of all\nSELECT 1"),
    ],
    ids=["above", "above, apart", "behind, on its last line", "inside", "below the head"],
)  # fmt: skip
def test_on_a_statement_it_covers_the_statement(text: str, expected: str) -> None:
    assert covered(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "-- ctb-lint: allow S001 (x)\n\nSELECT 1;\nSELECT 2;",
        "-- ctb-lint: allow S001 (x)\r\n\r\nSELECT 1;\r\n",
        "-- Licence\n-- ctb-lint: allow S001 (x)\n\n-- the first\nSELECT 1;",
        "SELECT 1;\n-- ctb-lint: allow-file S001 (x)\nSELECT 2;",
        "SELECT 1;\n-- ctb-lint: allow-file S001 (x)\n",
        "-- ctb-lint: allow S001 (x)\n",
    ],
    ids=["at the head", "CRLF", "comments between", "allow-file", "last of all", "no statement"],
)
def test_at_the_head_or_when_told_it_covers_the_file(text: str) -> None:
    assert covered(text) == [text]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("-- ctb-lint: S001", "write `-- ctb-lint: allow CODE, CODE (reason)`"),
        ("-- ctb-lint: allow", "write `-- ctb-lint: allow CODE, CODE (reason)`"),
        ("-- ctb-lint: allow S001 S002 (x)", "write `-- ctb-lint: allow CODE, CODE (reason)`"),
        ("-- ctb-lint allow S001 (x)", None),
        ("-- ctb-lint: allow S001 (x) -- until the import is gone", None),
        ("-- ctb-lint: allow S001 (x (y)) ", None),
        ("-- ctb-lint: allow S001 (x) and S002", "write `-- ctb-lint: allow CODE, CODE (reason)`"),
        ("-- ctb-lint: allow S001 until 20270331 (x)",
         "20270331 is no date: write it as YYYY-MM-DD"),
        ("-- ctb-lint disable S001", "write `-- ctb-lint: allow CODE, CODE (reason)`"),
        ("-- ctb-lint: allow S001 until tomorrow (x)",
         "tomorrow is no date: write it as YYYY-MM-DD"),
    ],
)  # fmt: skip
def test_what_is_meant_as_a_waiver_is_one_or_says_why_not(text: str, problem: str | None) -> None:
    (found,) = waivers(f"{text}\nSELECT 1;")
    assert found.problem == problem


def test_behind_the_last_statement_it_covers_nothing() -> None:
    (found,) = waivers("SELECT 1;\n\n-- ctb-lint: allow S001 (x)\n")
    assert found.covers is None
    assert found.problem == "it stands behind the last statement: put it on the statement"


@pytest.mark.parametrize(
    "text",
    ["-- see ctb-lint: allow", "-- ctb-lint finds nothing", "SELECT '-- ctb-lint: allow S001'"],
)
def test_other_text_is_no_waiver(text: str) -> None:
    assert waivers(f"{text}\n;SELECT 1;") == ()


@given(st.text(alphabet="ctb-lint: alowuni S01,()\n\r*/-'$;é", max_size=80))
def test_no_text_breaks_it(text: str) -> None:
    for start in ("", "-- ctb-lint: ", "/* ctb-lint: allow "):
        whole = start + text
        for found in waivers(whole):
            assert 0 <= found.at.start < found.at.end <= len(whole)
            assert found.covers is None or found.covers.end <= len(whole)
            assert found.rules or found.problem
