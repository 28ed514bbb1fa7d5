"""Likely renames: guessed where there is one candidate, with what is shared."""

from __future__ import annotations

from ctb_lint.compare import differences
from ctb_lint.differences import Likely, MissingColumn, PhantomTable
from ctb_lint.evidence import SourceKind
from tests.comparison.catalogs import read


def guesses(declared: str, actual: str) -> list[tuple[str, str, tuple[str, ...]]]:
    return [
        (d.object.name, d.likely.name, d.likely.shared)
        for d in differences(
            read(declared), read(actual), SourceKind.CATALOGUE, SourceKind.MIGRATIONS
        )
        if isinstance(d, MissingColumn | PhantomTable) and isinstance(d.likely, Likely)
    ]


def test_a_renamed_column_is_guessed_with_what_is_shared() -> None:
    same_name = "the name but for case and underscores"
    table = "CREATE TABLE t (id int PRIMARY KEY, {} int REFERENCES t, note text, userId text)"
    assert guesses(
        table.format("owner_id").replace("userId", "user_id"),
        table.format("holder").replace("note", "remark"),
    ) == [
        ("note", "remark", ("type text", "the same place")),
        ("owner_id", "holder", ("type integer", "the same place", "a foreign key to public.t")),
        ("user_id", "userid", (same_name, "type text", "the same place")),
    ]


def test_two_candidates_are_no_guess() -> None:
    assert guesses(
        "CREATE TABLE t (a int, x text, z int)", "CREATE TABLE t (b text, a int, z int, c text)"
    ) == []  # fmt: skip


def test_a_renamed_table_is_guessed_with_what_is_shared() -> None:
    columns = "(id int PRIMARY KEY, name text, street text, town text, {} int)"
    assert guesses(
        f"CREATE TABLE customers {columns.format('zip')}",
        f"CREATE TABLE clients {columns.format('postcode')}; CREATE TABLE other (id int, x text)",
    ) == [("customers", "public.clients", ("4 of 6 columns", "the primary key (id)"))]


def test_a_table_in_another_schema_is_guessed() -> None:
    assert guesses(
        "CREATE TABLE users (id int)", "CREATE SCHEMA app; CREATE TABLE app.users (id int)"
    ) == [("users", "app.users", ("the name users", "1 of 1 columns"))]
