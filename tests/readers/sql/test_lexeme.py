"""Tokens, as lists and as things, on text that nobody wrote."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ctb_lint.readers.sql.lexeme import lexemes, named

TEXTS = st.text("aB1_'\"$-/*+<:=.,;()%eExuU&é \n\t", max_size=30)


@given(TEXTS, st.integers(0, 10), st.integers(0, 30))
def test_names_are_those_of_the_tokens(text: str, start: int, end: int) -> None:
    end = min(end, len(text))
    exact = lexemes(text, start, end)

    assert named(text, start, end) == (
        [token.start for token in exact],
        [token.end for token in exact],
        [token.name or token.text for token in exact],
    )


@given(TEXTS)
def test_tokens_stand_apart_and_in_order(text: str) -> None:
    edges = [edge for token in lexemes(text, 0, len(text)) for edge in (token.start, token.end)]

    assert edges == sorted(edges)
    assert all(token.start < token.end for token in lexemes(text, 0, len(text)))


def test_names_are_as_postgresql_stores_them() -> None:
    text = 'CREATE TABLE "Ab""c" (É int, x text DEFAULT \'A\') -- End'

    assert named(text, 0, len(text))[2] == [
        "create", "table", 'Ab"c', "(", "É", "int", ",", "x", "text", "default", "'A'", ")",
    ]  # fmt: skip
