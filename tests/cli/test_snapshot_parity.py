"""``check --snapshot`` finds what ``check --db`` finds, but for what only a running database, rows
and bodies of functions can tell."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
import pytest
from msgspec import structs

from ctb_lint.cli.app import main
from ctb_lint.cli.assess import only_running
from ctb_lint.cli.request import Request
from ctb_lint.cli.run import check
from ctb_lint.readers.snapshot.schema import NO_BODIES
from ctb_lint.readers.snapshot.sieve import WHY
from ctb_lint.registry import load
from ctb_lint.report import Report, Reported
from ctb_lint.rule import Example
from tests.examples import CATALOGUE, DATABASE, files_of, write
from tests.postgres import Server

RULES = load()
ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "examples" / "imo_creator"
EVERY = 1 if os.environ.get("CTB_LINT_ALL_EXAMPLES") else 12
"""Of examples that are not about a database one in so many is looked at: all of them take minutes.
"""
RUNNING = {code for code, rule in RULES.items() if only_running(rule)}
BODIES = {
    fact: {code for code, rule in RULES.items() if fact in rule.needs}
    for fact in ("trigger bodies", "function bodies")
}
COMPARED = {"S053"}
"""Bodies are one of the things that it compares."""


def examples() -> list[object]:
    found = [
        (f"{code}-{number}", structs.replace(example, before=""))
        for code, rule in RULES.items()
        if not rule.of_rows
        for number, example in enumerate((*rule.valid, *rule.invalid), 1)
    ]
    live = [one for one in found if one[1].live]
    others = [one for one in found if not one[1].live and _is_schema(one[1])]
    return [pytest.param(example, id=name) for name, example in (*live, *others[::EVERY])]


def _is_schema(example: Example) -> bool:
    return "CREATE" in example.text.upper()


@pytest.mark.parametrize("example", examples())
def test_both_find_the_same_in_an_example(
    server: Server, example: Example, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = files_of(example)
    write(example, tmp_path)
    monkeypatch.chdir(tmp_path)
    names = sorted(name for name in files if name.endswith(".sql") and name != DATABASE)
    with server.database() as connection:
        connection.execute(b"SET statement_timeout = '5s'")
        try:
            for name in (*names, DATABASE):
                connection.execute(files.get(name, "").encode())
        except psycopg.Error:
            pytest.skip("no database can be made of it")
        request = Request(
            paths=("migrations",) if names else (),
            catalogue=(CATALOGUE,) if CATALOGUE in files else (),
            config="ctb-lint.toml",
            all_findings=True,
        )
        request = structs.replace(request, histories=_histories(request))
        assert_same(*both(server.dsn(connection.info.dbname), request))


def _histories(request: Request) -> tuple[str, ...]:
    """The histories that build the database: all that there are."""
    found = {source.history for source in check(request).inputs if source.path.endswith(".sql")}
    return tuple(sorted(found - {""}))


@pytest.mark.parametrize("catalogue", ["SCHEMA_REFERENCE.md", "planted/SCHEMA_REFERENCE.md"])
@pytest.mark.parametrize("drifted", [False, True], ids=["as built", "drifted"])
def test_both_find_the_same_in_the_example_project(
    server: Server,
    catalogue: str,
    drifted: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(PROJECT)
    with server.database() as connection:
        for path in sorted(PROJECT.glob("migrations/*.sql")):
            connection.execute(path.read_bytes())
        if drifted:
            connection.execute(
                b"ALTER TABLE users ADD nickname text; DROP INDEX ids_process_id_idx;"
                b"ALTER TABLE blueprints DROP CONSTRAINT blueprints_pkey CASCADE;"
                b"CREATE TABLE rogue (id int); GRANT ALL ON users TO public"
            )
        request = Request(catalogue=(catalogue,), all_findings=True)
        asked, told = both(
            server.dsn(connection.info.dbname), request, str(tmp_path / "schema.json")
        )
    assert_same(asked, told)
    assert bool(asked.findings) or not drifted


def both(url: str, request: Request, file: str = "schema.json") -> tuple[Report, Report]:
    """What is found in a database, and in the snapshot of it."""
    assert main(["snapshot", "--db", url, "-o", file]) == 0
    asked = check(structs.replace(request, db=url))
    return asked, check(structs.replace(request, snapshot=file))


def assert_same(asked: Report, told: Report) -> None:
    assert told.failures == asked.failures
    of_bodies = {(skip.code, skip.object) for skip in told.skipped if skip.reason == NO_BODIES}
    assert {code for code, _ in of_bodies} - {""} <= BODIES["trigger bodies"] | BODIES[
        "function bodies"
    ]
    blind = of_bodies | {(one.code, one.object) for one in told.skipped if one.reason == WHY}
    hidden = {code for one in RUNNING for code in RULES[one].subsumes}

    def is_told(finding: Reported) -> bool:
        """Whether a snapshot can tell of it, and nothing that only a database tells hides it."""
        named = finding.object
        table = f"{named.schema}.{named.relation or named.name}"
        return (
            finding.code not in RUNNING | hidden | COMPARED and (finding.code, table) not in blind
        )

    def of(report: Report) -> list[Reported]:
        return [structs.replace(one, database="") for one in report.findings if is_told(one)]

    assert of(told) == of(asked)


def test_the_documentation_names_the_rules_that_a_snapshot_cannot_serve() -> None:
    text = (ROOT / "docs" / "live.md").read_text(encoding="utf-8")
    section = text.partition("## Snapshots")[2].partition("\n## ")[0]
    rows = [line.rpartition("|")[0].rpartition("|")[2] for line in section.split("\n")]
    named = [{code.strip() for code in row.split(",")} for row in rows]
    assert RUNNING in named
    assert BODIES["trigger bodies"] in named
    assert BODIES["function bodies"] in named
