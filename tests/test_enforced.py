"""Checks and triggers that may do what is asked, read from SQL."""

from __future__ import annotations

import pytest

from ctb_lint.allowed import VALUE
from ctb_lint.enforced import bodies, live_triggers, may_guard, passes_empty, split
from ctb_lint.model import Schema, Table
from ctb_lint.readers.sql.expr import from_text
from ctb_lint.readers.sql.reader import read_text
from tests.postgres import Server

REFUSING = """\
c <> ''
'' <> c
NOT (c = '')
length(c) > 0
char_length(btrim(c)) > 0
octet_length(c) >= 1
trim(c) <> ''
c > ''
c <> '' AND length(c) < 9
c IS NULL OR length(c) > 2
length(c) BETWEEN 1 AND 9
c IN ('a', 'b')
c ~ '^[a-z]+$'
c ~ 'x'
c LIKE '_%'
nullif(c, '') IS NOT NULL
coalesce(c, '') <> ''
length(c) = 4
(c <> '' OR c = 'a') AND d = 'x'
c = 'it''s (not) empty'"""

PASSING = """\
length(c) <= 50
char_length(c) < 50
c IS NOT NULL
c = lower(c)
c <> 'none'
c <> '()'
c <> ' OR '
c IN ('', 'a')
c IN ('a', '')
c ~ '^[a-z]*$'
c ~ '^(a|b)?$'
c LIKE '%'
d <> ''
c IS NULL OR length(c) <= 9
length(c) <= 9 AND c = upper(c) AND d <> ''
(length(c) <= 9 OR c = 'a')"""


@pytest.mark.parametrize("check", REFUSING.splitlines())
def test_a_check_that_may_refuse_the_empty_value_is_not_called_passing(check: str) -> None:
    assert not passes_empty(from_text(check).canonical, "c")


@pytest.mark.parametrize("check", PASSING.splitlines())
def test_a_check_that_lets_the_empty_value_pass_is_called_so(check: str) -> None:
    assert passes_empty(from_text(check).canonical, "c")


def test_postgresql_agrees_on_every_one_of_them(server: Server) -> None:
    with server.database() as connection:
        for check in (REFUSING + "\n" + PASSING).splitlines():
            row = connection.execute(
                f"SELECT {check} FROM (VALUES ('', 'x')) AS t (c, d)".encode()
            ).fetchone()
            assert row is not None
            refused = row[0] is False
            assert refused == (check in REFUSING.splitlines()), check


def test_the_checks_of_domains_and_quoted_columns_are_read_alike() -> None:
    assert passes_empty("(length(VALUE) <= 9)", VALUE)
    assert not passes_empty("(VALUE <> '')", VALUE)
    assert passes_empty('(length("C") <= 9)', '"C"')
    assert not passes_empty("(\"C\" <> '')", '"C"')
    assert passes_empty("(\"C\" <> '')", "c")


def test_an_expression_that_nests_too_deeply_may_refuse_anything() -> None:
    deep = "(c IS NOT NULL)"
    for _ in range(4000):
        deep = f"({deep} AND (c IS NOT NULL))"
    assert not passes_empty(deep, "c")


@pytest.mark.parametrize(
    ("text", "word", "terms"),
    [
        ("((a > 1) AND (b > 2))", " AND ", ["(a > 1)", "(b > 2)"]),
        ("((a = ' AND ') AND (b > 2))", " AND ", ["(a = ' AND ')", "(b > 2)"]),
        ("((a > 1) AND ((b > 2) OR (c = ')')))", " AND ", ["(a > 1)", "((b > 2) OR (c = ')'))"]),
        ("((a > 1) OR (b > 2))", " AND ", ["((a > 1) OR (b > 2))"]),
        ("(a) AND (b)", " AND ", ["(a) AND (b)"]),
        ("f(a)", " OR ", ["f(a)"]),
        ("", " OR ", [""]),
    ],
)
def test_a_conjunction_is_split_at_its_own_level(text: str, word: str, terms: list[str]) -> None:
    assert split(text, word) == terms


TRIGGER = """
CREATE TABLE t (a text, b text);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN IF NEW.a = '' THEN RAISE EXCEPTION 'empty'; END IF; RETURN NEW; END $$;
CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW {when}EXECUTE FUNCTION {function}();
"""


def made(text: str) -> tuple[Schema, Table]:
    schema = read_text(text).schema
    (table,) = schema.tables.values()
    return schema, table


@pytest.mark.parametrize(
    ("when", "function", "guarded"),
    [
        ("", "f", ["a"]),
        ("WHEN (NEW.b = '') ", "f", ["a", "b"]),
        ("", "elsewhere", ["a", "b", "c"]),
    ],
)
def test_a_trigger_may_guard_what_its_function_or_condition_names(
    when: str, function: str, guarded: list[str]
) -> None:
    schema, table = made(TRIGGER.format(when=when, function=function))
    assert [c for c in "abc" if may_guard(schema, table, c)] == guarded


@pytest.mark.parametrize("off", ["DISABLE TRIGGER g", "DISABLE TRIGGER ALL"])
def test_a_trigger_that_is_switched_off_guards_nothing(off: str) -> None:
    schema, table = made(TRIGGER.format(when="", function="f") + f"ALTER TABLE t {off};")
    assert not may_guard(schema, table, "a")
    assert list(live_triggers(table, "insert")) == []


def test_only_triggers_of_the_event_count_and_their_functions_are_looked_up() -> None:
    schema, table = made(TRIGGER.format(when="", function="f"))
    (trigger,) = live_triggers(table, "insert", "delete")
    assert list(live_triggers(table, "update")) == []
    (body,) = bodies(schema, trigger) or ()
    assert body.strip().startswith("BEGIN IF NEW.a = ''")
    schema, table = made(TRIGGER.format(when="", function="elsewhere"))
    assert bodies(schema, table.triggers[0]) is None
