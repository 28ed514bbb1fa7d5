"""A database that is not what its migrations make of it: what each rule says, and that one fault is
told once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ctb_lint.report import Reported
from ctb_lint.rule import Example
from tests.examples import run
from tests.postgres import Server

_TYPED = re.compile(r"type `([A-Z][^`]*;)`")


def drifted(folder: Path, migrations: str, done: str, *codes: str) -> tuple[Reported, ...]:
    """The findings on a database that the migrations made and in which something was done."""
    example = Example(f"{migrations}\n-- file: live.sql\n{done}\n", live=True)
    report = run(example, folder, *codes)
    assert report.failures == ()
    return report.findings


ROWS = """
CREATE TABLE orders (id int PRIMARY KEY, owner text, total int);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touched BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON orders FOR SELECT USING (owner = CURRENT_USER);
GRANT SELECT ON orders TO pg_monitor WITH GRANT OPTION;
COMMENT ON TABLE orders IS 'Orders';
CREATE VIEW totals AS SELECT id, total FROM orders;
"""


@pytest.mark.parametrize(
    ("code", "done", "message", "hint"),
    [
        (
            "S053",
            "CREATE OR REPLACE VIEW totals AS SELECT id, total, owner FROM orders;",
            "the view public.totals has the columns (id, total, owner) in the database, "
            "not (id, total) as the migrations declare",
            "make it again as it is declared, or write a migration with what is there",
        ),
        (
            "S053",
            "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';",
            "the function public.f(integer) is in the database; the migrations declare none",
            "write a migration with the function",
        ),
        (
            "S053",
            "CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
            "AS 'BEGIN RETURN OLD; END';",
            "the function public.touch() is SECURITY DEFINER in the database, "
            "not SECURITY INVOKER as the migrations declare "
            "and does something else in the database than the migrations declare",
            "make it again as it is declared, or write a migration with what is there",
        ),
        (
            "S054",
            "ALTER TABLE orders DISABLE TRIGGER touched;",
            "trigger touched of public.orders is disabled in the database, "
            "not enabled as the migrations declare",
            "type `ALTER TABLE public.orders ENABLE TRIGGER touched;`",
        ),
        (
            "S054",
            "DROP TRIGGER touched ON orders;",
            "trigger touched of public.orders is not in the database; the migrations declare it",
            "make it as it is declared",
        ),
        (
            "S055",
            "ALTER TABLE orders FORCE ROW LEVEL SECURITY;",
            "row security of public.orders is forced in the database, "
            "not on as the migrations declare",
            "type `ALTER TABLE public.orders NO FORCE ROW LEVEL SECURITY;`",
        ),
        (
            "S055",
            "ALTER POLICY own ON orders TO pg_monitor USING (true);",
            "policy own of public.orders is TO pg_monitor and USING (true) in the database, "
            "not TO PUBLIC and USING (owner = CURRENT_USER) as the migrations declare",
            "type `DROP POLICY own ON public.orders; CREATE POLICY own ON public.orders "
            "FOR SELECT TO PUBLIC USING (owner = CURRENT_USER);`",
        ),
        (
            "S055",
            "DROP POLICY own ON orders;",
            "policy own of public.orders is not in the database; the migrations declare it",
            "type `CREATE POLICY own ON public.orders "
            "FOR SELECT TO PUBLIC USING (owner = CURRENT_USER);`",
        ),
        (
            "S056",
            "REVOKE GRANT OPTION FOR SELECT ON orders FROM pg_monitor;"
            "GRANT UPDATE (total) ON orders TO PUBLIC;",
            "PUBLIC has UPDATE in the database, not no privilege as the migrations declare: "
            "on public.orders (total)",
            "type `REVOKE UPDATE (total) ON public.orders FROM PUBLIC;`, "
            "or put the migrations right",
        ),
        (
            "P005",
            "COMMENT ON TABLE orders IS NULL;",
            "public.orders has no comment in the database; the migrations declare 'Orders'",
            "type `COMMENT ON TABLE public.orders IS 'Orders';`",
        ),
    ],
)
def test_the_message_names_the_fact_and_the_hint_says_what_to_type(
    tmp_path: Path, server: Server, code: str, done: str, message: str, hint: str
) -> None:
    found = {one.message: one.hint for one in drifted(tmp_path, ROWS, done, code)}
    assert found[message] == hint
    with server.database() as connection:
        for sql in (ROWS, done, *_TYPED.findall(hint)):
            connection.execute(sql.encode())


def test_a_privilege_that_may_be_passed_on_is_another_one(tmp_path: Path) -> None:
    done = "REVOKE GRANT OPTION FOR SELECT ON orders FROM pg_monitor;"
    (one,) = drifted(tmp_path, ROWS, done, "S056")
    assert (one.message, one.hint) == (
        "pg_monitor has SELECT in the database, "
        "not SELECT WITH GRANT OPTION as the migrations declare: on public.orders",
        "type `GRANT SELECT ON public.orders TO pg_monitor WITH GRANT OPTION;`, "
        "or put the migrations right",
    )


@pytest.mark.parametrize(
    ("done", "codes", "expected"),
    [
        pytest.param(
            "ALTER TABLE orders DISABLE TRIGGER touched;", ("S054", "E027"), ["S054"],
            id="a trigger that is switched off",
        ),
        pytest.param(
            "ALTER TABLE orders DISABLE ROW LEVEL SECURITY;", ("S055", "A002"), ["A002"],
            id="row security that is switched off",
        ),
        pytest.param(
            "DROP POLICY own ON orders;", ("S055", "A003"), ["S055"], id="the only policy"
        ),
        pytest.param(
            "GRANT SELECT ON orders TO PUBLIC;", ("S056", "A005"), ["S056"], id="a grant to all"
        ),
        pytest.param(
            "COMMENT ON TABLE orders IS NULL;", ("P001", "P005"), ["P005"], id="a lost comment"
        ),
        pytest.param(
            "ALTER TABLE orders ADD CHECK (total > 0) NOT VALID;", ("S047", "S059", "S063"),
            ["S047", "S063"], id="a check that nobody declared, and that is not valid",
        ),
        pytest.param(
            "CREATE TABLE extra (id int PRIMARY KEY);", ("S048", "T007"), ["S048"],
            id="a table that nothing declares",
        ),
    ],
)  # fmt: skip
def test_one_fault_is_told_once(
    tmp_path: Path, done: str, codes: tuple[str, ...], expected: list[str]
) -> None:
    found = drifted(tmp_path, ROWS, done, *codes)
    assert sorted(one.code for one in found) == expected


def test_a_check_that_is_not_valid_in_the_database_alone_is_told_once(tmp_path: Path) -> None:
    checked = f"{ROWS} ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0);"
    done = (
        "ALTER TABLE orders DROP CONSTRAINT positive;"
        "ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID;"
    )
    assert [one.code for one in drifted(tmp_path, checked, done, "S059", "S063")] == ["S059"]


CATALOGUE = """
-- file: SCHEMA_REFERENCE.md
## orders

**Barton ID**: BID-SHOP-001

```sql
CREATE TABLE orders (id INT PRIMARY KEY, owner TEXT, total INT);
```
"""


def test_a_table_that_neither_declares_is_rogue_and_not_undocumented_as_well(
    tmp_path: Path,
) -> None:
    done = f"CREATE TABLE extra (id int PRIMARY KEY);{CATALOGUE}"
    found = drifted(tmp_path, ROWS, done, "S048", "T007")
    assert [(one.code, str(one.object)) for one in found] == [("S048", "public.extra")]


def test_what_migrations_and_database_have_otherwise_than_declared_is_one_finding(
    tmp_path: Path,
) -> None:
    catalogue = CATALOGUE.replace("total INT", "total BIGINT")
    (one,) = drifted(tmp_path, ROWS, catalogue, "S042")
    assert (str(one.object), one.seen_in) == ("public.orders.total", ("migrations", "live"))


PARTED = """
CREATE TABLE logs (id int, day date CHECK (day > '2020-01-01'), PRIMARY KEY (id, day))
    PARTITION BY RANGE (day);
CREATE INDEX ON logs (day);
CREATE TABLE logs_2025 PARTITION OF logs FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE logs_2026 (
    id int,
    day date CONSTRAINT logs_day_check CHECK (day > '2020-01-01'),
    PRIMARY KEY (id, day)
);
CREATE INDEX ON logs_2026 (day);
"""


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        pytest.param(
            "ALTER TABLE logs DETACH PARTITION logs_2025;",
            [("S064", "public.logs_2025")],
            id="detached",
        ),
        pytest.param(
            "ALTER TABLE logs ATTACH PARTITION logs_2026 "
            "FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');",
            [("S064", "public.logs_2026")],
            id="attached",
        ),
        pytest.param(
            "ALTER TABLE logs DETACH PARTITION logs_2025; DROP INDEX logs_2025_day_idx;"
            "ALTER TABLE logs_2025 DROP CONSTRAINT logs_day_check;",
            [
                ("S045", "public.logs_2025.logs_2025_day_idx"),
                ("S047", "public.logs_2025.logs_day_check"),
                ("S064", "public.logs_2025"),
            ],
            id="detached, and without what it had from its parent",
        ),
        pytest.param(
            "ALTER TABLE logs RENAME TO archive;",
            [
                ("S049", "public.logs"),
                ("S064", "public.logs_2025"),
            ],
            id="of a parent of another name",
        ),
    ],
)
def test_what_a_partition_has_from_its_parent_is_no_fault_of_its_own(
    tmp_path: Path, done: str, expected: list[tuple[str, str]]
) -> None:
    found = drifted(tmp_path, PARTED, done, "S04", "S05", "S064")
    assert sorted((one.code, str(one.object)) for one in found) == expected
