"""One fault, one finding: what a difference explains is not told a second time, and what it does
not explain is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.described import entry, found

Told = list[tuple[str, str, str]]

ID = "id uuid PRIMARY KEY"
UNIQUE = "unique_id varchar(255) NOT NULL UNIQUE"
PROCESS = "process_id varchar(255) NOT NULL"
CREATED = "created_at timestamptz NOT NULL DEFAULT now()"
INDEXED = f"CREATE TABLE orders ({ID}, {UNIQUE}, {PROCESS}); CREATE INDEX i ON orders (process_id);"
DIAGRAM = """
## Relationships

```mermaid
erDiagram
    ORDERS {{
        {}
    }}
```
"""


def told(folder: Path, catalogue: str, migrations: str, *codes: str, config: str = "") -> Told:
    return [
        (one.code, str(one.object), str(one.severity))
        for one in found(folder, catalogue, migrations, config=config)
        if one.code in codes
    ]


def table(*columns: str, also: str = "") -> str:
    return f"CREATE TABLE orders ({', '.join(columns)});{also}"


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
