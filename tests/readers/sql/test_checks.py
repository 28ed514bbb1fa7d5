"""What a check allows: values, bounds, patterns."""

from __future__ import annotations

import pytest

from ctb_lint.readers.sql.expr import from_text


@pytest.mark.parametrize(
    ("text", "values"),
    [
        pytest.param("s in ('a', 'b')", ("a", "b"), id="a list"),
        pytest.param("s in ('a')", ("a",), id="one value"),
        pytest.param("s = 'a'", ("a",), id="an equality"),
        pytest.param("s = any (array['b', 'a'])", ("b", "a"), id="an array, in its order"),
        pytest.param(
            "((s)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
            ("a", "b"),
            id="what the server prints for a varchar",
        ),
        pytest.param("s = any ('{a,\"b c\"}'::text[])", ("a", "b c"), id="an array literal"),
        pytest.param("s = 'a' or s = 'b' or s in ('c')", ("a", "b", "c"), id="alternatives"),
        pytest.param("s is null or s in ('a')", ("a",), id="null allowed"),
        pytest.param("s is not null and s in ('a')", ("a",), id="null refused"),
        pytest.param("s in ('a'::mood, 'b'::public.mood)", ("a", "b"), id="labels of an enum"),
        pytest.param("s in ('a', 'a')", ("a",), id="a value twice"),
        pytest.param("s in ('a', null)", None, id="a null in the list"),
        pytest.param("s in ('a') or u in ('b')", None, id="two columns"),
        pytest.param("u is null or s in ('a')", None, id="null of another column"),
        pytest.param("s in ('a', upper('b'))", None, id="a call in the list"),
        pytest.param("s not in ('a', 'b')", None, id="a negated list"),
        pytest.param("s <> 'a'", None, id="an inequality"),
        pytest.param("lower(s) in ('a')", None, id="a function of the column"),
        pytest.param("s in (1, 2)", None, id="numbers"),
        pytest.param("s = 'a' and s = 'b'", None, id="a contradiction"),
    ],
)
def test_values_of_a_check(text: str, values: tuple[str, ...] | None) -> None:
    assert from_text(text).values == values


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        pytest.param("a between 1 and 4", (1, 4), id="BETWEEN"),
        pytest.param("((a >= '-5'::integer) AND (a <= 5))", (-5, 5), id="as the server prints it"),
        pytest.param("a > 0 and a < 5", (1, 4), id="exclusive bounds"),
        pytest.param("0 <= a and 4 >= a", (0, 4), id="constants first"),
        pytest.param("a in (3, 1, 2)", (1, 3), id="a contiguous list"),
        pytest.param("a is null or a between 0 and 9", (0, 9), id="null allowed"),
        pytest.param("a in (1, 3)", None, id="a list with a gap"),
        pytest.param("a >= 1", None, id="one side only"),
        pytest.param("a >= 1 and b <= 4", None, id="two columns"),
        pytest.param("a between 1 and 2.5", None, id="a fraction"),
        pytest.param("a between 4 and 1", None, id="an empty range"),
        pytest.param("a not between 1 and 4", None, id="a negated range"),
        pytest.param("a between 1 and b", None, id="a column as bound"),
    ],
)
def test_bounds_of_a_check(text: str, bounds: tuple[int, int] | None) -> None:
    assert from_text(text).bounds == bounds


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        pytest.param("s ~ '^a$'", "^a$", id="a match"),
        pytest.param("((s)::text ~ '^a$'::text)", "^a$", id="as the server prints it"),
        pytest.param("s is null or s ~ 'a'", "a", id="null allowed"),
        pytest.param("s !~ 'a'", None, id="no match"),
        pytest.param("s ~* 'a'", None, id="without case"),
        pytest.param("s ~ 'a' and s ~ 'b'", None, id="two patterns"),
        pytest.param("u is null or s ~ 'a'", None, id="null of another column"),
    ],
)
def test_the_pattern_of_a_check(text: str, pattern: str | None) -> None:
    assert from_text(text).pattern == pattern
