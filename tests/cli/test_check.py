"""``ctb-lint check``: its options, its formats and where its output goes."""

from __future__ import annotations

import datetime
import json
import stat
import typing
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from ctb_lint.cli import options
from ctb_lint.cli.app import main
from ctb_lint.cli.output import wants_colour
from ctb_lint.cli.request import Request
from ctb_lint.cli.trouble import RunError
from ctb_lint.reporters import concise, github, gitlab, json_report, junit, markdown, sarif, text
from ctb_lint.settings import FIRST_PG, LAST_PG, FailOn, Profile
from tests.cli.test_app import pretend
from tests.reporters.reports import full, report

SCHEMA = json.loads(files("ctb_lint").joinpath("report.schema.json").read_text())


@pytest.fixture(autouse=True)
def _no_colour_wishes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)


def test_every_option_reaches_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    requests = pretend(monkeypatch, report())
    arguments = (
        "check a.sql b --config c.toml --profile strict --select S001,S002 --select E001 "
        "--extend-select M001 --ignore S005 --fail-on warning --pg-version 17 "
        "--default-schema app --stdin-filename x.sql --as-of 2025-11-22"
    )
    assert main(arguments.split()) == 0
    assert requests == [
        Request(
            paths=("a.sql", "b"),
            config="c.toml",
            profile="strict",
            select=("S001", "S002", "E001"),
            extend_select=("M001",),
            ignore=("S005",),
            fail_on="warning",
            pg_version=17,
            default_schema="app",
            stdin_filename="x.sql",
            as_of=datetime.date(2025, 11, 22),
        )
    ]


def test_the_options_know_the_words_of_the_configuration() -> None:
    assert typing.get_args(Profile) == options.PROFILES
    assert typing.get_args(FailOn) == options.FAIL_ON
    versions = [str(version) for version in range(FIRST_PG, LAST_PG + 1)]
    assert versions == list(options.PG_VERSIONS)


def test_what_is_not_said_is_left_to_the_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    requests = pretend(monkeypatch, report())
    assert main(["check"]) == 0
    assert requests == [Request()]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("text", "".join(text.render(full()))),
        ("concise", "".join(concise.render(full()))),
        ("json", "".join(json_report.render(full()))),
        ("sarif", "".join(sarif.render(full()))),
        ("github", "".join(github.render(full()))),
        ("gitlab", "".join(gitlab.render(full()))),
        ("junit", "".join(junit.render(full()))),
        ("markdown", "".join(markdown.render(full()))),
    ],
)
def test_every_format_goes_to_standard_output(
    form: str,
    expected: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pretend(monkeypatch, full())
    assert main(["check", "--format", form]) == 2
    assert capsys.readouterr() == (expected, "")


def test_a_report_is_written_to_a_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    pretend(monkeypatch, full())
    target = tmp_path / "report.txt"
    target.write_text("old")
    target.chmod(0o640)
    assert main(["check", "-o", str(target)]) == 2
    assert capsys.readouterr() == ("", "")
    assert target.read_text() == "".join(text.render(full()))
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["report.txt"]


def test_a_report_goes_through_a_link_to_its_target(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pretend(monkeypatch, report())
    (tmp_path / "link").symlink_to("real")
    assert main(["check", "-o", str(tmp_path / "link")]) == 0
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "".join(text.render(report()))


def test_a_report_that_cannot_be_written_is_no_pass(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    pretend(monkeypatch, report())
    target = tmp_path / "missing" / "report.txt"
    assert main(["check", "-o", str(target)]) == 2
    assert capsys.readouterr().err == (
        f"{target}: error: cannot write the report: No such file or directory\n"
    )


def test_a_run_that_could_not_begin_is_said_to_people(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = RunError("unknown key selct", hint="did you mean select?", path="c.toml", line=3)
    pretend(monkeypatch, wrong)
    assert main(["check"]) == 2
    said = "c.toml:3: error: unknown key selct\n  = hint: did you mean select?\n"
    assert capsys.readouterr() == ("", said)


def test_a_run_that_could_not_begin_is_said_to_machines_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend(monkeypatch, RunError("unknown key selct"))
    assert main(["check", "--format", "json"]) == 2
    shown = capsys.readouterr()
    assert shown.err == "error: unknown key selct\n"
    one = json.loads(shown.out)
    Draft202012Validator(SCHEMA).validate(one)
    assert one["summary"]["finished"] is False
    assert [failure["message"] for failure in one["failures"]] == ["unknown key selct"]


def test_piped_output_has_no_colours(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend(monkeypatch, full())
    main(["check"])
    assert "\x1b" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "environment", "painted"),
    [
        pytest.param([], {"FORCE_COLOR": "1"}, True, id="FORCE_COLOR paints"),
        pytest.param([], {"FORCE_COLOR": "0"}, False, id="FORCE_COLOR=0 does not"),
        pytest.param([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, id="NO_COLOR wins"),
        pytest.param(["--color", "always"], {"NO_COLOR": "1"}, True, id="the option wins"),
        pytest.param(["--color", "never"], {"FORCE_COLOR": "1"}, False, id="both ways"),
    ],
)
def test_colours_on_request(
    arguments: list[str],
    environment: dict[str, str],
    painted: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    pretend(monkeypatch, full())
    main(["check", *arguments])
    assert ("\x1b[" in capsys.readouterr().out) is painted


class _Terminal:
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "painted"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_a_terminal_gets_colours(environment: dict[str, str], painted: bool) -> None:
    assert wants_colour("auto", _Terminal(), environment) is painted  # type: ignore[arg-type]
