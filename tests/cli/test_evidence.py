"""Every report says what was judged, by what, and as of when."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from ctb_lint.cli.app import main
from ctb_lint.reporters.markdown import escaped
from tests.cli.live_project import Live
from tests.cli.live_project import _quiet_environment as _quiet_environment
from tests.cli.live_project import live as live
from tests.cli.test_check import SCHEMA

DAY = ("--as-of", "2026-11-22")
CATALOGUE = "# Tables\n\n## 1. orders\n\n**Barton ID**: BID-SHOP-001\n"
TOOL = f"ctb-lint {version('ctb-lint')}"


@pytest.fixture
def project(live: Live) -> Live:
    """The project with a catalogue and known debt."""
    (live.folder / "SCHEMA_REFERENCE.md").write_text(CATALOGUE)
    config = live.folder / "ctb-lint.toml"
    config.write_text(f'baseline = "debt.json"\n{config.read_text()}')
    assert main(["check", "--write-baseline", *DAY]) == 0
    return live


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a command prints that has no error."""
    capsys.readouterr()
    assert main([*arguments, *DAY]) == 0
    return capsys.readouterr().out


def reported(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """The JSON report, which obeys its schema."""
    report: dict[str, Any] = json.loads(printed(capsys, *arguments, "--format", "json"))
    Draft202012Validator(SCHEMA).validate(report)
    return report


def hashed(paths: Iterable[str]) -> dict[str, str]:
    return {path: hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in paths}


READ = ("SCHEMA_REFERENCE.md", "ctb-lint.toml", "debt.json", "migrations/001_orders.sql")
"""Everything that the project's runs read, by path."""


def digest() -> str:
    """Of what ``sha256sum`` prints of it."""
    lines = "".join(f"{one}  {path}\n" for path, one in hashed(READ).items())
    return hashlib.sha256(lines.encode()).hexdigest()


def test_files_alone_are_judged_as_of_a_day_and_by_hashed_files(
    project: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    report = reported(capsys, "check")
    sums = hashed(READ)
    assert report["tool"] == {"name": "ctb-lint", "version": version("ctb-lint")}
    assert report["evidence"] == {
        "time": None,
        "as_of": "2026-11-22",
        "pg_version": 15,
        "shadow": None,
        "database": None,
        "snapshot": None,
        "rows": None,
        "files": [
            {"what": "configuration", "path": "ctb-lint.toml", "sha256": sums["ctb-lint.toml"]},
            {"what": "baseline", "path": "debt.json", "sha256": sums["debt.json"]},
        ],
        "digest": digest(),
    }
    assert {one["path"]: one["sha256"] for one in report["inputs"]} == hashed(
        ("SCHEMA_REFERENCE.md", "migrations/001_orders.sql")
    )


@pytest.mark.parametrize("form", ["json", "sarif", "junit", "github", "gitlab", "markdown"])
def test_the_same_files_give_the_same_report(
    project: Live, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    first = printed(capsys, "check", "--format", form)
    assert printed(capsys, "check", "--format", form) == first


@pytest.mark.parametrize("path", READ)
def test_any_file_that_changes_changes_the_digest(
    project: Live, path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = reported(capsys, "check")["evidence"]["digest"]
    with Path(path).open("a", encoding="utf-8") as file:
        file.write("\n")
    after = reported(capsys, "check")["evidence"]["digest"]
    assert after == digest() != before


def test_an_audit_has_all_of_it(project: Live, capsys: pytest.CaptureFixture[str]) -> None:
    evidence = reported(capsys, "audit", "--db", project.url)["evidence"]
    assert evidence["time"] == "2026-11-22T10:11:12Z"
    assert evidence["as_of"] == "2026-11-22"
    assert evidence["digest"] == digest()
    assert evidence["database"]["name"] == project.name
    assert evidence["database"]["role"] == "postgres"
    assert evidence["rows"]["unfinished"] == 0


def test_sarif_has_what_json_has(project: Live, capsys: pytest.CaptureFixture[str]) -> None:
    evidence = reported(capsys, "audit", "--db", project.url)["evidence"]
    log = json.loads(printed(capsys, "audit", "--db", project.url, "--format", "sarif"))
    (run,) = log["runs"]
    (invocation,) = run["invocations"]
    assert invocation["endTimeUtc"] == evidence.pop("time")
    assert invocation["properties"] == {
        name: value for name, value in evidence.items() if value is not None
    }
    assert run["tool"]["driver"]["version"] == version("ctb-lint")
    assert [(one["location"]["uri"], one["sourceLanguage"]) for one in run["artifacts"]] == [
        ("SCHEMA_REFERENCE.md", "markdown"),
        ("migrations/001_orders.sql", "sql"),
    ]
    assert [one["hashes"]["sha-256"] for one in run["artifacts"]] == [
        *hashed(("SCHEMA_REFERENCE.md", "migrations/001_orders.sql")).values()
    ]


def properties(suite: ElementTree.Element) -> dict[str, str]:
    return {one.attrib["name"]: one.attrib["value"] for one in suite.iter("property")}


def test_junit_has_it_as_properties(project: Live, capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "audit", "--db", project.url, "--format", "junit")
    suites = {one.attrib["name"]: properties(one) for one in ElementTree.fromstring(text)}
    sums = hashed(READ)
    of_run = suites[f"database {project.name}"]
    assert suites["SCHEMA_REFERENCE.md"] == {"sha256": sums["SCHEMA_REFERENCE.md"]}
    assert (
        of_run.items()
        >= {
            "tool": TOOL,
            "name": project.name,
            "role": "postgres",
            "time": "2026-11-22T10:11:12Z",
            "as_of": "2026-11-22",
            "rows.unfinished": "0",
            "configuration.path": "ctb-lint.toml",
            "configuration.sha256": sums["ctb-lint.toml"],
            "baseline.path": "debt.json",
            "baseline.sha256": sums["debt.json"],
            "digest": digest(),
        }.items()
    )
    assert of_run["server_version"] in text


def test_junit_without_a_database_has_it_in_the_first_suite(
    project: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = ElementTree.fromstring(printed(capsys, "check", "--format", "junit"))
    assert properties(first)["digest"] == digest()
    assert properties(second) == hashed_property("migrations/001_orders.sql")


def hashed_property(path: str) -> dict[str, str]:
    return {"sha256": hashed((path,))[path]}


@pytest.mark.parametrize("form", ["text", "concise", "github", "markdown"])
def test_what_people_read_of_a_database_has_it_in_a_line(
    project: Live, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = printed(capsys, "audit", "--db", project.url, "--format", form)
    line = f"{TOOL} as of 2026-11-22; 4 files read, SHA-256 of their hashes {digest()}"
    assert line in text.replace("&#45;", "-").replace("&#59;", ";").replace("&#46;", ".")
    assert project.name in text
    assert "2026-11-22 10:11:12 UTC" in text.replace("&#58;", ":")


def test_text_and_concise_list_it_where_asked(
    project: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [
        f"{TOOL} as of 2026-11-22, for PostgreSQL 15",
        *(f"{one}  {path}" for path, one in hashed(READ).items()),
        f"{digest()}  (of these lines)",
    ]
    text = printed(capsys, "check", "--show-evidence")
    assert "".join(f"  {line}\n" for line in ("Evidence:", *lines))[2:] in text
    concise = printed(capsys, "check", "--show-evidence", "--format", "concise")
    assert [one.removeprefix("evidence: ") for one in concise.splitlines()[-7:-1]] == lines
    assert TOOL not in printed(capsys, "check")


def test_a_list_of_evidence_names_the_database(
    project: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    first, *_, evidence = printed(
        capsys, "audit", "--db", project.url, "--show-evidence", "--format", "text"
    ).split("Evidence:\n")
    opening = first.splitlines()[0]
    assert opening.startswith(f"Database {project.name} on ")
    assert f"  {opening}\n" in evidence


def test_a_snapshot_is_hashed(project: Live, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["snapshot", "--db", project.url, "--output", "schema.json"]) == 0
    evidence = reported(capsys, "check", "--snapshot", "schema.json")["evidence"]
    assert [(one["what"], one["path"]) for one in evidence["files"]] == [
        ("configuration", "ctb-lint.toml"),
        ("baseline", "debt.json"),
        ("snapshot", "schema.json"),
    ]
    assert evidence["files"][-1]["sha256"] == hashed(("schema.json",))["schema.json"]
    assert evidence["digest"] != digest()


def test_the_shadow_is_named(live: Live, capsys: pytest.CaptureFixture[str]) -> None:
    row = live.connection.execute("SHOW server_version").fetchone()
    assert row is not None
    report = reported(capsys, "check", "--shadow")
    assert report["evidence"]["shadow"] == row[0]
    assert f"for PostgreSQL 15, applied to PostgreSQL {row[0]}\n" in printed(
        capsys, "check", "--shadow", "--show-evidence"
    )


def test_the_ledger_has_it(project: Live, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(printed(capsys, "claims", "--db", project.url, "--format", "json"))
    assert list(found) == ["tool", "evidence", "summary", "claims", "failures", "inputs"]
    assert found["tool"]["version"] == version("ctb-lint")
    assert found["evidence"]["database"]["name"] == project.name
    assert found["evidence"]["as_of"] == "2026-11-22"
    assert found["failures"] == []
    assert [one["path"] for one in found["inputs"]] == [
        "SCHEMA_REFERENCE.md",
        "migrations/001_orders.sql",
    ]
    first, *_, last = printed(capsys, "claims", "--db", project.url).splitlines()
    assert first.startswith(f"Database {project.name} on ")
    assert last.startswith(f"{TOOL} as of 2026-11-22; 3 files read, SHA-256 of their hashes ")


def test_a_run_that_could_not_begin_has_none(
    project: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["check", "--config", "nowhere.toml", "--format", "json"]) == 2
    report = json.loads(capsys.readouterr().out)
    Draft202012Validator(SCHEMA).validate(report)
    assert report["evidence"] == {
        "time": None,
        "as_of": None,
        "pg_version": None,
        "shadow": None,
        "database": None,
        "snapshot": None,
        "rows": None,
        "files": [],
        "digest": None,
    }


def test_markdown_tells_what_was_skipped_and_why(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    config = live.folder / "ctb-lint.toml"
    kept = "[[exclude-tables]]\ntable = 'orders'\nreason = 'not ours'\n"
    config.write_text(f"{config.read_text()}\n{kept}")
    text = printed(capsys, "check", "--format", "markdown")
    skipped = reported(capsys, "check")["skipped"]
    assert [one["object"] for one in skipped] == ["public.orders"]
    (reason,) = (one["reason"] for one in skipped)
    assert text.endswith(
        "\n<details><summary>Skipped</summary>\n\n"
        f"- public.orders: {escaped(reason)}\n\n</details>\n"
    )


def test_where_no_file_was_read_none_is_hashed(
    live: Live,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("empty"))
    main(["check", "--db", live.url, "--format", "concise", *DAY])
    assert capsys.readouterr().out.splitlines()[-2] == f"{TOOL} as of 2026-11-22"
