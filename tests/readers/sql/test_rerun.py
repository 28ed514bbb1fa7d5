"""What is said of a second run, of any statement there is."""

from __future__ import annotations

import pytest
from hypothesis import given

from ctb_lint.history import Outcome, Rerun
from ctb_lint.readers.sql.pg import SyntaxFault, parse
from ctb_lint.readers.sql.rerun import set_reruns
from ctb_lint.readers.sql.statements import parse_file
from tests.fuzz.grammar import KINDS, filled, histories


def reruns(text: str, version: int = 18) -> list[Rerun | None]:
    file = parse_file(text, "a.sql", version)
    set_reruns(file.parts, version)
    return [part.statement.rerun for part in file.parts]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_is_added_leaves_a_statement_that_can_run_again(kind: str) -> None:
    for template in KINDS[kind]:
        text = filled(template)
        found = [one for one in reruns(text) if one]
        if not found or not found[0].inserts:
            continue
        cured = text
        for at, more in sorted(found[0].inserts, reverse=True):
            cured = cured[:at] + more + cured[at:]
        (part,) = parse_file(cured, "a.sql", 18).parts
        assert part.statement.outcome is not Outcome.SYNTAX_ERROR
        assert not any(reruns(cured)), cured


@given(histories())
def test_no_text_breaks_it(text: str) -> None:
    for one in reruns(text):
        if one:
            assert one.why
            assert one.advice
            assert all(0 < at <= len(text) for at, _ in one.inserts)


def test_a_syntax_error_is_no_matter_of_a_second_run() -> None:
    with pytest.raises(SyntaxFault):
        parse("CREATE TABEL t ()")
    assert reruns("CREATE TABEL t ();") == [None]


def test_a_branch_of_psql_and_a_way_back_are_passed_over() -> None:
    text = "\\if :new\nCREATE TABLE t ();\n\\endif\n"
    assert reruns(text) == [None]
    text = "-- +goose Up\nCREATE TABLE t ();\n-- +goose Down\nDROP TABLE t;\n"
    assert [one is None for one in reruns(text)] == [False, True]
