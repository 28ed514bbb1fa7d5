"""One fault, one finding: keys, types of values, foreign keys and defaults."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.described import entry
from tests.told_once import DIAGRAM, ID, UNIQUE, table, told

# Keys and types -----------------------------------------------------------------------------------

STATES = "standard = { value-sets = { 'orders.state' = ['a', 'b'] } }"
CHECKED = "state text CHECK (state IN ('a', 'b'))"


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        pytest.param(CHECKED, "state text", [("S047", "error")], id="the migrations lack it"),
        pytest.param("state text", CHECKED, [("S047", "warning")], id="the catalogue lacks it"),
        pytest.param("state text", "state text", [("E001", "error")], id="both lack it"),
        pytest.param(CHECKED, CHECKED, [], id="both have it"),
        pytest.param(
            CHECKED, CHECKED.replace("'b'", "'c'"), [("S047", "error")], id="other values"
        ),
        pytest.param(
            f"{CHECKED}, CHECK (state <> '')", CHECKED, [("S047", "error")], id="another check"
        ),
        pytest.param(
            "state text, CHECK (state <> '')", "state text",
            [("S047", "error"), ("E001", "error")], id="another check, and both lack this",
        ),
    ],
)  # fmt: skip
def test_values_that_one_side_enforces(
    tmp_path: Path, ours: str, theirs: str, expected: list[tuple[str, str]]
) -> None:
    declared = entry(table(ID, ours))
    got = told(tmp_path, declared, table(ID, theirs), "S047", "E001", "E002", config=STATES)
    assert [(code, severity) for code, _, severity in got] == expected


def test_values_by_an_enum_type_are_a_difference_of_the_type_alone(tmp_path: Path) -> None:
    actual = "CREATE TYPE kind AS ENUM ('a', 'b');" + table(ID, "state kind")
    codes = ("S042", "S047", "S052", "E001", "E002")
    assert told(tmp_path, entry(table(ID, CHECKED)), actual, *codes, config=STATES) == [
        ("S042", "public.orders.state", "error")
    ]


def test_an_enum_type_that_differs_is_told_once(tmp_path: Path) -> None:
    both = "CREATE TYPE kind AS ENUM ('a', {});" + table(ID, "state kind")
    actual = both.format("'c'")
    codes = ("S042", "S052", "E001", "E002")
    assert told(tmp_path, entry(both.format("'b'")), actual, *codes, config=STATES) == [
        ("S052", "public.kind", "error")
    ]


def test_a_type_goes_with_its_column_or_table(tmp_path: Path) -> None:
    typed = "CREATE TYPE kind AS ENUM ('a');" + table(ID, "state kind")
    codes = ("S040", "S049", "S052")
    assert told(tmp_path, entry(typed), table(ID), *codes) == [
        ("S040", "public.orders.state", "error")
    ]
    other = "CREATE TABLE parts (id int);"
    assert told(tmp_path, entry(typed), other, *codes) == [("S049", "public.orders", "error")]
    planned = entry(typed, status="Planned")
    assert told(tmp_path, planned, other, *codes) == [("S049", "public.orders", "info")]
    config = "ignore = ['S049']"
    assert told(tmp_path, planned, other, *codes, config=config) == [
        ("S052", "public.kind", "info")
    ]


@pytest.mark.parametrize(("ours", "theirs"), [(" PRIMARY KEY", ""), ("", " PRIMARY KEY")])
def test_a_primary_key_that_one_side_lacks_is_told_once(
    tmp_path: Path, ours: str, theirs: str
) -> None:
    declared = entry(f"CREATE TABLE orders (id int NOT NULL{ours});")
    actual = f"CREATE TABLE orders (id int NOT NULL{theirs});"
    got = told(tmp_path, declared, actual, "S005", "S043", "S047")
    assert [(code, name) for code, name, _ in got] == [("S047", "public.orders.orders_pkey")]


def test_a_key_that_looks_an_id_up_is_told_once(tmp_path: Path) -> None:
    config = "standard = { unique = ['orders.unique_id'] }"
    actual = table(ID, UNIQUE.replace(" UNIQUE", ""))
    codes = ("S010", "S047", "E007")
    assert told(tmp_path, entry(table(ID, UNIQUE)), actual, *codes, config=config) == [
        ("S047", "public.orders.orders_unique_id_key", "error")
    ]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("- `slug` (TEXT): its name (UNIQUE)", [("S047", "error")]),
        ("- `slug` (TEXT): its name", [("S047", "warning")]),
    ],
)
def test_a_key_that_the_list_has_and_the_sql_lacks(
    tmp_path: Path, said: str, expected: list[tuple[str, str]]
) -> None:
    declared = entry(table(ID, "slug text"), more=f"**Columns**:\n- `id` (UUID)\n{said}\n")
    got = told(tmp_path, declared, table(ID, "slug text UNIQUE"), "S047", "T017")
    assert [(code, severity) for code, _, severity in got] == expected


def test_values_that_the_list_and_the_migrations_have_and_the_sql_has_not(tmp_path: Path) -> None:
    more = "**Columns**:\n- `id` (UUID)\n- `state` (TEXT): one of 'a', 'b'\n"
    sql = table(ID, "state text CHECK (state IN ('a', 'c'))")
    assert told(tmp_path, entry(sql, more=more), table(ID, CHECKED), "S047", "T017") == [
        ("S047", "public.orders.orders_state_check", "error")
    ]


def test_a_mark_that_the_diagram_has_and_the_sql_lacks(tmp_path: Path) -> None:
    catalogue = entry(table(ID, "slug text")) + DIAGRAM.format("text slug UK")
    assert told(tmp_path, catalogue, table(ID, "slug text UNIQUE"), "S047", "D009") == [
        ("S047", "public.orders.orders_slug_key", "error")
    ]


# Foreign keys -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "theirs", "severity"),
    [(" REFERENCES orders", "", "error"), ("", " REFERENCES orders", "warning")],
)
def test_a_reference_that_one_side_enforces_is_told_once(
    tmp_path: Path, ours: str, theirs: str, severity: str
) -> None:
    declared = entry(table(ID, f"parent_id uuid{ours}"))
    got = told(tmp_path, declared, table(ID, f"parent_id uuid{theirs}"), "S015", "S051")
    assert got == [("S051", "public.orders.orders_parent_id_fkey", severity)]


def test_a_key_that_neither_the_diagram_nor_the_migrations_have(tmp_path: Path) -> None:
    catalogue = entry(table(ID, "parent uuid REFERENCES orders")) + DIAGRAM.format("uuid id PK")
    assert told(tmp_path, catalogue, table(ID, "parent uuid"), "S051", "D002") == [
        ("S051", "public.orders.orders_parent_fkey", "error")
    ]


# Defaults -----------------------------------------------------------------------------------------

CLAIMED = '### E - Enforcement\n\n- `state` default: "a"\n'


@pytest.mark.parametrize(
    ("sql", "migrated", "expected"),
    [
        pytest.param("a", "b", ["E015"], id="the migrations alone"),
        pytest.param("b", "a", ["S044"], id="the SQL alone"),
        pytest.param("b", "b", ["E015"], id="the sentence alone"),
        pytest.param("b", "c", ["E015"], id="all three"),
        pytest.param("a", "a", [], id="none"),
    ],
)
def test_three_stories_of_a_default(
    tmp_path: Path, sql: str, migrated: str, expected: list[str]
) -> None:
    declared = entry(table(ID, f"state text DEFAULT '{sql}'"), more=CLAIMED)
    actual = table(ID, f"state text DEFAULT '{migrated}'")
    assert [code for code, _, _ in told(tmp_path, declared, actual, "S044", "E015")] == expected


def test_a_default_outside_the_values_is_told_once(tmp_path: Path) -> None:
    declared = entry(table(ID, f"{CHECKED} DEFAULT 'a'"))
    actual = table(ID, f"{CHECKED} DEFAULT 'c'")
    assert told(tmp_path, declared, actual, "S044", "E003") == [
        ("E003", "public.orders.state", "error")
    ]
