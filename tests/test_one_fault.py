"""One fault, one finding: what a difference explains is not told a second time, and what it does
not explain is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.described import entry, found
from tests.told_once import CREATED, DIAGRAM, ID, INDEXED, PROCESS, UNIQUE, table, told

# Columns that the standard demands ---------------------------------------------------------------


def test_a_missing_id_column_is_told_as_what_the_catalogue_declares(tmp_path: Path) -> None:
    declared = entry(table(ID, UNIQUE, PROCESS, CREATED))
    assert told(tmp_path, declared, table(ID, PROCESS), "S001", "S002", "S006", "S040") == [
        ("S040", "public.orders.unique_id", "error"),
        ("S040", "public.orders.created_at", "error"),
    ]


def test_an_id_column_that_only_the_catalogue_lacks_is_not_missing_in_the_database(
    tmp_path: Path,
) -> None:
    declared = entry(table(ID, PROCESS))
    assert told(tmp_path, declared, table(ID, UNIQUE, PROCESS), "S001", "S002", "S041") == [
        ("S041", "public.orders.unique_id", "warning")
    ]


def test_an_id_column_that_both_lack_is_missing(tmp_path: Path) -> None:
    declared = entry(table(ID, PROCESS, "note text"))
    actual = table(ID, PROCESS, "remark int")
    assert told(tmp_path, declared, actual, "S001", "S002", "S040", "S041") == [
        ("S041", "public.orders.remark", "warning"),
        ("S040", "public.orders.note", "error"),
        ("S001", "public.orders", "error"),
    ]


def test_a_renamed_column_is_one_finding(tmp_path: Path) -> None:
    declared = entry(table(ID, "customer_name text NOT NULL", "state text"))
    actual = table(ID, '"customerName" text NOT NULL', "state text")
    assert told(tmp_path, declared, actual, "S040", "S041") == [
        ("S040", "public.orders.customer_name", "error")
    ]


# NULL ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ours", "theirs"), [(" NOT NULL", ""), ("", " NOT NULL")])
def test_an_id_that_one_side_lets_be_null_is_told_once(
    tmp_path: Path, ours: str, theirs: str
) -> None:
    declared = entry(table(ID, f"unique_id text{ours}"))
    assert told(tmp_path, declared, table(ID, f"unique_id text{theirs}"), "S004", "S043") == [
        ("S043", "public.orders.unique_id", "error")
    ]


def test_an_id_that_both_let_be_null_is_told_by_who_demands_it(tmp_path: Path) -> None:
    both = table(ID, "unique_id text")
    assert told(tmp_path, entry(both), both, "S004", "S043") == [
        ("S004", "public.orders.unique_id", "error")
    ]


@pytest.mark.parametrize(("ours", "theirs"), [(" NOT NULL", ""), ("", " NOT NULL")])
def test_a_value_that_is_demanded_and_that_one_side_does_not_ask_for_is_told_once(
    tmp_path: Path, ours: str, theirs: str
) -> None:
    declared = entry(table(ID, f"state text{ours}"))
    config = "standard = { not-null = ['orders.state'] }"
    actual = table(ID, f"state text{theirs}")
    assert told(tmp_path, declared, actual, "E005", "S043", config=config) == [
        ("S043", "public.orders.state", "error")
    ]


# Indexes ------------------------------------------------------------------------------------------


def test_an_id_whose_declared_index_is_missing_is_told_once_and_can_be_fixed(
    tmp_path: Path,
) -> None:
    actual = table(ID, UNIQUE, PROCESS)
    (one,) = (f for f in found(tmp_path, entry(INDEXED), actual) if f.code in {"S010", "S045"})
    assert (one.code, str(one.object)) == ("S045", "public.orders.i")
    assert one.fix is not None
    assert one.fix.statements == ("CREATE INDEX i ON public.orders (process_id);",)


def test_an_index_that_both_lack_is_missed_by_who_demands_it(tmp_path: Path) -> None:
    actual = table(ID, UNIQUE, PROCESS)
    assert told(tmp_path, entry(actual), actual, "S010", "S045") == [
        ("S010", "public.orders.process_id", "error")
    ]


def test_a_foreign_key_whose_declared_index_is_missing_is_told_once(tmp_path: Path) -> None:
    keyed = table(ID, "parent uuid REFERENCES orders", "other uuid REFERENCES orders")
    declared = entry(f"{keyed} CREATE INDEX i ON orders (parent);")
    assert told(tmp_path, declared, keyed, "S014", "S045") == [
        ("S045", "public.orders.i", "error"),
        # Nobody declares an index for the other one.
        ("S014", "public.orders.orders_other_fkey", "warning"),
    ]


def test_a_redundant_index_that_only_the_catalogue_has_is_told_once(tmp_path: Path) -> None:
    declared = entry(table(ID, "slug text UNIQUE", "INDEX by_slug (slug)"))
    assert told(tmp_path, declared, table(ID, "slug text UNIQUE"), "S013", "S045") == [
        ("S045", "public.orders.by_slug", "warning")
    ]


def test_an_index_on_a_missing_column_goes_with_the_column(tmp_path: Path) -> None:
    declared = entry(table(ID, "state text", "INDEX by_state (state)"))
    assert told(tmp_path, declared, table(ID), "S040", "S045") == [
        ("S040", "public.orders.state", "error")
    ]


# Types, and what else the catalogue says of a column ----------------------------------------------


def test_a_type_that_is_wrong_on_one_side_is_told_once(tmp_path: Path) -> None:
    declared = entry(table(ID, "unique_id varchar(255)", "at timestamptz", "data jsonb"))
    actual = table(ID, "unique_id int", "at timestamp", "data json")
    codes = ("S003", "S021", "S022", "S042")
    assert told(tmp_path, declared, actual, *codes) == [
        ("S042", "public.orders.unique_id", "error"),
        ("S042", "public.orders.at", "error"),
        ("S042", "public.orders.data", "error"),
    ]
    assert told(tmp_path, entry(actual), actual, *codes) == [
        ("S003", "public.orders.unique_id", "error"),
        ("S021", "public.orders.at", "warning"),
        ("S022", "public.orders.data", "info"),
    ]


LIST = """
**Columns**:
- `id` (UUID): Primary key
- `total` ({}): in cents
"""


@pytest.mark.parametrize(
    ("sql", "listed", "drawn", "migrated", "expected"),
    [
        pytest.param("int", "int", "int", "bigint", ["S042"], id="the migrations alone"),
        pytest.param("int", "bigint", "bigint", "bigint", ["S042"], id="the SQL alone"),
        pytest.param("int", "bigint", "int", "int", ["T017"], id="the list alone"),
        pytest.param("int", "int", "bigint", "int", ["D009"], id="the diagram alone"),
        pytest.param("int", "bigint", "int", "bigint", ["S042"], id="the SQL and the diagram"),
        pytest.param("int", "text", "int", "bigint", ["S042", "T017"], id="SQL and list apart"),
        pytest.param("int", "int", "text", "bigint", ["S042", "D009"], id="SQL and drawing apart"),
        pytest.param("int", "int", "int", "int", [], id="none"),
    ],
)
def test_four_stories_of_a_type(
    tmp_path: Path, sql: str, listed: str, drawn: str, migrated: str, expected: list[str]
) -> None:
    catalogue = entry(table(ID, f"total {sql}"), more=LIST.format(listed))
    catalogue += DIAGRAM.format(f"{drawn} total")
    got = told(tmp_path, catalogue, table(ID, f"total {migrated}"), "S042", "T017", "D009")
    assert [code for code, _, _ in got] == expected


@pytest.mark.parametrize(
    ("sql", "listed", "migrated", "expected"),
    [
        pytest.param(False, True, True, [("S041", "error")], id="the SQL lacks it"),
        pytest.param(True, False, False, [("S040", "error")], id="only the SQL has it"),
        pytest.param(False, True, False, [("T017", "error")], id="only the list has it"),
        pytest.param(True, False, True, [("T017", "error")], id="the list lacks it"),
        pytest.param(False, False, True, [("S041", "warning")], id="only the migrations have it"),
        pytest.param(True, True, False, [("S040", "error")], id="the migrations lack it"),
    ],
)
def test_three_stories_of_a_column(
    tmp_path: Path, sql: bool, listed: bool, migrated: bool, expected: list[tuple[str, str]]
) -> None:
    more = LIST.format("int") if listed else "**Columns**:\n- `id` (UUID): Primary key\n"
    catalogue = entry(table(ID, *["total int"] * sql), more=more)
    got = told(tmp_path, catalogue, table(ID, *["total int"] * migrated), "S040", "S041", "T017")
    assert [(code, severity) for code, _, severity in got] == expected


# Tables -------------------------------------------------------------------------------------------


def test_a_table_without_an_entry_is_undocumented_and_not_rogue_as_well(tmp_path: Path) -> None:
    other = f"{table(ID)} CREATE TABLE parts (id int PRIMARY KEY);"
    assert told(tmp_path, entry(table(ID)), other, "S048", "S049", "T007") == [
        ("T007", "public.parts", "error")
    ]


def test_a_renamed_table_is_one_finding(tmp_path: Path) -> None:
    columns = f"({ID}, {UNIQUE}, {PROCESS})"
    declared = entry(f"CREATE TABLE customers {columns};", "customers")
    actual = f"CREATE TABLE customer_list {columns};"
    assert told(tmp_path, declared, actual, "S048", "S049", "T007") == [
        ("S049", "public.customers", "error")
    ]


def test_that_a_planned_table_is_not_there_hides_no_undocumented_one(tmp_path: Path) -> None:
    columns = f"({ID}, {UNIQUE}, {PROCESS})"
    declared = entry(f"CREATE TABLE customers {columns};", "customers", status="Planned")
    actual = f"CREATE TABLE customer_list {columns};"
    assert told(tmp_path, declared, actual, "S048", "S049", "T007") == [
        ("S049", "public.customers", "info"),
        ("T007", "public.customer_list", "error"),
    ]


def test_a_planned_table_that_is_there_is_held_to_everything(tmp_path: Path) -> None:
    declared = entry(table(ID, "total int"), status="Planned")
    assert told(tmp_path, declared, table(ID, "total text"), "S042", "S049") == [
        ("S042", "public.orders.total", "error")
    ]


FILED = "### T - Traceability\n\n- **Migration File**: `{}`\n"


@pytest.mark.parametrize(
    ("status", "file", "expected"),
    [
        pytest.param("Active", "2026-01-01_gone.sql", [("S049", "error")], id="no such file"),
        pytest.param("Active", "001.sql", [("S049", "error")], id="a file of other tables"),
        pytest.param("Planned", "2026-01-01_gone.sql", [("S049", "info")], id="planned"),
        pytest.param(
            "Planned", "001.sql", [("S049", "info"), ("T021", "warning")],
            id="planned, and a file of other tables",
        ),
    ],
)  # fmt: skip
def test_a_table_that_no_migration_creates_is_told_once(
    tmp_path: Path, status: str, file: str, expected: list[tuple[str, str]]
) -> None:
    declared = entry(table(ID), status=status, more=FILED.format(file))
    other = "CREATE TABLE parts (id uuid PRIMARY KEY);"
    got = told(tmp_path, declared, other, "S049", "T020", "T021")
    assert [(code, severity) for code, _, severity in got] == expected


def test_a_table_that_is_there_is_held_against_the_file_that_is_named(tmp_path: Path) -> None:
    declared = entry(table(ID), more=FILED.format("2026-01-01_gone.sql"))
    assert told(tmp_path, declared, table(ID), "S049", "T020", "T021") == [
        ("T020", "public.orders", "error")
    ]


# Names --------------------------------------------------------------------------------------------


def test_an_index_name_that_is_taken_is_told_by_the_collision_alone(tmp_path: Path) -> None:
    both = "CREATE TABLE {0} (id uuid PRIMARY KEY, at date, INDEX idx_at (at));"
    catalogue = entry(both.format("orders")) + entry(both.format("parts"), "parts")
    actual = "".join(
        f"CREATE TABLE {name} (id uuid PRIMARY KEY, at date);CREATE INDEX {name}_at ON {name} (at);"
        for name in ("orders", "parts")
    )
    assert told(tmp_path, catalogue, actual, "S012", "S045", "S046", "S050") == [
        ("S012", "public.idx_at", "error")
    ]
