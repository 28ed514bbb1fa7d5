"""Histories that start from a schema dump."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctb_lint.mishaps import CreatedTwice, UnknownRelation
from ctb_lint.model import QualifiedName
from ctb_lint.readers.sql.dump import Recorded, is_dump, recorded
from ctb_lint.readers.sql.heads import ConfiguredHistory
from ctb_lint.readers.sql.reader import SqlOptions, SqlRead, read
from ctb_lint.readers.sql.statements import parse_file
from ctb_lint.readers.sql.text import ReadFailure

HEAD = r"""--
-- PostgreSQL database dump
--

\restrict 8dGyTk3

-- Dumped from database version 18.0

SET statement_timeout = 0;
SET transaction_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
SET default_tablespace = '';

CREATE TABLE public.users (
    id integer NOT NULL
);
ALTER TABLE public.users OWNER TO app;
ALTER TABLE ONLY public.users ADD CONSTRAINT users_pkey PRIMARY KEY (id);
"""
TAIL = "\n\\unrestrict 8dGyTk3\n"
RECORD = (
    "INSERT INTO \"schema_migrations\" (version) VALUES\n('20240201000000'),\n('20240101000000');\n"
)


def plant(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


MIGRATIONS = {
    "db/migrate/20240101000000_users.sql": "CREATE TABLE users (id int);",
    "db/migrate/20240101000000_users.down.sql": "DROP TABLE users;",
    "db/migrate/20240201000000_key.sql": "ALTER TABLE users ADD PRIMARY KEY (id);",
    "db/migrate/20240301000000_email.sql": "ALTER TABLE users ADD email text;",
}


def options(root: Path, **keys: str) -> SqlOptions:
    history = ConfiguredHistory("app", "db/migrate", dump="db/structure.sql", **keys)  # type: ignore[arg-type]
    return SqlOptions(base=root, histories=(history,))


def outline(result: SqlRead) -> list[tuple[str, bool, bool]]:
    """Path, dump and released of all files."""
    return [(f.path, f.dump, f.released) for one in result.folded for f in one.history.files]


def columns(result: SqlRead) -> list[str]:
    (folded,) = result.folded
    return [
        column.name for column in folded.schema.tables[QualifiedName("public", "users")].columns
    ]


def test_migrations_that_the_dump_records_are_not_folded_again(tmp_path: Path) -> None:
    plant(tmp_path, {**MIGRATIONS, "db/structure.sql": HEAD + RECORD + TAIL})
    result = read([tmp_path / "db/migrate"], options(tmp_path))
    assert result.failures == ()
    assert outline(result) == [
        ("db/structure.sql", True, True),
        ("db/migrate/20240101000000_users.sql", False, True),
        ("db/migrate/20240201000000_key.sql", False, True),
        ("db/migrate/20240301000000_email.sql", False, False),
        ("db/migrate/20240101000000_users.down.sql", False, True),
    ]
    assert result.skipped == (
        ("db/migrate/20240101000000_users.down.sql", "contained in db/structure.sql"),
        ("db/migrate/20240101000000_users.sql", "contained in db/structure.sql"),
        ("db/migrate/20240201000000_key.sql", "contained in db/structure.sql"),
    )
    (folded,) = result.folded
    assert (folded.history.name, folded.history.from_nothing) == ("app", True)
    assert folded.history.mishaps == ()
    assert columns(result) == ["id", "email"]
    assert result.selected == {*MIGRATIONS, "db/structure.sql"}


def test_the_last_contained_migration_can_be_configured(tmp_path: Path) -> None:
    plant(tmp_path, {**MIGRATIONS, "db/structure.sql": HEAD})
    result = read([tmp_path / "db/migrate"], options(tmp_path, dump_version="20240201000000"))
    assert [path for path, _ in result.skipped] == sorted(MIGRATIONS)[:3]
    assert columns(result) == ["id", "email"]


@pytest.mark.parametrize(("last", "count"), [("20240101000000", 2), ("20240215", 3), ("2025", 4)])
def test_a_tool_that_keeps_the_last_version_alone_has_applied_all_before_it(
    tmp_path: Path, last: str, count: int
) -> None:
    record = f"INSERT INTO schema_migrations (version, dirty) VALUES ({last}, false);\n"
    plant(tmp_path, {**MIGRATIONS, "db/structure.sql": HEAD + record})
    result = read([tmp_path / "db/migrate"], options(tmp_path))
    assert len(result.skipped) == count


def test_without_a_record_all_migrations_follow_the_dump(tmp_path: Path) -> None:
    last = "db/migrate/20240301000000_email.sql"
    plant(tmp_path, {last: MIGRATIONS[last], "db/structure.sql": HEAD})
    result = read([tmp_path / "db/migrate"], options(tmp_path))
    assert (result.skipped, columns(result)) == ((), ["id", "email"])


def test_a_dump_version_before_all_migrations_contains_none(tmp_path: Path) -> None:
    last = "db/migrate/20240301000000_email.sql"
    plant(tmp_path, {last: MIGRATIONS[last], "db/structure.sql": HEAD})
    result = read([tmp_path / "db/migrate"], options(tmp_path, dump_version="20240201000000"))
    assert (result.failures, result.skipped) == ((), ())
    assert columns(result) == ["id", "email"]


def test_a_dump_version_that_stands_for_nothing_is_a_failure(tmp_path: Path) -> None:
    plant(tmp_path, {**MIGRATIONS, "db/structure.sql": HEAD})
    result = read([tmp_path / "db/migrate"], options(tmp_path, dump_version="20250101"))
    assert result.failures == (
        ReadFailure(
            "db/structure.sql",
            'has no migration that dump-version = "20250101" stands for',
            "its newest is 20240301000000_email: name that one, or check the version",
        ),
    )


def test_a_migration_that_the_dump_does_not_record_is_folded(tmp_path: Path) -> None:
    plant(tmp_path, {**MIGRATIONS, "db/structure.sql": HEAD})
    (folded,) = read([tmp_path / "db/migrate"], options(tmp_path)).folded
    assert [type(mishap) for mishap in folded.history.mishaps] == [CreatedTwice, CreatedTwice]


def test_the_search_path_of_the_dump_ends_with_it(tmp_path: Path) -> None:
    plant(tmp_path, {"db/structure.sql": HEAD, "db/migrate/1_a.sql": "CREATE TABLE a (x int);"})
    (folded,) = read([tmp_path / "db/migrate"], options(tmp_path)).folded
    assert QualifiedName("public", "a") in folded.schema.tables


def test_a_dump_that_is_not_there_leaves_nothing_certain(tmp_path: Path) -> None:
    plant(tmp_path, {"db/migrate/1_a.sql": "ALTER TABLE users ADD x int;"})
    result = read([tmp_path / "db/migrate"], options(tmp_path))
    assert [(f.path, f.message) for f in result.failures] == [
        ("db/structure.sql", "does not exist")
    ]
    (folded,) = result.folded
    assert folded.history.mishaps == ()
    assert folded.schema.knowledge.why_unknown(None, ("tables",)) is not None


def test_a_folder_of_migrations_may_hold_nothing_but_other_files(tmp_path: Path) -> None:
    plant(tmp_path, {"db/migrate/1_a.rb": "", "db/structure.sql": HEAD})
    result = read([tmp_path / "db/migrate"], options(tmp_path))
    assert result.failures == ()
    assert outline(result) == [("db/structure.sql", True, True)]
    assert result.selected == {"db/structure.sql"}


def test_naming_the_dump_reads_its_history_and_reports_on_the_dump(tmp_path: Path) -> None:
    plant(tmp_path, {**MIGRATIONS, "db/structure.sql": HEAD + RECORD})
    result = read([tmp_path / "db/structure.sql"], options(tmp_path))
    assert result.selected == {"db/structure.sql"}
    assert columns(result) == ["id", "email"]


def test_no_other_history_keeps_the_dump(tmp_path: Path) -> None:
    plant(tmp_path, {**MIGRATIONS, "db/structure.sql": HEAD + RECORD, "db/seeds.sql": "SELECT 1;"})
    result = read([tmp_path / "db"], options(tmp_path))
    assert [(one.history.name, len(one.history.files)) for one in result.folded] == [
        ("db", 1),
        ("app", 5),
    ]


def test_a_history_may_be_one_file(tmp_path: Path) -> None:
    plant(tmp_path, {"db/structure.sql": HEAD, "db/seeds.sql": "INSERT INTO nowhere VALUES (1);"})
    history = ConfiguredHistory("app", "db/structure.sql")
    result = read([tmp_path / "db/structure.sql"], SqlOptions(base=tmp_path, histories=(history,)))
    (folded,) = result.folded
    assert (folded.history.name, folded.history.mishaps) == ("app", ())
    assert outline(result) == [("db/structure.sql", True, False)]


def test_a_dump_that_comes_first_is_known_by_its_head(tmp_path: Path) -> None:
    plant(tmp_path, {"m/000_base.sql": HEAD, "m/001_a.sql": "ALTER TABLE users ADD a int;"})
    result = read([tmp_path / "m"], SqlOptions(base=tmp_path))
    assert outline(result) == [("m/000_base.sql", True, False), ("m/001_a.sql", False, False)]
    plant(tmp_path, {"m/002_b.sql": HEAD.replace("users", "more")})
    result = read([tmp_path / "m"], SqlOptions(base=tmp_path))
    assert [dump for _, dump, _ in outline(result)] == [True, False, False]


def test_after_a_dump_what_is_not_there_is_an_error_of_the_history(tmp_path: Path) -> None:
    plant(tmp_path, {"m/000_base.sql": HEAD, "m/001_a.sql": "ALTER TABLE orders ADD a int;"})
    (folded,) = read([tmp_path / "m"], SqlOptions(base=tmp_path)).folded
    assert [type(mishap) for mishap in folded.history.mishaps] == [UnknownRelation]
    assert folded.history.from_nothing is True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEAD, True),
        (
            "SET statement_timeout = 0;\nSELECT pg_catalog.set_config('search_path', '', false);",
            True,
        ),
        ("-- before: PostgreSQL database dump\nSELECT 1;", False),
        ("\n" * 5000 + "-- PostgreSQL database dump", False),
        ("", False),
    ],
)
def test_pg_dump_signs_what_it_writes(text: str, expected: bool) -> None:
    assert is_dump(text) is expected


ROWS = [
    pytest.param(
        "INSERT INTO public.schema_migrations (version) VALUES ('1'), ('2');",
        Recorded({"1", "2"}, set()), id="Rails and dbmate"),
    pytest.param(
        "COPY public.schema_migrations (version, inserted_at) FROM stdin;\n"
        "20240101\t2024-01-01\n20240102\t\\N\n\\.\n",
        Recorded({"20240101", "20240102"}, set()), id="Ecto"),
    pytest.param(
        "COPY public.schema_migrations (version, dirty) FROM stdin;\n42\tf\n\\.\n",
        Recorded(set(), set(), "42"), id="golang-migrate keeps the last alone"),
    pytest.param(
        "INSERT INTO schema_migrations (version, dirty) VALUES (42, true);",
        Recorded(set(), set()), id="golang-migrate after a failure"),
    pytest.param(
        "CREATE TABLE public.flyway_schema_history (installed_rank integer, version text, "
        "description text, type text, success boolean);\n"
        "INSERT INTO public.flyway_schema_history VALUES (1, '1', 'x', 'BASELINE', true);\n"
        "INSERT INTO public.flyway_schema_history VALUES (2, '2.1', 'x', 'SQL', true);\n"
        "INSERT INTO public.flyway_schema_history VALUES (3, '2.2', 'x', 'SQL', true);\n"
        "INSERT INTO public.flyway_schema_history VALUES (4, '2.3', 'x', 'SQL', false);\n"
        "INSERT INTO public.flyway_schema_history VALUES (5, NULL, 'x', 'SQL', true);\n"
        "INSERT INTO public.flyway_schema_history VALUES (6, '2.2', 'x', 'UNDO_SQL', true);\n",
        Recorded({"2.1"}, set(), "1"), id="Flyway with a baseline, a failure and an undo"),
    pytest.param(
        "COPY public.goose_db_version (id, version_id, is_applied) FROM stdin;\n"
        "1\t0\tt\n2\t5\tt\n3\t6\tt\n4\t6\tf\n\\.\n",
        Recorded({"0", "5"}, set()), id="goose with a way back"),
    pytest.param(
        "INSERT INTO _sqlx_migrations (version, success) VALUES (7, true), (8, false);",
        Recorded({"7"}, set()), id="sqlx"),
    pytest.param(
        "COPY public._prisma_migrations (id, finished_at, migration_name, rolled_back_at) "
        "FROM stdin;\na\t2024-01-01\t1_init\t\\N\nb\t\\N\t2_half\t\\N\n"
        "c\t2024-01-01\t3_back\t2024-01-02\n\\.\n",
        Recorded(set(), {"1_init"}), id="Prisma"),
    pytest.param(
        "INSERT INTO __diesel_schema_migrations (version, run_on) VALUES "
        "('20240101000000'::text, CURRENT_TIMESTAMP);",
        Recorded({"20240101000000"}, set()), id="diesel"),
    pytest.param(
        "COPY public.users (id) FROM stdin;\n1\n\\.\n"
        "COPY public.schema_migrations (version) FROM stdin;\n7\n\\.\n",
        Recorded({"7"}, set()), id="the data of its own statement"),
    pytest.param("COPY public.schema_migrations (version) TO stdout;", Recorded(set(), set()),
        id="rows that go out"),
    pytest.param("INSERT INTO schema_migrations SELECT 1;", Recorded(set(), set()),
        id="rows that no text shows"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), ROWS)
def test_the_record_of_a_tool_is_read(text: str, expected: Recorded) -> None:
    assert recorded(parse_file(text, "dump.sql"), text) == expected
