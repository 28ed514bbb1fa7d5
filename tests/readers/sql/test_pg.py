"""The binding of PostgreSQL's parser: faults, positions, nesting."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctb_lint.readers.sql.pg import Offsets, SyntaxFault, parse, split


def test_statements_carry_their_place_in_bytes() -> None:
    first, second = parse("SELECT 'é'; DROP TABLE t")
    assert (first.get("stmt_location", 0), first["stmt_len"]) == (0, 11)
    assert second["stmt_location"] == 13
    assert list(second["stmt"]) == ["DropStmt"]


@pytest.mark.parametrize("text", ["", "  \n", "-- only a comment", ";;", "/* a */"])
def test_text_without_a_statement_gives_none(text: str) -> None:
    assert parse(text) == []


def test_control_characters_and_backslashes_survive() -> None:
    (statement,) = parse("SELECT 'a\x01\x7f\\\"\t\n😀'")
    target = statement["stmt"]["SelectStmt"]["targetList"][0]["ResTarget"]["val"]
    assert target["A_Const"]["sval"] == {"sval": 'a\x01\x7f\\"\t\n😀'}


@pytest.mark.parametrize(
    ("text", "message", "position"),
    [
        pytest.param("SELECT +;", 'syntax error at or near ";"', 8, id="a missing operand"),
        pytest.param("SELECT 'é', 'ü' x x", 'syntax error at or near "x"', 18, id="after é and ü"),
        pytest.param("SELECT 'é", 'unterminated quoted string at or near "\'é"', 7, id="a string"),
        pytest.param("SELECT (", "syntax error at end of input", 8, id="the end"),
        pytest.param("a\0b", "the text holds a NUL character", 1, id="a NUL"),
        pytest.param("SELECT '\ud800'", "the text holds a lone surrogate", 8, id="a surrogate"),
        pytest.param(
            "CREATE INDEX i ON t (a) WITHIN", 'syntax error at or near "WITHIN"', 24, id="a word"
        ),
    ],
)
def test_a_fault_has_a_sentence_and_a_place(text: str, message: str, position: int) -> None:
    with pytest.raises(SyntaxFault) as caught:
        parse(text)
    fault = caught.value
    assert (fault.message, fault.position, fault.too_deep) == (message, position, False)


DEEP: dict[str, Callable[[int], str]] = {
    "operators": lambda n: "SELECT " + "+".join(["1"] * n),
    "parentheses": lambda n: "SELECT " + "(" * n + "1" + ")" * n,
    "signs": lambda n: "SELECT " + "- " * n + "a",
    "negations": lambda n: "SELECT " + "NOT " * n + "a",
    "casts": lambda n: "SELECT 1" + "::int" * n,
    "concatenations": lambda n: "SELECT " + "||".join(["'a'"] * n),
    "subqueries": lambda n: "SELECT " + "(SELECT " * n + "1" + ")" * n,
    "set operations": lambda n: " UNION ".join(["SELECT 1"] * n),
    "joins": lambda n: "SELECT 1 FROM a" + " JOIN a ON true" * n,
    "alternation of AND and OR": lambda n: "SELECT " + "a AND (b OR " * n + "a" + ")" * n,
    "calls": lambda n: "SELECT " + "f(" * n + "1" + ")" * n,
    "arrays": lambda n: "SELECT " + "ARRAY[" * n + "1" + "]" * n,
    "CASE": lambda n: "SELECT " + "CASE WHEN a THEN " * n + "1" + " END" * n,
}


@pytest.mark.parametrize("kind", DEEP)
def test_ordinary_nesting_is_read(kind: str) -> None:
    assert len(parse(DEEP[kind](300))) == 1


@pytest.mark.parametrize("size", [10_000, 100_000, 1_000_000])
@pytest.mark.parametrize("kind", DEEP)
def test_deep_nesting_is_a_fault_and_no_crash(kind: str, size: int) -> None:
    with pytest.raises(SyntaxFault) as caught:
        parse(DEEP[kind](size))
    assert caught.value.too_deep


def test_long_flat_lists_are_no_depth() -> None:
    (statement,) = parse("SELECT " + " AND ".join(["a"] * 50_000))
    value = statement["stmt"]["SelectStmt"]["targetList"][0]["ResTarget"]["val"]
    assert len(value["BoolExpr"]["args"]) == 50_000


def test_depth_is_no_crash_in_a_thread_of_little_stack() -> None:
    before = threading.stack_size(1024 * 1024)
    try:
        with ThreadPoolExecutor(1) as pool:
            fault = pool.submit(parse, DEEP["operators"](100_000)).exception()
            short = pool.submit(parse, DEEP["operators"](400)).result()
    finally:
        threading.stack_size(before)
    assert isinstance(fault, SyntaxFault)
    assert len(short) == 1


def test_the_recursion_limit_is_left_as_it_was() -> None:
    before = sys.getrecursionlimit()
    parse(DEEP["operators"](1500))
    with pytest.raises(SyntaxFault):
        parse(DEEP["operators"](9000))
    assert sys.getrecursionlimit() == before


def test_threads_parse_at_the_same_time() -> None:
    texts = [f"CREATE TABLE t{n} (a int)" for n in range(200)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(parse, texts))
    names = [s[0]["stmt"]["CreateStmt"]["relation"]["relname"] for s in found]
    assert names == [f"t{n}" for n in range(200)]


def test_postgast_is_not_imported() -> None:
    code = "import sys, ctb_lint.readers.sql.pg as pg; pg.parse('SELECT 1'); " \
           "print('postgast' in sys.modules, 'google.protobuf' in sys.modules)"  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("SELECT 'é'; SELECT 2", ["SELECT 'é'", "SELECT 2"], id="two statements"),
        pytest.param("SELECT ';'; -- ;\nDROP x", ["SELECT ';'", "DROP x"], id="semicolons inside"),
        pytest.param(
            "DO $$ a; b; $$; FROM x", ["DO $$ a; b; $$", "FROM x"], id="what does not parse"
        ),
    ],
)
def test_splitting_gives_character_offsets(text: str, spans: list[str]) -> None:
    found = [text[start:end].split("\n")[-1].strip() for start, end in split(text)]
    assert found == spans


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_no_text_raises_anything_but_a_fault(text: str) -> None:
    for read in (parse, split):
        with suppress(SyntaxFault):
            read(text)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=50))
def test_offsets_of_every_character(text: str) -> None:
    offsets = Offsets(text)
    for at in range(len(text) + 1):
        assert offsets.character(len(text[:at].encode())) == at
    assert offsets.character(10_000) == len(text)
