"""What an EXECUTE runs, held against PostgreSQL: what is worked out is what it works out."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctb_lint.readers.sql.fold.built import KEYWORDS, as_identifier, command, constants
from ctb_lint.readers.sql.written import plain
from tests.postgres import Connection, Server


@pytest.fixture(scope="module")
def connection(server: Server) -> Iterator[Connection]:
    with server.database() as connected:
        yield connected


def _read(expression: str) -> str | None:
    written = command(plain(expression, 0), 0, len(expression), {})
    return written.text if written else None


def _answer(connection: Connection, expression: str) -> str | None:
    found = connection.execute(f"SELECT ({expression})::text".encode()).fetchone()
    return found[0] if found else None


def test_the_quoted_words_are_the_servers_keywords(connection: Connection) -> None:
    rows = connection.execute("SELECT word FROM pg_get_keywords() WHERE catcode <> 'U'").fetchall()
    of_server = {word for (word,) in rows}
    # Of another version's words a few are none to the server.
    assert of_server <= KEYWORDS
    assert {word for word in KEYWORDS - of_server if _is_quoted(connection, word)} == set()


def _is_quoted(connection: Connection, word: str) -> bool:
    return _answer(connection, f"quote_ident('{word}')") != word


_letters = st.text("aZé_9 '\"\\%$;\n-", max_size=6)
_strings = st.one_of(
    _letters.map(lambda t: "'" + t.replace("'", "''") + "'"),
    _letters.map(lambda t: "E'" + t.replace("\\", "\\\\").replace("'", "\\'") + "'"),
    st.sampled_from(
        [
            r"E'\101\x42\u0043\n\t\q'", "$$it's$$", "$a$ $$ $a$", "'one'\n  'two'", "''",
            "'select'", "'int'", r"E'\xe9'", "U&'d\\0061t'", "B'01'", "'%I'", "'%1$s%%%2$L%I'",
            "'%-5s'", "'%s%L'",
        ]
    ),
)  # fmt: skip
_values = st.one_of(_strings, st.sampled_from(["NULL", "5", "007", "1.50", "now()", "true"]))


def _calls(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    listed = st.lists(st.one_of(inner, _values), min_size=1, max_size=3)
    return st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(" || ".join),
        inner.map(lambda e: f"({e})"),
        inner.map(lambda e: f"({e})::text"),
        inner.map(lambda e: f"quote_ident({e})"),
        inner.map(lambda e: f"pg_catalog.quote_literal({e})"),
        listed.map(lambda e: f"concat({', '.join(e)})"),
        st.tuples(_strings, listed).map(lambda p: f"format({p[0]}, {', '.join(p[1])})"),
    )


@given(expression=st.recursive(_strings, _calls, max_leaves=6))
@settings(
    max_examples=300, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
)
def test_what_is_worked_out_is_what_the_server_says(
    connection: Connection, expression: str
) -> None:
    found = _read(expression)
    if found is not None:
        assert found == _answer(connection, expression)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("'CREATE TABLE t (note text DEFAULT ''x'')'", "CREATE TABLE t (note text DEFAULT 'x')"),
        ("'DROP ' || 'TABLE ' || quote_ident('Users')", 'DROP TABLE "Users"'),
        ("format('ALTER TABLE %I ADD %I int DEFAULT %L', 't', 'Order', '5')",
         "ALTER TABLE t ADD \"Order\" int DEFAULT '5'"),
        ("format('%2$s %1$s %s', 'a', 'b', 'c')", "b a b"),
        (r"E'a\tb\\\'' || 5", "a\tb\\'5"),
    ],
)  # fmt: skip
def test_constants_are_worked_out(connection: Connection, expression: str, text: str) -> None:
    assert (_read(expression), _answer(connection, expression)) == (text, text)


@pytest.mark.parametrize(
    "expression",
    [
        "name", "'a' || name", "lower('A')", "format('%s', name)", "format('%5s', 'a')",
        "format(VARIADIC ARRAY['%s', 'a'])", "(SELECT 'a')", "'a' COLLATE \"C\"", "'a'::name",
        "'a' || NULL", "quote_ident(NULL)", "format('%I', NULL)", "format('%s')", "NULL", "",
        "'a' 'b'", "U&'a'", "X'41'", "my.format('a')", "CASE WHEN a THEN 'b' END",
    ],
)  # fmt: skip
def test_what_is_not_constant_is_not_known(expression: str) -> None:
    assert _read(expression) is None


@pytest.mark.parametrize(
    ("block", "known"),
    [
        ("DECLARE a text := 'x'; BEGIN EXECUTE a; END", {"a": "x"}),
        ("DECLARE a CONSTANT text DEFAULT 'x'; b varchar = a || 'y'; BEGIN RAISE '%', a; END",
         {"a": "x", "b": "xy"}),
        ("DECLARE a text := 'x'; BEGIN a := 'y'; EXECUTE a; END", {}),
        ("DECLARE a text := 'x'; BEGIN SELECT b INTO a FROM t; EXECUTE a; END", {}),
        ("DECLARE a text := 'x'; BEGIN GET DIAGNOSTICS a = ROW_COUNT; EXECUTE a; END", {}),
        ("DECLARE a text := 'x'; BEGIN FOR a IN SELECT 1 LOOP EXECUTE a; END LOOP; END", {}),
        ("DECLARE a text := 'x'; BEGIN DECLARE a text := 'y'; BEGIN EXECUTE a; END; END", {}),
        ("DECLARE a text; BEGIN EXECUTE a; END", {}),
        ("DECLARE a varchar(1) := 'xy'; BEGIN EXECUTE a; END", {}),
        ("DECLARE a text[] := 'x'; BEGIN EXECUTE a; END", {}),
        ("DECLARE a text := lower('X'); BEGIN EXECUTE a; END", {}),
        ("BEGIN EXECUTE a; END", {}),
    ],
)  # fmt: skip
def test_variables_are_known_where_nothing_sets_them(block: str, known: dict[str, str]) -> None:
    assert {name: one.text for name, one in constants(plain(block, 0)).items()} == known


@given(text=_letters)
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_names_are_quoted_as_the_server_does(connection: Connection, text: str) -> None:
    found = connection.execute("SELECT quote_ident(%s)", (text,)).fetchone()
    assert found == (as_identifier(text),)


def test_the_server_is_asked_with_the_same_strings(connection: Connection) -> None:
    """Were strings read otherwise there, the comparison would say nothing."""
    assert connection.execute("SHOW standard_conforming_strings").fetchone() == ("on",)
    with pytest.raises(psycopg.Error):
        connection.execute("SELECT 'a' 'b'")
