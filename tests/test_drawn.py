"""The edges of diagrams, and what the owner's catalogue draws."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctb_lint.cli.request import Request
from ctb_lint.cli.run import check
from ctb_lint.drawn import Ties, drawn, places, soft_references, unjudged
from ctb_lint.model import QualifiedName
from ctb_lint.readers.catalogue.reader import read_catalogue_texts

SEED = Path(__file__).parents[2] / "shared" / "seed"


def entry(name: str, sql: str, said: str = "") -> str:
    return f"## {name}\n**Barton ID**: BID-DATA-001\n```sql\n{sql}\n```\n### D\n{said}\n"


TABLES = entry("users", "CREATE TABLE users (id INT PRIMARY KEY);") + entry(
    "orders", "CREATE TABLE orders (id INT PRIMARY KEY, buyer INT REFERENCES users);"
)


def test_an_edge_to_what_nothing_declares_is_judged_by_nobody() -> None:
    diagram = (
        "```mermaid\nerDiagram\n  USERS ||--o{ ORDERS : a\n  USERS ||--o{ STRANGERS : b\n```\n"
    )
    catalogue, schema = read_catalogue_texts({"c.md": TABLES + diagram})
    assert [(edge.label, why) for edge, why in unjudged(catalogue, schema)] == [
        ("b", "no SQL that can be read declares STRANGERS")
    ]


def test_an_edge_knows_its_tables_and_the_side_of_many() -> None:
    diagram = """
```mermaid
erDiagram
    u[USERS] {
        int id
    }
    u ||--o{ Orders : places
    ORDERS }|--|| USERS : "is of"
    USERS ||--|| ORDERS : has
    STRANGERS ||--o{ ORDERS : know
```
```mermaid
erDiagram
    u["users"]
    u ||--o{ public.orders : Places
    users ||--o{ orders : PLACES
```
"""
    catalogue, schema = read_catalogue_texts({"c.md": TABLES + diagram})
    found = [
        (one.left.name.name, one.right.name.name, one.many and one.many.name.name, one.words)
        for one in drawn(catalogue, schema)
    ]
    assert found == [
        ("users", "orders", "orders", "ties orders to users ('places')"),
        ("orders", "users", "orders", "ties orders to users ('is of')"),
        ("users", "orders", None, "ties orders to users ('has')"),
    ]
    assert [(str(name), at.line) for name, (at, _) in places(catalogue, schema).items()] == [
        ("public.users", 18),
        ("public.orders", 21),
    ]


def test_tables_are_tied_by_keys_a_third_table_and_inheritance() -> None:
    sql = """
    CREATE TABLE users (id INT PRIMARY KEY, boss INT REFERENCES users);
    CREATE TABLE teams (id INT PRIMARY KEY);
    CREATE TABLE members (user_id INT REFERENCES users, team_id INT REFERENCES teams);
    CREATE TABLE guests () INHERITS (users);
    CREATE TABLE parts (id INT PRIMARY KEY);
    """
    _, schema = read_catalogue_texts({"c.md": entry("users", sql)})
    ties = Ties([schema])

    def tied(one: str, other: str) -> bool:
        return ties.tie(QualifiedName("public", one), QualifiedName("public", other))

    assert [tied("users", one) for one in ("users", "teams", "members", "guests", "parts")] == [
        True, True, True, True, False,
    ]  # fmt: skip
    assert not tied("teams", "teams")


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("**Foreign Keys**: None (designed for loose coupling)", [((), True)]),
        ("**Foreign Keys**:\n- soft reference to `users`", [(("users",), True)]),
        ("- Soft reference via `unique_id` (not enforced FK)", [(("unique_id",), False)]),
        ("- The tables are loosely coupled", [((), False)]),
        ("- Logical foreign key, by convention", [((), False)]),
        ("**Foreign Keys**: None (central registry)", []),
        ("- Software references", []),
    ],
)
def test_what_declares_a_soft_reference(said: str, found: list[object]) -> None:
    catalogue, _ = read_catalogue_texts({"c.md": entry("users", "SELECT 1", said)})
    assert [(one.columns, one.own) for one in soft_references(catalogue.entries[0])] == found


@pytest.mark.skipif(not SEED.is_dir(), reason="the catalogue is not here")
def test_what_the_owners_diagram_draws_and_the_database_does_not_know(tmp_path: Path) -> None:
    (source,) = SEED.glob("*.txt")
    path = tmp_path / "SCHEMA_REFERENCE.md"
    path.write_bytes(source.read_bytes())
    report = check(Request(catalogue=(str(path),), select=("D001", "D002", "D013", "D014")))
    assert [
        (one.at and one.at.line, one.code, str(one.severity), one.object.name)
        for one in report.findings
    ] == [
        (621, "D001", "warning", "blueprints"),
        (622, "D014", "error", "ssot_registry"),
        (623, "D001", "info", "shq_master_error_log"),
        (623, "D013", "warning", "shq_master_error_log"),
        (625, "D001", "info", "users"),
        (626, "D001", "info", "blueprints"),
        (627, "D001", "info", "ssot_registry"),
        (628, "D001", "info", "composio_logs"),
        (630, "D001", "warning", "ssot_registry"),
        (631, "D014", "error", "shq_master_error_log"),
    ]
    assert report.findings[0].hint == (
        "ALTER TABLE public.blueprints ADD FOREIGN KEY (owner_id) REFERENCES public.users (id);"
    )


@pytest.mark.skipif(not SEED.is_dir(), reason="the catalogue is not here")
def test_what_the_owners_entries_claim_of_tables_and_processes_holds(tmp_path: Path) -> None:
    (source,) = SEED.glob("*.txt")
    path = tmp_path / "SCHEMA_REFERENCE.md"
    path.write_bytes(source.read_bytes())
    codes = ("D007", "D010", "D015", "D016", "M022", "T038")
    assert check(Request(catalogue=(str(path),), select=codes)).findings == ()
    lacking = check(Request(catalogue=(str(path),), select=("T027",))).findings
    assert [(one.at and one.at.line, one.object.name, one.facet) for one in lacking] == [
        (410, "users", "P"),
        (420, "users", "E"),
        (465, "blueprints", "P"),
        (475, "blueprints", "E"),
        (515, "ssot_registry", "P"),
        (560, "composio_logs", "P"),
        (570, "composio_logs", "E"),
        (590, "schema_migrations", "P"),
    ]
