"""``ctb-lint check --db``: files, differences and the live schema, in one report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ctb_lint.cli import options
from ctb_lint.cli.app import main
from ctb_lint.cli.options import ENVIRONMENT, with_values
from tests.cli.live_project import CONFIG, ORDERS, Live, checked, found, object_of
from tests.cli.live_project import _quiet_environment as _quiet_environment
from tests.cli.live_project import live as live
from tests.postgres import Server


def test_a_database_that_is_what_the_migrations_build_is_clean(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--db", live.url]) == 0
    version = live.connection.execute("SHOW server_version").fetchone()
    assert version is not None
    host = live.url.partition("host=")[2]
    *lines, evidence = capsys.readouterr().out.splitlines()
    assert lines == [
        f"Database {live.name} on {host} as postgres (PostgreSQL {version[0]}), "
        "2026-11-22 10:11:12 UTC",
        "",
        f"No findings in 1 file, 4 statements and 2 tables of database {live.name}.",
    ]
    assert "; 2 files read, SHA-256 of their hashes " in evidence


def test_the_evidence_says_who_was_asked_and_when(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    code, report = checked(capsys, "--db", live.url)
    database = report["evidence"]["database"]
    assert code == 0
    assert report["evidence"]["time"] == "2026-11-22T10:11:12Z"
    assert database == {
        "name": live.name,
        "host": live.url.partition("host=")[2],
        "port": 5432,
        "role": "postgres",
        "superuser": True,
        "server_version": database["server_version"],
        "tls": False,
        "local": True,
        "plaintext_allowed": False,
        "standby": False,
        "named_by": "--db",
        "tables": 2,
    }


def test_a_run_over_files_alone_has_no_time(live: Live, capsys: pytest.CaptureFixture[str]) -> None:
    code, report = checked(capsys)
    known = report["evidence"]
    assert (code, known["time"], known["database"], known["rows"]) == (0, None, None, None)


def test_a_column_that_was_added_by_hand_is_a_difference(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    live.execute("ALTER TABLE orders ADD COLUMN note text")
    live.execute("ALTER TABLE orders DROP COLUMN state")
    code, report = checked(capsys, "--db", live.url)
    assert code == 1
    assert found(report) == [
        ("S041", "orders.note", ("live",)),
        ("S040", "orders.state", ("live",)),
    ]
    missing = report["findings"][1]
    assert (missing["path"], missing["line"]) == ("migrations/001_orders.sql", 6)
    assert missing["message"] == (
        "public.orders.state is not in the database; the migrations declare it as text"
    )


def test_a_fault_of_migrations_and_database_is_one_finding(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    live.execute("DROP INDEX orders_process_id_idx")
    text = ORDERS.replace("CREATE INDEX orders_process_id_idx ON orders (process_id);\n", "")
    (live.folder / "migrations" / "001_orders.sql").write_text(text)
    code, report = checked(capsys, "--db", live.url)
    assert code == 1
    assert found(report) == [("S010", "orders.process_id", ("migrations", "live"))]


def test_a_bare_database_is_judged_by_the_standard(
    server: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    with server.database() as connection:
        connection.execute("CREATE TABLE orders (unique_id text NOT NULL UNIQUE)")
        name = connection.info.dbname
        code, report = checked(capsys, "--db", server.dsn(name), "--select", "S002,T041")
    assert code == 1
    assert [finding["code"] for finding in report["findings"]] == ["S002", "T041"]
    assert {finding["database"] for finding in report["findings"]} == {name}
    assert report["skipped"] == [{"code": None, "object": "migrations", "reason": "there are none"}]


def test_what_the_role_may_not_see_is_skipped_and_said(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    live.execute("CREATE ROLE shy LOGIN; REVOKE SELECT ON pg_catalog.pg_index FROM public")
    try:
        url = live.url.replace("postgres@", "shy@")
        code, report = checked(capsys, "--db", url, "--select", "S010")
    finally:
        live.execute("GRANT SELECT ON pg_catalog.pg_index TO public; DROP ROLE shy")
    assert (code, report["findings"]) == (0, [])
    assert report["evidence"]["database"]["role"] == "shy"
    reasons = {one["reason"] for one in report["skipped"] if one["code"] == "S010"}
    assert reasons == {"the role may not ask: permission denied for table pg_index"}


# Which database, which histories ----------------------------------------------------------------


@pytest.mark.parametrize("variable", ["DATABASE_URL", "NEON_DATABASE_URL"])
def test_without_a_url_the_environment_names_the_database(
    live: Live,
    variable: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(variable, live.url)
    code, report = checked(capsys, "--db")
    assert (code, report["evidence"]["database"]["named_by"]) == (0, variable)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["check", "--db"], ["check", f"--db={ENVIRONMENT}"]),
        (["check", "--db", "--quiet"], ["check", f"--db={ENVIRONMENT}", "--quiet"]),
        (["check", "--db", "-o=x"], ["check", f"--db={ENVIRONMENT}", "-o=x"]),
        (["check", "--db", "migrations"], ["check", f"--db={ENVIRONMENT}", "migrations"]),
        (["check", "--db", "postgresql://h/d"], ["check", "--db=postgresql://h/d"]),
        (["check", "--db", "host=h dbname=d"], ["check", "--db=host=h dbname=d"]),
        (["check", "--db=x"], ["check", "--db=x"]),
        (["check", "--", "--db"], ["check", "--", "--db"]),
        # There it is no database.
        (["id", "new", "unique_id", "--db", "shq"], ["id", "new", "unique_id", "--db", "shq"]),
        # A variable that is not set must not mean another database.
        (["check", "--db", ""], ["check", "--db="]),
    ],
)
def test_the_value_of_db_may_be_left_out(given: list[str], expected: list[str]) -> None:
    assert with_values(given) == expected


def test_an_empty_url_is_refused(
    live: Live, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", live.url)
    code, report = checked(capsys, "--db", "")
    assert code == 2
    assert report["evidence"]["database"] is None
    assert report["failures"][0]["message"].startswith("--db is neither a URL nor")


def several(live: Live, more: str = "") -> None:
    other = live.folder / "billing"
    other.mkdir()
    (other / "001_bills.sql").write_text(
        ORDERS.replace("orders", "bills").split("CREATE TABLE i")[0]
    )
    (live.folder / "ctb-lint.toml").write_text(
        CONFIG.replace('paths = ["migrations"]\n', "")
        + '[[histories]]\nname = "shop"\npath = "migrations"\n'
        + more
        + '[[histories]]\nname = "billing"\npath = "billing"\n'
    )


def test_of_several_histories_one_must_be_named(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    several(live)
    assert main(["check", "--db", live.url]) == 2
    assert capsys.readouterr().err == (
        "error: there are 2 histories: which of them builds the database?\n"
        "  = hint: name it with --history billing, or set live = true in its [[histories]]\n"
    )


@pytest.mark.parametrize("configured", [True, False], ids=["configured", "by an option"])
def test_the_history_that_builds_the_database(
    live: Live, configured: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    several(live, "live = true\n" if configured else "")
    option = () if configured else ("--history", "shop")
    code, report = checked(capsys, "--db", live.url, *option, "--select", "S")
    assert (code, report["findings"]) == (0, [])


def test_two_histories_may_build_one_database(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    several(live)
    live.execute(ORDERS.replace("orders", "bills").split("CREATE TABLE i")[0])
    both = ("--history", "shop", "--history", "billing", "--select", "S")
    code, report = checked(capsys, "--db", live.url, *both)
    assert (code, report["findings"]) == (0, [])


def test_a_history_that_is_not_read_is_named(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--db", live.url, "--history", "migration"]) == 2
    assert capsys.readouterr().err == (
        "error: no history migration is read; did you mean migrations?\n"
        "  = hint: this run reads migrations\n"
    )


# What a platform keeps for itself -----------------------------------------------------------------


def test_the_schemas_of_a_platform_are_left_out_and_said(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    live.execute("CREATE SCHEMA auth; CREATE TABLE auth.users (id int)")
    code, report = checked(capsys, "--db", live.url, "--select", "S001,S002")
    assert (code, report["findings"]) == (0, [])
    assert report["skipped"] == [
        {
            "code": None,
            "object": "auth.users",
            "reason": "schema auth is Supabase's own: exclude-schemas = [] has it judged",
        }
    ]


@pytest.mark.parametrize(
    ("config", "migration"),
    [
        ("exclude-schemas = []\n", ""),
        ('include-schemas = ["auth", "public"]\n', ""),
        ("", "CREATE SCHEMA auth; CREATE TABLE auth.users (id int);"),
    ],
    ids=["nothing is excluded", "it is included", "a migration makes a table there"],
)
def test_a_schema_of_ones_own_is_judged_whatever_its_name(
    live: Live, config: str, migration: str, capsys: pytest.CaptureFixture[str]
) -> None:
    live.execute("CREATE SCHEMA auth; CREATE TABLE auth.users (id int)")
    (live.folder / "ctb-lint.toml").write_text(config + CONFIG)
    if migration:
        (live.folder / "migrations" / "002_auth.sql").write_text(migration)
    code, report = checked(capsys, "--db", live.url, "--select", "S001")
    assert (code, [object_of(one["object"]) for one in report["findings"]]) == (1, ["users"])


# What does not go together ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--since", "main"], "--db and --since cannot be used together"),
        (["--staged"], "--db and --staged cannot be used together"),
        (["--fix"], "--db and --fix cannot be used together"),
        (["--diff"], "--db and --diff cannot be used together"),
    ],
)
def test_what_is_about_files_alone_is_refused(
    live: Live, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--db", live.url, *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.err.splitlines()[0] == f"error: {message}"
    assert captured.out == ""


@pytest.mark.parametrize("arguments", [["--allow-plaintext"], ["--history", "migrations"]])
def test_what_is_about_a_database_needs_one(
    live: Live, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", *arguments]) == 2
    message = f"error: {arguments[0]} is about a database\n  = hint: name it with --db URL\n"
    assert capsys.readouterr().err == message


def test_what_is_released_is_reported_since_the_database_has_it(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    text = ORDERS.replace("    process_id varchar(255) NOT NULL,\n    created", "    created")
    text = text.replace("CREATE INDEX orders_process_id_idx ON orders (process_id);\n", "")
    (live.folder / "migrations" / "001_orders.sql").write_text(text)
    (live.folder / "ctb-lint.toml").write_text('released = "001"\n' + CONFIG)
    assert found(checked(capsys)[1]) == []
    live.execute("ALTER TABLE orders DROP COLUMN process_id")
    code, report = checked(capsys, "--db", live.url)
    assert (code, found(report)) == (1, [("S002", "orders", ("migrations", "live"))])


# Known debt and waivers ---------------------------------------------------------------------------


def test_debt_of_the_database_is_not_paid_where_nobody_looks_at_it(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    live.execute("ALTER TABLE orders ADD COLUMN note text; CREATE TABLE tmp (id int)")
    (live.folder / "ctb-lint.toml").write_text('baseline = "debt.json"\n' + CONFIG)
    assert main(["check", "--db", live.url, "--write-baseline"]) == 0
    entries = json.loads((live.folder / "debt.json").read_text())["findings"]
    assert {(one["rule"], one["object"], one["live"]) for one in entries} >= {
        ("S041", "public.orders.note", True),
        ("S001", "public.tmp", True),
    }
    assert all(one["live"] for one in entries)
    capsys.readouterr()
    code, report = checked(capsys)
    assert (code, report["summary"]["paid"]) == (0, 0)
    # Written anew by a run over files alone, it keeps what only a database shows.
    assert main(["check", "--write-baseline"]) == 0
    assert json.loads((live.folder / "debt.json").read_text())["findings"] == entries
    assert main(["check", "--prune-baseline"]) == 0
    assert json.loads((live.folder / "debt.json").read_text())["findings"] == entries
    live.execute("DROP TABLE tmp")
    capsys.readouterr()
    code, report = checked(capsys, "--db", live.url)
    gone = sum(one["object"].startswith("public.tmp") for one in entries)
    assert (code, report["summary"]["paid"]) == (0, gone)


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [("S041", ""), ("S001", "live = true\n")],
    ids=["a rule about differences", "a rule about any schema, of a database"],
)
def test_a_waiver_of_the_database_is_not_unused_where_nobody_looks_at_it(
    live: Live, rule: str, wanted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    live.execute("ALTER TABLE orders ADD COLUMN note text; CREATE TABLE tmp (id int)")
    waive = f'\n[[waive]]\nrule = "{rule}"\nobject = "*"\nreason = "by hand"\n{wanted}'
    (live.folder / "ctb-lint.toml").write_text(CONFIG + waive)
    assert found(checked(capsys, "--select", f"{rule},T050")[1]) == []
    code, report = checked(capsys, "--db", live.url, "--select", f"{rule},T050")
    assert (code, report["findings"]) == (0, [])
    assert [one["finding"]["code"] for one in report["suppressed"]] == [rule]
    live.execute("ALTER TABLE orders DROP COLUMN note; DROP TABLE tmp")
    _, report = checked(capsys, "--db", live.url, "--select", f"{rule},T050")
    assert [one["code"] for one in report["findings"]] == ["T050"]


def test_every_format_says_which_database_was_looked_at(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    live.execute("CREATE TABLE tmp (id int)")
    for form in options.FORMATS:
        assert main(["check", "--db", live.url, "--format", form]) == 1
        printed = capsys.readouterr().out
        # GitLab's report is a list of findings, and has no room for it.
        assert (live.name in printed) is (form != "gitlab"), form
        assert "public.tmp" in printed


def test_the_ledger_of_claims_asks_the_database(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "## 1. notes\n\n```sql\nCREATE TABLE notes (body TEXT NOT NULL);\n```\n"
    (live.folder / "SCHEMA_REFERENCE.md").write_text(text)
    (live.folder / "ctb-lint.toml").write_text('catalogue = ["SCHEMA_REFERENCE.md"]\n' + CONFIG)

    def broken(*options: str) -> list[str]:
        assert main(["claims", *options, "--verdict", "broken", "--format", "json"]) == 0
        return [one["text"] for one in json.loads(capsys.readouterr().out)["claims"]]

    live.execute("CREATE TABLE notes (body integer NOT NULL)")
    assert broken() == ["the table public.notes"]
    assert broken("--db", live.url) == ["the table public.notes", "body text"]
