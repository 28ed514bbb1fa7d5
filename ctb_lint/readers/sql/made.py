"""CREATE TABLE statements by their text: what one of them made, a second one need not be read for.

A catalogue repeats the statements of the migrations, and both are read in one run.
"""

from __future__ import annotations

from collections.abc import MutableMapping

from msgspec import Struct

from ctb_lint.history import Statement
from ctb_lint.model import Location, Table


class Made(Struct, frozen=True):
    """What a CREATE TABLE statement made: the ``table`` as it stood behind it, without the grants
    that default privileges give, and how the statement names the table's ``schema``, None where it
    does not. ``key`` is that of its text."""

    key: str
    statement: Statement
    table: Table
    schema: str | None


Known = MutableMapping[str, Made]
"""By what ``key_of`` makes of their text."""


def key_of(source: str) -> str | None:
    """What is equal for two statements that can differ in nothing but the white space before the
    parenthesis that ends them; None for a statement that ends in another way. Comments are masked,
    and inline INDEX clauses blanked."""
    return source[:-1].rstrip() if source.endswith(")") else None


def text_of(made: Made) -> str:
    """The statement without the white space before its last parenthesis."""
    return f"{made.key})"


def statement_of(made: Made, at: Location) -> Statement:
    """The statement that has the text of one that was folded."""
    said = made.statement
    return Statement(
        kind=said.kind, location=at, outcome=said.outcome, since=said.since,
        feature=said.feature, alone=said.alone, tolerant=said.tolerant,
    )  # fmt: skip
