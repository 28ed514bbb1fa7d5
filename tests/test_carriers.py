"""Which columns could hold what ties two tables together."""

from __future__ import annotations

import pytest

from ctb_lint.carriers import Carriers, shared_key, words_of
from ctb_lint.model import QualifiedName, Table
from ctb_lint.readers.catalogue.reader import read_catalogue_texts
from ctb_lint.standard import Standard

OTHERS = """
CREATE TABLE teams (id UUID PRIMARY KEY);
CREATE TABLE error_logs (id BIGINT PRIMARY KEY, code TEXT UNIQUE);
CREATE TABLE ids (id UUID PRIMARY KEY, unique_id TEXT UNIQUE);
"""


def carried(holder: str, target: str = "users", label: str = "") -> list[tuple[str, str | None]]:
    """The columns of a table that could refer to the target, with the key that each fits."""
    sql = f"""
    CREATE TABLE users (id UUID PRIMARY KEY, email TEXT UNIQUE, unique_id TEXT UNIQUE);
    {OTHERS}
    CREATE TABLE notes ({holder});
    """
    _, schema = read_catalogue_texts({"c.md": f"## notes\n**Barton ID**: B\n```sql\n{sql}\n```\n"})
    one, other = (schema.tables[QualifiedName("public", name)] for name in ("notes", target))
    found = Carriers(schema, Standard()).between(one, other, label)
    return [(one.column, one.key) for one in found if one.table.name == "notes"]


@pytest.mark.parametrize(
    ("column", "label", "key"),
    [
        ("user_id UUID", "", "id"),
        ('"userId" UUID', "", "id"),
        ("user_ids UUID[]", "", None),
        ("users UUID", "", "id"),
        ("last_user_id UUID", "", "id"),
        ("user_email TEXT", "", None),
        ("email TEXT", "", None),
        ("owner_id UUID", "owns", "id"),
        ("owner_id UUID", "", "id"),
        ("created_by TEXT", "creates", None),
        ("entity_id TEXT", "", None),
        ("user_key INT", "", None),
    ],
)
def test_a_column_that_could_refer_to_users(column: str, label: str, key: str | None) -> None:
    assert [found for _, found in carried(column, label=label)] == [key]


@pytest.mark.parametrize(
    ("column", "label"),
    [
        ("id UUID PRIMARY KEY", ""),
        ("unique_id TEXT", ""),
        ("process_id TEXT", ""),
        ("created_at TIMESTAMP", "creates"),
        ("team_id UUID", ""),
        ("team_id UUID REFERENCES teams", ""),
        ("user_count INT", ""),
        ("user_since DATE", ""),
        ("user_agent JSONB", ""),
        ("name TEXT", ""),
        ("width_id INT", ""),
        ("used_by_all BOOLEAN", "uses"),
    ],
)
def test_a_column_that_could_not(column: str, label: str) -> None:
    assert carried(column, label=label) == []


def test_what_is_named_after_the_table_comes_first() -> None:
    assert carried("other_id UUID, entity_id TEXT, email TEXT, user_id UUID") == [
        ("user_id", "id"), ("email", None), ("entity_id", None), ("other_id", "id"),
    ]  # fmt: skip


def test_a_part_of_a_name_of_several_words_will_do_for_a_reference() -> None:
    assert carried("log_id BIGINT", "error_logs") == [("log_id", "id")]
    assert carried("error_code TEXT", "error_logs", "logs_errors") == []


def test_the_registry_is_no_word_that_every_reference_has() -> None:
    assert carried("team_id UUID", "ids") == []


def test_singular_and_plural_are_one_word() -> None:
    pairs = ("addresses address", "movies movie", "companies company", "databases database")
    for pair in (*pairs, "statuses statuse", "boxes box", "keys key"):
        plural, singular = pair.split()
        assert words_of(plural) == words_of(singular)
    assert words_of("status") == ("status",)
    assert words_of("HTTPLogID2") == ("http", "log", "id", "2")


def test_primary_keys_are_shared_where_their_types_fit() -> None:
    sql = (
        "CREATE TABLE users (id UUID PRIMARY KEY); CREATE TABLE profiles (id UUID PRIMARY KEY);"
        "CREATE TABLE teams (id INT PRIMARY KEY); CREATE TABLE pairs (a INT, b INT, "
        "PRIMARY KEY (a, b)); CREATE TABLE loose (id UUID);"
    )
    _, schema = read_catalogue_texts({"c.md": f"## users\n**Barton ID**: B\n```sql\n{sql}\n```\n"})

    def table(name: str) -> Table:
        return schema.tables[QualifiedName("public", name)]

    shared = shared_key(table("profiles"), table("users"))
    assert shared
    assert (shared.column, shared.key) == ("id", "id")
    for other in ("teams", "pairs", "loose"):
        assert shared_key(table(other), table("users")) is None
