"""A drafted entry: what the migrations tell stands there, and a question for the rest."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from ctb_lint.drafting.entry import Draft, entry_text
from ctb_lint.drafting.facts import Facts, documented, facts_of
from ctb_lint.history import Folded
from ctb_lint.model import QualifiedName
from ctb_lint.questions import asked_in, asks, questions_in
from ctb_lint.readers.sql.reader import SqlOptions, read
from ctb_lint.standard import Standard

FILES = {
    "2025-08-19_ids.sql": (
        "CREATE TABLE ids (unique_id text PRIMARY KEY, process_id text NOT NULL,"
        " entity_type text, entity_id text);\n"
    ),
    "2025-08-20_users.sql": (
        "CREATE TABLE people (id int PRIMARY KEY, unique_id text NOT NULL UNIQUE);\n"
        "ALTER TABLE people RENAME TO users;\n"
    ),
    "2025-09-01_orders.sql": (
        "CREATE TABLE orders (\n"
        "    id int PRIMARY KEY,\n"
        "    unique_id text UNIQUE REFERENCES ids,\n"
        "    state text CHECK (state IN ('open', 'paid')),\n"
        "    orbt_layer int CHECK (orbt_layer BETWEEN 1 AND 4),\n"
        "    buyer_id int NOT NULL REFERENCES users\n"
        ");\n"
        "COMMENT ON COLUMN orders.state IS 'How far it is.';\n"
        "GRANT SELECT ON orders TO reporting;\n"
        "GRANT INSERT, UPDATE, DELETE ON orders TO app;\n"
        "ALTER TABLE orders ENABLE ROW LEVEL SECURITY;\n"
    ),
    "2025-10-23_more.sql": "ALTER TABLE users ADD COLUMN name text;\n",
}
ORDERS = """\
### 3. orders

**Barton ID**: `BID-DATA-003`
**HEIR ID**: `HEIR-2025-09-SHQ-ORDERS-01`
**Status**: Active
**Created**: 2025-09-01
**Author**: Dana
**Last Modified**: 2025-09-01

#### S - Structure

```sql
CREATE TABLE orders (
    id integer PRIMARY KEY,
    unique_id text UNIQUE REFERENCES ids (unique_id),
    state text CHECK (state IN ('open', 'paid')),
    orbt_layer integer CHECK (orbt_layer BETWEEN 1 AND 4),
    buyer_id integer NOT NULL REFERENCES users (id)
);
```

**Columns**:
- `id` (integer): primary key
- `unique_id` (text): refers to `ids.unique_id`, (UNIQUE)
- `state` (text): How far it is, "open", "paid"
- `orbt_layer` (integer): (1-4)
- `buyer_id` (integer): refers to `users.id`

#### T - Traceability

- **Migration File**: `2025-09-01_orders.sql`
- **Source Path**: `migrations/`

#### A - Authentication & Authorization

- **Read Access**: `reporting`
- **Write Access**: `app`
- **Delete Access**: `app`
- **Row-Level Security**: Enabled

#### M - Migration

**Creation Migration**: `2025-09-01_orders.sql`

**Rollback**:
```sql
DROP TABLE IF EXISTS orders;
```

**Version**: as of `2025-09-01_orders.sql`

#### P - Purpose

**Business Purpose**: TBD: what is the table for?

**Use Cases**:
1. TBD: what is it used for?

**Workflows**:
- TBD: which workflows read and write it?

**Related Entities**:
- `ids`: referred to by unique_id
- `users`: referred to by buyer_id

#### E - Enforcement

**Validation Rules**:
- `state` must be one of: "open", "paid"
- `orbt_layer` must be between 1 and 4

**CTB Compliance**:
- HEIR/ORBT tracking via `unique_id`, `orbt_layer`
- Audit logging: TBD: is every change logged, and where?
- Retention policy: TBD: how long are rows kept?

**Data Quality**:
- No NULL values for `id`, `buyer_id`
- Unique constraint on `unique_id`

#### D - Dependencies

**Foreign Keys**:
- `buyer_id` → `users.id`
- `unique_id` → `ids.unique_id`

**Dependent Tables**: None

**External Integrations**: TBD: which services read or write it?

**Linked Processes**:
- ORBT Layer: 2 (Processing)
"""


@pytest.fixture
def folded(tmp_path: Path) -> Folded:
    folder = tmp_path / "migrations"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    (found,) = read([folder], SqlOptions(base=tmp_path)).folded
    return found


def drafted(folded: Folded, name: str, **more: object) -> str:
    facts = facts_of(folded)[QualifiedName("public", name)]
    given = {"number": 3, "author": "Dana", **more}
    return entry_text(Draft(facts=facts, schema=folded.schema, standard=Standard(), **given))  # type: ignore[arg-type]


def test_an_entry_says_what_the_migrations_tell_and_asks_the_rest(folded: Folded) -> None:
    ids = {"barton_id": "BID-DATA-003", "heir_id": "HEIR-2025-09-SHQ-ORDERS-01"}
    assert drafted(folded, "orders", layer=2, **ids) == ORDERS
    assert questions_in(ORDERS) == 6


def test_what_nobody_knows_is_asked(folded: Folded) -> None:
    text = drafted(folded, "users", author=None)
    assert [line for line in text.splitlines() if "TBD" in line] == [
        "**Barton ID**: TBD: which number has the table?",
        "**HEIR ID**: TBD: which id has the table?",
        "**Author**: TBD: who made it?",
        "- **Read Access**: TBD: who may read it?",
        "- **Write Access**: TBD: who may write it?",
        "- **Delete Access**: TBD: who may delete from it?",
        "**Business Purpose**: TBD: what is the table for?",
        "1. TBD: what is it used for?",
        "- TBD: which workflows read and write it?",
        "- Audit logging: TBD: is every change logged, and where?",
        "- Retention policy: TBD: how long are rows kept?",
        "**External Integrations**: TBD: which services read or write it?",
        "- ORBT Layer: TBD: 1 (Input), 2 (Processing), 3 (Output), 4 (Orchestration)?",
    ]


def test_ids_without_a_foreign_key_are_a_soft_reference(folded: Folded) -> None:
    assert "**Depends On**:\n- `ids`, by a soft reference via `unique_id`\n" in drafted(
        folded, "users"
    )
    assert "Depends On" not in drafted(folded, "orders")
    registry = drafted(folded, "ids")
    assert "Depends On" not in registry
    assert "- All HEIR IDs must be registered\n" in registry
    assert "**Dependent Tables**:\n- `orders`, by unique_id\n" in registry


def test_facts_follow_a_table_through_its_files(folded: Folded) -> None:
    found = facts_of(folded)
    assert [name.name for name in found] == ["ids", "users", "orders"]
    users = found[QualifiedName("public", "users")]
    assert users == Facts(
        table=folded.schema.tables[QualifiedName("public", "users")],
        file="2025-08-20_users.sql",
        later=("2025-09-01_orders.sql", "2025-10-23_more.sql")[1:],
        source="migrations/",
        created=datetime.date(2025, 8, 20),
        modified=datetime.date(2025, 10, 23),
    )


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("20250819120000_t.sql", datetime.date(2025, 8, 19)),
        ("V20250819__t.sql", datetime.date(2025, 8, 19)),
        ("2025-08-19_t.sql", datetime.date(2025, 8, 19)),
        ("20251399_t.sql", None),
        ("0042_t.sql", None),
        ("1755600000_t.sql", None),
        ("202508191_t.sql", None),
    ],
)
def test_days_are_those_of_names(name: str, day: datetime.date | None, tmp_path: Path) -> None:
    (tmp_path / name).write_text("CREATE TABLE t (a int);\n")
    (found,) = read([tmp_path], SqlOptions(base=tmp_path)).folded
    (facts,) = facts_of(found).values()
    assert (facts.created, facts.modified, facts.source) == (day, day, "./")


def test_files_in_folders_of_their_own_are_named_by_these(tmp_path: Path) -> None:
    for folder, text in (
        ("001_t", "CREATE TABLE t (a int);"),
        ("002_u", "DROP TABLE IF EXISTS u;"),
    ):
        (tmp_path / "db" / folder).mkdir(parents=True)
        (tmp_path / "db" / folder / "up.sql").write_text(text)
        (tmp_path / "db" / folder / "down.sql").write_text("DROP TABLE t;")
    (found,) = read([tmp_path / "db"], SqlOptions(base=tmp_path)).folded
    (facts,) = facts_of(found).values()
    assert (facts.file, facts.rollback, facts.source) == ("001_t/up.sql", "001_t/down.sql", "db/")


def test_partitions_and_what_does_not_last_have_no_entry(tmp_path: Path) -> None:
    (tmp_path / "1.sql").write_text(
        "CREATE TABLE t (a int) PARTITION BY LIST (a); CREATE TABLE p PARTITION OF t DEFAULT;"
        "CREATE TEMP TABLE gone (a int); CREATE TABLE schema_migrations (version text);"
    )
    (found,) = read([tmp_path], SqlOptions(base=tmp_path)).folded
    schema = found.schema
    assert {
        name.name for name, table in schema.tables.items() if documented(schema, Standard(), table)
    } == {"t", "schema_migrations"}


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("TBD", ""),
        ("TBD: who?", "who?"),
        ("**Author**: TBD – who?", "who?"),
        ("*To be decided*", ""),
        ("todo which", "which"),
        ("Todor", None),
        ("none (tbd)", None),
        ("`tbd` is a value", None),
        ("", None),
    ],
)
def test_questions_are_known(text: str, asked: str | None) -> None:
    assert asked_in(text) == asked
    assert asks(text) is (asked is not None and not text.startswith("**A"))
