"""``ctb-lint check --snapshot``: a file stands for the database."""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ctb_lint.cli.app import main
from tests.cli.live_project import Live as Project
from tests.cli.live_project import _quiet_environment as _quiet_environment
from tests.cli.live_project import checked
from tests.cli.live_project import live as project  # noqa: F401  # a fixture
from tests.postgres import Connection

RICH = Path(__file__).parents[1] / "parity" / "rich_schema.sql"


class Live(NamedTuple):
    """A project in the working directory, and a database that is what its migrations build."""

    connection: Connection
    url: str
    folder: Path

    def execute(self, sql: str) -> None:
        self.connection.execute(sql.encode())

    @property
    def file(self) -> Path:
        return self.folder / "schema.json"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.file.read_bytes()).hexdigest()

    def take(self, *options: str) -> None:
        command = ["snapshot", "--db", self.url, "-o", "schema.json", *options]
        assert main(command) == 0


@pytest.fixture
def live(project: Project) -> Live:  # noqa: F811  # the imported fixture
    return Live(*project)


def found(report: dict[str, Any]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [
        (one["code"], one["object"]["name"], tuple(one["seen_in"])) for one in report["findings"]
    ]


def major(live: Live) -> int:
    return live.connection.info.server_version // 10_000


def test_a_database_that_is_what_the_migrations_build_is_clean(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    live.take()
    assert main(["check", "--snapshot", "schema.json"]) == 0
    text = capsys.readouterr().out
    assert text.startswith(
        f"Snapshot schema.json (PostgreSQL {major(live)}, sha256 {live.sha256})\n\n"
    )
    counts = "No findings in 1 file, 4 statements and 2 tables of the snapshot schema.json"
    assert counts in text


def test_the_evidence_names_the_file_and_no_time(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    live.take()
    code, report = checked(capsys, "--snapshot", "schema.json")
    known = report["evidence"]
    assert (code, known["time"], known["database"], known["rows"]) == (0, None, None, None)
    assert known["snapshot"] == {
        "path": "schema.json",
        "sha256": live.sha256,
        "postgresql": major(live),
        "tables": 2,
        "taken": None,
        "database": None,
        "server_version": None,
    }
    ground = {"what": "snapshot", "path": "schema.json", "sha256": live.sha256}
    assert known["files"][1:] == [ground]
    assert known["pg_version"] == major(live)


def test_a_stamped_one_says_of_what_it_was_taken(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    live.take("--stamped")
    stamp = json.loads(live.file.read_bytes())["stamp"]
    code, report = checked(capsys, "--snapshot", "schema.json")
    told = report["evidence"]["snapshot"]
    assert (code, told["taken"], told["database"], told["server_version"]) == (
        0, stamp["taken"], live.connection.info.dbname, stamp["server"],
    )  # fmt: skip
    assert main(["check", "--snapshot", "schema.json", "--format", "concise"]) == 0
    assert capsys.readouterr().out.startswith(
        f"Snapshot schema.json (PostgreSQL {stamp['server']}, of database "
        f"{live.connection.info.dbname}, taken {stamp['taken']}, sha256 {live.sha256})\n"
    )


def test_every_format_names_the_snapshot(live: Live, capsys: pytest.CaptureFixture[str]) -> None:
    live.execute("ALTER TABLE orders ADD note text")
    live.take()
    for form in ("text", "concise", "github", "markdown", "junit", "sarif", "json"):
        assert main(["check", "--snapshot", "schema.json", "--format", form]) in {0, 1}
        text = capsys.readouterr().out
        assert "schema.json" in text, form
        assert live.sha256 in text, form


def test_what_was_done_by_hand_is_found_as_in_the_database(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    live.execute("ALTER TABLE orders ADD note text; ALTER TABLE orders DROP state")
    live.execute("CREATE TABLE rogue (id int)")
    live.take()
    _, asked = checked(capsys, "--db", live.url)
    code, report = checked(capsys, "--snapshot", "schema.json")
    assert code == 1
    assert found(report) == found(asked)
    assert {one[0] for one in found(report)} >= {"S041", "S048"}


def test_it_needs_no_migrations(live: Live, capsys: pytest.CaptureFixture[str]) -> None:
    live.take()
    (live.folder / "migrations" / "001_orders.sql").unlink()
    (live.folder / "migrations").rmdir()
    (live.folder / "ctb-lint.toml").write_text('select = ["S001"]\n')
    live.execute("CREATE TABLE t (id int)")
    live.take()
    code, report = checked(capsys, "--snapshot", "schema.json")
    assert (code, found(report)) == (1, [("S001", "t", ("live",))])
    assert report["findings"][0]["database"] == "snapshot"


def test_what_it_cannot_tell_is_skipped_and_said(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    live.execute(
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
        "CREATE TRIGGER g BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION f()"
    )
    live.take()
    _, report = checked(capsys, "--snapshot", "schema.json")
    skipped = {(one["code"] or "", one["object"]): one["reason"] for one in report["skipped"]}
    for code in ("M013", "M014", "S060", "S061", "S062"):
        assert skipped[code, "schema.json"] == "only a running database can tell"
    assert skipped["", "schema.json"] == (
        "a snapshot has no rows: ctb-lint audit asks a database about them"
    )
    for code in ("E012", "E017"):
        assert skipped[code, "public.orders"] == "a snapshot has no bodies of functions"


def test_what_was_left_out_for_a_credential_is_no_difference(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    default = "ALTER TABLE orders ALTER state SET DEFAULT 'postgres://a:Zq7xK9@db.example.com/a'"
    live.execute(default)
    live.take()
    code, report = checked(capsys, "--snapshot", "schema.json")
    assert (code, found(report)) == (0, [])
    reasons = {one["reason"] for one in report["skipped"] if one["object"] == "public.orders"}
    why = "it may hold a credential, and no snapshot has those"
    assert f"columns are not compared: {why}" in reasons
    assert "Zq7xK9" not in json.dumps(report)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--db"], "--snapshot and --db cannot be used together"),
        (["--since", "main"], "--snapshot and --since cannot be used together"),
        (["--staged"], "--snapshot and --staged cannot be used together"),
        (["--fix"], "--snapshot and --fix cannot be used together"),
        (["--diff"], "--snapshot and --diff cannot be used together"),
        (["--write-baseline"], "--snapshot and --write-baseline cannot be used together"),
        (["--allow-plaintext"], "--snapshot and --allow-plaintext cannot be used together"),
    ],
)
def test_what_does_not_go_with_it_is_refused(
    live: Live, capsys: pytest.CaptureFixture[str], options: list[str], message: str
) -> None:
    live.take()
    assert main(["check", "--snapshot", "schema.json", *options]) == 2
    captured = capsys.readouterr()
    assert message in captured.out + captured.err


def test_a_url_is_no_snapshot(live: Live, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--snapshot", "postgres://a:Zq7xK9@db.example.com/a"]) == 2
    captured = capsys.readouterr()
    assert "a URL stands where none belongs" in captured.out + captured.err
    assert "Zq7xK9" not in captured.out + captured.err


@pytest.mark.parametrize(
    ("data", "message", "line"),
    [
        (None, "cannot be read: No such file or directory", None),
        (b'{"name": "ctb"}', "is no snapshot of ctb-lint", None),
        (b'{\n"ctb-lint-snapshot": 1,\n', "ends before the snapshot does", 3),
        (
            b'{"ctb-lint-snapshot": 2}',
            "is a snapshot of version 2: this ctb-lint reads version 1",
            None,
        ),
        (
            b'{"ctb-lint-snapshot": 1, "postgresql": 18, "default_schema": "app"}',
            "was taken with the default schema app, and this run has public",
            None,
        ),
    ],
)
def test_a_file_that_is_none_ends_in_a_report_that_is_not_finished(
    live: Live,
    capsys: pytest.CaptureFixture[str],
    data: bytes | None,
    message: str,
    line: int | None,
) -> None:
    if data is not None:
        live.file.write_bytes(data)
    code, report = checked(capsys, "--snapshot", "schema.json")
    assert code == 2
    (failure,) = report["failures"]
    assert (failure["message"], failure["path"], failure["line"]) == (message, "schema.json", line)
    assert failure["hint"]
    assert report["summary"]["finished"] is False
    assert report["evidence"]["snapshot"] is None


def test_a_report_is_not_written_over_the_snapshot(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    live.take()
    before = live.file.read_bytes()
    assert main(["check", "--snapshot", "schema.json", "--output", "json:schema.json"]) == 2
    assert "schema.json" in capsys.readouterr().err
    assert live.file.read_bytes() == before


def test_known_debt_that_only_the_database_shows_is_not_called_paid(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    live.execute("ALTER TABLE orders ADD note text")
    assert main(["check", "--db", live.url, "--write-baseline"]) == 0
    live.execute("ALTER TABLE orders DROP note")
    live.take()
    capsys.readouterr()
    options = ["--snapshot", "schema.json", "--baseline", "ctb-lint-baseline.json"]
    code, report = checked(capsys, *options)
    assert (code, report["baseline"]["paid"]) == (0, [])
    live.execute("ALTER TABLE orders ADD note text")
    live.take()
    code, report = checked(capsys, *options)
    assert (code, found(report), report["summary"]["baselined"]) == (0, [], 1)


def test_the_history_that_builds_it_is_named_as_for_a_database(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    live.take()
    assert main(["check", "--snapshot", "schema.json", "--history", "nothing"]) == 2
    captured = capsys.readouterr()
    assert "no history nothing is read" in captured.out + captured.err
    assert main(["check", "--snapshot", "schema.json", "--history", "migrations"]) == 0


def test_a_snapshot_that_contradicts_itself_is_judged_or_refused(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    live.execute(RICH.read_text(encoding="utf-8"))
    live.take()
    whole = json.loads(live.file.read_bytes())
    chance = random.Random(3)
    judged = 0
    for _ in range(25):
        document = json.loads(json.dumps(whole))
        for _ in range(chance.choice((1, 3, 8))):
            _twist(document, chance)
        live.file.write_text(json.dumps(document), encoding="utf-8")
        _, report = checked(capsys, "--snapshot", "schema.json")
        judged += not report["failures"]
        paths = [failure["path"] for failure in report["failures"]]
        assert paths in ([], ["schema.json"]), report["failures"]
    assert 5 < judged < 25


def _twist(value: Any, chance: random.Random) -> None:
    """Puts another value of the same type somewhere into the document."""
    words = ("", "app", "customers", "id", "x" * 70, "\x1b[0m", "(VALUE > 0)", "app.email", "check")
    while True:
        key = chance.choice(list(value) if isinstance(value, dict) else range(len(value)))
        inner = value[key]
        if isinstance(inner, dict | list) and inner and chance.random() < 0.85:
            value = inner
            continue
        if isinstance(inner, str):
            value[key] = chance.choice(words)
        elif isinstance(inner, bool):
            value[key] = not inner
        elif isinstance(inner, list):
            value[key] = inner[1:][::-1]
        else:
            del value[key]
        return


def test_domains_that_stand_on_each_other_end(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    live.take()
    document = json.loads(live.file.read_bytes())
    document["domains"] = [
        {"schema": "public", "name": name, "type": {"schema": "public", "name": other}}
        for name, other in (("a", "b"), ("b", "a"), ("c", "c"))
    ]
    document["tables"][0]["columns"] += [
        {"name": f"d{name}", "type": {"schema": "public", "name": name}} for name in "abc"
    ]
    live.file.write_text(json.dumps(document), encoding="utf-8")
    code, report = checked(capsys, "--snapshot", "schema.json")
    assert (code, report["failures"]) == (1, [])


def test_it_has_its_say_in_the_ledger_of_claims(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    (live.folder / "SCHEMA_REFERENCE.md").write_text(
        "### 1. orders\n\n**Barton ID**: `BID-DATA-001`\n\n#### E - Enforcement\n\n"
        "- `state` cannot be NULL\n"
    )
    live.execute("ALTER TABLE orders ALTER state DROP NOT NULL")
    live.take()
    assert main(["claims", "--verdict", "broken"]) == 0
    assert "`state` cannot be NULL" not in capsys.readouterr().out
    assert main(["claims", "--db", live.url, "--verdict", "broken"]) == 0
    asked = capsys.readouterr().out.split("\n")
    assert main(["claims", "--snapshot", "schema.json", "--verdict", "broken"]) == 0
    told = capsys.readouterr().out.split("\n")
    assert told[0].startswith("Snapshot schema.json (")
    assert told[1:-2] == asked[1:-2]
    assert any("`state` cannot be NULL" in line for line in told)
    assert main(["claims", "--snapshot", "schema.json", "--db", live.url]) == 2


def test_marks_in_a_snapshot_do_not_reach_the_terminal(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    live.take()
    document = json.loads(live.file.read_bytes())
    document["tables"][0]["name"] = "\x1b[31m\u202e\u0000"
    live.file.write_text(json.dumps(document), encoding="utf-8")
    assert main(["check", "--snapshot", "schema.json"]) == 1
    text = capsys.readouterr().out
    assert not {"\x1b", "\u202e", "\0"} & set(text)
    assert "\\x1b[31m\\u202e\\x00" in text


def test_what_a_server_made_of_the_migrations_is_compared_with_it(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    more = (
        "CREATE VIEW states AS SELECT DISTINCT state FROM orders WHERE state <> '';"
        "CREATE FUNCTION f(n int) RETURNS int LANGUAGE sql AS 'SELECT n';"
        "CREATE FUNCTION g(n int) RETURNS int LANGUAGE sql RETURN n;"
    )
    (live.folder / "migrations" / "002_more.sql").write_text(more)
    live.execute(more)
    live.take()
    code, report = checked(capsys, "--snapshot", "schema.json", "--shadow", "--ignore", "M")
    assert (code, found(report)) == (0, [])
    reasons = {one["reason"] for one in report["skipped"]}
    for what in ("function bodies", "view definitions"):
        assert any(reason.startswith(f"{what} are not compared: ") for reason in reasons)
    live.execute("CREATE OR REPLACE VIEW states AS SELECT DISTINCT state, 1 AS n FROM orders")
    live.take()
    code, report = checked(capsys, "--snapshot", "schema.json", "--shadow", "--ignore", "M")
    assert [one[:2] for one in found(report)] == [("S053", "states")]
