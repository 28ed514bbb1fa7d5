"""Cutting files into statements, with libpg_query as the judge."""

import os
from pathlib import Path

import postgast
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctb_lint.readers.sql.lexeme import lexemes, nesting
from ctb_lint.readers.sql.placeholders import find_placeholders
from ctb_lint.readers.sql.scan import CopyBlock, Span, TokenFault
from ctb_lint.readers.sql.split import split

PIECES = [
    r"SELECT U&'d\0061t'", r'SELECT U&"d\0061t;" FROM t', r"SELECT E'a\';b', E'\\', 'a\', ';'",
    "SELECT 'a\\'", "SELECT $täg$ a;b $täg$", "SELECT $_1$ x;$a$ $_1$", "SELECT $$a;$x$b$$",
    "SELECT 1 /* a /* ; */ ; */ + 2", "SELECT a$b, a$b$c, a$1$", 'SELECT ünï, "Ü ""x;"',
    "SELECT $1::int, $2", "SELECT a @> b, c #>> d, e ?| f, g <-> h, i !~~* j, k ->> l, m @@@ n",
    "SELECT a<--b;\n 1", "SELECT a*/*;*/b", "SELECT E'a'\n 'b\\';c'", "SELECT 'a'\n'b;c'",
    "SELECT b'01', x'1F', n'a;', x'zz'", "SELECT 1e5, .5, 1., 0x1F, 1_000, 0o17",
    "SELECT a\u00a0b, \u3000c", "SELECT '' '' , ''';'", "SELECT 1 AS \"a\"\"b;\"",
    "DO $$ begin null; end $$", "EXPLAIN SELECT ';'", "BEGIN", "END",
    "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)",
    "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; SELECT 2; END",
    "create or replace /* ; */ procedure p() begin\n atomic select a.end, b as end; end",
    "CREATE FUNCTION g() RETURNS int LANGUAGE sql RETURN CASE WHEN true THEN 1 END",
    "CREATE TABLE \"a;b\" (c text DEFAULT ';') -- ;\n", "/* ; */ SELECT 1 -- x;\r",
    "SELECT 'tab\there', a -- c\r\n, b",
]  # fmt: skip


def texts(sql: str) -> list[str]:
    return [sql[s.start : s.end] for s in split(sql).statements]


def judged(sql: str) -> list[str]:
    """The statements as PostgreSQL's parser cuts them, or, where it refuses one, its scanner."""
    try:
        parts = postgast.split(sql)
    except postgast.PgQueryError:
        parts = postgast.split(sql, method="scanner")
    trimmed = []
    for part in parts:
        data = part.encode()
        tokens = [
            t for t in postgast.scan(part).tokens if not data.startswith((b"--", b"/*"), t.start)
        ]
        if tokens:
            trimmed.append(data[tokens[0].start : tokens[-1].end].decode())
    return trimmed


@pytest.mark.parametrize("piece", PIECES)
def test_one_statement_stays_whole_and_its_tokens_are_those_of_postgresql(piece: str) -> None:
    assert texts(piece + ";SELECT 1;") == [*judged(piece), "SELECT 1"]
    data = piece.encode()
    scanned = [
        data[t.start : t.end].decode()
        for t in postgast.scan(piece).tokens
        if not data.startswith((b"--", b"/*"), t.start)
    ]
    assert [lexeme.text for lexeme in lexemes(piece, 0, len(piece))] == scanned


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.sampled_from([p for p in PIECES if "atomic" not in p.lower()]), max_size=6),
    st.sampled_from([";", ";\n", "; -- c;\n", ";;", "\r\n;/* ; */"]),
)
def test_any_row_of_statements_is_cut_as_libpg_query_cuts_it(pieces: list[str], end: str) -> None:
    sql = "".join("\n" + piece + end for piece in pieces)
    assert texts(sql) == judged(sql)


@settings(max_examples=300)
@given(st.text("ab'\"$;-/*()\\E \n{:é", max_size=40))
def test_no_text_breaks_the_splitter_and_no_character_is_lost(sql: str) -> None:
    result = split(sql)
    assert len(result.masked) == len(sql)
    edge = 0
    for statement in result.statements:
        assert not result.masked[edge : statement.start].strip(" \t\n\r\f\v;")
        edge = statement.end
    rest = result.masked[edge : result.error.statement_start if result.error else None]
    assert not rest.strip(" \t\n\r\f\v;")


@settings(max_examples=500)
@given(st.text("abE'\"$;-/*\\ \n", max_size=20))
def test_a_fault_is_where_postgresql_sees_it(sql: str) -> None:
    if any(line.lstrip().startswith("\\") for line in sql.replace(";", "\n").split("\n")):
        return
    result = split(sql)
    error = result.error
    if any("\n" in comment.text for comment in result.comments):
        return
    # libpg_query, unlike PostgreSQL, refuses a string that goes on behind a comment.
    refusal = refused(result.masked)
    if refusal is None:
        assert error is None
    elif refusal[0].startswith("unterminated"):
        assert error is not None
        assert (error.message, error.at) == refusal


def refused(sql: str) -> tuple[str, int] | None:
    """The message and offset of PostgreSQL's scanner, or None where it has none."""
    try:
        postgast.scan(sql)
    except postgast.PgQueryError as refusal:
        return refusal.message.split(" at or near")[0], refusal.cursorpos - 1
    return None


FAULTS = [
    ("'x", "unterminated quoted string"),
    ("E'x\\'", "unterminated quoted string"),
    ("U&'x", "unterminated quoted string"),
    ('"x', "unterminated quoted identifier"),
    ('U&"x', "unterminated quoted identifier"),
    ("$a$ x $b$", "unterminated dollar-quoted string"),
    ("/* x /* */", "unterminated /* comment"),
    ("b'01", "unterminated bit string literal"),
    ("X'01", "unterminated hexadecimal string literal"),
]


@pytest.mark.parametrize(("piece", "message"), FAULTS)
def test_what_never_ends_is_one_error_behind_the_statements_before_it(
    piece: str, message: str
) -> None:
    sql = f"SELECT 'é';\nSELECT {piece}; SELECT 3;"
    result = split(sql)
    assert result.error == TokenFault(message, 19, 12)
    assert texts(sql) == ["SELECT 'é'"]
    with pytest.raises(postgast.PgQueryError, match=message.replace("*", r"\*")) as refusal:
        postgast.scan(sql)
    assert refusal.value.cursorpos - 1 == 19


def test_meta_commands_count_only_at_the_start_of_a_line_between_statements() -> None:
    sql = "\\set x 1\n\\i other.sql\n"
    sql += "SELECT '\n\\c no\n', $$\n\\c no\n$$ /*\n\\c no\n*/;\n  \\connect db\n"
    result = split(sql)
    assert [m.text for m in result.metas] == ["\\set x 1", "\\i other.sql", "\\connect db"]
    assert result.includes == (Span(9, 21, "\\i other.sql"),)
    assert texts(sql) == ["SELECT '\n\\c no\n', $$\n\\c no\n$$"]


def test_copy_data_is_no_sql() -> None:
    sql = 'COPY public."t" (a, b) FROM stdin WITH (FORMAT text); -- data\nit\'s; 1\n\\.\nSELECT 1;'
    result = split(sql)
    assert result.copies == (CopyBlock(62, 73, True),)
    assert texts(sql) == ['COPY public."t" (a, b) FROM stdin WITH (FORMAT text)', "SELECT 1"]
    assert [c.text for c in result.comments] == ["-- data"]


def test_copy_data_without_its_end_reaches_to_the_end_and_is_told() -> None:
    assert split("COPY t FROM STDIN;\nSELECT 1;\n").copies == (CopyBlock(19, 29, False),)


def test_copy_of_a_query_or_file_has_no_data() -> None:
    sql = "COPY (SELECT 'from stdin') TO STDOUT; COPY t FROM '/stdin'; SELECT 1"
    assert len(texts(sql)) == 3


def test_comments_have_their_exact_places() -> None:
    sql = "-- a\nSELECT /* b /* c */ */ '-- no', $$ /* no */ $$ -- d\r;/* e */"
    assert split(sql).comments == (
        Span(0, 4, "-- a"),
        Span(12, 27, "/* b /* c */ */"),
        Span(52, 56, "-- d"),
        Span(58, 65, "/* e */"),
    )


@pytest.mark.parametrize("prefix", ["", "E", "U&", "b"])
def test_a_string_goes_on_behind_comments(prefix: str) -> None:
    sql = f"SELECT {prefix}'1' -- it's\n  -- x\n '0' /* y */;"
    result = split(sql)
    assert [c.text for c in result.comments] == ["-- it's", "-- x", "/* y */"]
    assert texts(sql) == [f"SELECT {prefix}'1' -- it's\n  -- x\n '0'"]
    postgast.parse(result.masked)
    assert [t.text for t in lexemes(sql, 0, len(sql))][-2].endswith(" '0'")


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        pytest.param(
            "CREATE TABLE t (a int; SELECT 1;", ["CREATE TABLE t (a int", "SELECT 1"],
            id="a parenthesis that never closes hides nothing",
        ),
        pytest.param(
            "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2; SELECT 3;",
            ["CREATE RULE r AS ON INSERT TO t DO (SELECT 1", "SELECT 2", "SELECT 3"],
            id="nor does that of a rule",
        ),
        pytest.param(
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1;; -- c\n SELECT 2",
            ["CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1", "SELECT 2"],
            id="nor a body without END",
        ),
        pytest.param(" ;; ; -- x", [], id="empty statements are none"),
    ],
)  # fmt: skip
def test_broken_statements_do_not_swallow_others(sql: str, expected: list[str]) -> None:
    assert texts(sql) == expected


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT ${x}, {{ y }}, %(z)s", ["${x}", "{{ y }}", "%(z)s"]),
        ("SELECT :a, :'b', :\"c\", @d@, <%= e %>", [":a", ":'b'", ':"c"', "@d@", "<%= e %>"]),
        ('CREATE TABLE :schema.t ("t_{{ env }}" int)', [":schema", "{{ env }}"]),
        ("{% if x %} SELECT 1", ["{% if x %}"]),
        ("SELECT a::int, b[1:2], c[:n], f(x := 1), d[:2]", []),
        ("SELECT '${a}', $$ {{ b }} $$, E'%(c)s' -- :d\n/* @e@ */", []),
        ("SELECT a @> b, c <@ d, '{\"a\": 1}'::jsonb, x % (y)", []),
    ],
)
def test_placeholders_are_found_outside_strings(sql: str, expected: list[str]) -> None:
    found = find_placeholders(sql)
    assert [p.text for p in found] == expected
    assert [sql[p.start : p.end] for p in found] == expected


def test_nesting_counts_open_parentheses_outside_strings() -> None:
    sql = "SELECT (1, ((2))), '((((' , ARRAY[[1]]"
    assert nesting(sql, 0, len(sql)) == 3


def test_ten_thousand_parentheses_are_only_deep() -> None:
    sql = "SELECT " + "(" * 10_000 + "1" + ")" * 10_000
    assert texts(sql) == [sql]


FOLDER = os.environ.get("CTB_LINT_HISTORIES", "")
"""A folder of migrations to measure with; there is none by default."""


@pytest.mark.skipif(not FOLDER, reason="CTB_LINT_HISTORIES names no folder of migrations")
def test_the_statements_of_whole_histories_are_cut_as_postgresql_cuts_them() -> None:
    files = sorted(path for path in Path(FOLDER).rglob("*.sql") if path.is_file())
    other = (".mysql", ".sqlite", ".cockroach")
    wanted = [path for path in files if not any(name in path.name for name in other)]
    sources = {path: path.read_text(encoding="utf-8-sig") for path in wanted}
    assert [path for path, sql in sources.items() if texts(sql) != judged(sql)] == []
