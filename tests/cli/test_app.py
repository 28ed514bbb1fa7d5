"""The command line from outside: help, version, wrong usage, and every way a run can end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ctb_lint.cli import run
from ctb_lint.cli.app import main
from ctb_lint.cli.request import Request
from ctb_lint.report import Report
from tests.reporters.reports import SQL, finding, full, many, report, span

SCRIPT = Path(sys.executable).with_name("ctb-lint")
HEAVY = {"sqlglot", "sqlglotc", "psycopg", "postgast", "rich", "pathspec", "msgspec"}


def pretend(monkeypatch: pytest.MonkeyPatch, outcome: Report | BaseException) -> list[Request]:
    """Makes every check end so; returns the requests that were made."""
    requests: list[Request] = []

    def check(request: Request) -> Report:
        requests.append(request)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    monkeypatch.setattr(run, "check", check)
    return requests


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["-h"], ["check", "--help"]])
def test_help_and_version_import_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\n"
        "from ctb_lint.cli.app import main\n"
        f"assert main({arguments!r}) == 0\n"
        "print(*sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY.isdisjoint(ran.stderr.split())
    assert ran.stdout


def test_the_script_tells_its_version() -> None:
    ran = subprocess.run([SCRIPT, "--version"], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "ctb-lint 0.1.0\n", "")


def test_the_package_runs_as_a_module() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "ctb_lint", "--version"], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "ctb-lint 0.1.0\n", "")


def test_without_a_command_nothing_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "Usage: ctb-lint" in shown.err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param(["chekc"], "No such command 'chekc'. Did you mean 'check'?", id="command"),
        pytest.param(
            ["check", "--fromat", "json"],
            "No such option: --fromat (Possible options: --format)",
            id="option",
        ),
        pytest.param(["check", "--output"], "Option '--output' requires an argument", id="value"),
        pytest.param(
            ["check", "--format", "jsn"],
            "--format cannot be 'jsn'; did you mean json?",
            id="format",
        ),
        pytest.param(
            ["check", "--fail-on", "warn"],
            "--fail-on cannot be 'warn'; did you mean warning?",
            id="severity",
        ),
        pytest.param(
            ["check", "--profile", "strikt"],
            "--profile cannot be 'strikt'; did you mean strict?",
            id="profile",
        ),
        pytest.param(["check", "--pg-version", "9"], "--pg-version cannot be '9'", id="version"),
        pytest.param(["check", "--as-of", "soon"], "--as-of cannot be 'soon'", id="date"),
        pytest.param(["check", "--color", "on"], "--color cannot be 'on'", id="colour"),
        pytest.param(["check", "--select", ","], "--select names no rule", id="no rule selected"),
        pytest.param(["explain"], "Missing argument 'RULE'", id="argument"),
        pytest.param(
            ["explain", "missing-uniq-id"],
            "there is no rule 'missing-uniq-id'; did you mean missing-unique-id (S001)?",
            id="rule",
        ),
    ],
)
def test_wrong_usage_is_one_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    first, hint = shown.err.splitlines()
    assert first == f"error: {sentence}"
    assert hint.startswith("  = hint: ")


def test_an_interrupt_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend(monkeypatch, KeyboardInterrupt())
    assert main(["check"]) == 130
    assert capsys.readouterr() == (
        "",
        "error: interrupted: what was looked at by then is not reported\n"
        "  = hint: run again; `ctb-lint audit --resume FILE` writes down how far it gets\n",
    )


def test_an_internal_error_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CTB_LINT_TRACEBACK", raising=False)
    pretend(monkeypatch, ZeroDivisionError("oh\x1b"))
    assert main(["check"]) == 2
    assert capsys.readouterr() == (
        "",
        "error: internal error: ZeroDivisionError: oh\\x1b\n"
        "  = hint: this is a fault of ctb-lint: run again with CTB_LINT_TRACEBACK=1 and report "
        "what it prints\n",
    )


def test_an_internal_error_shows_its_traceback_on_request(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CTB_LINT_TRACEBACK", "1")
    pretend(monkeypatch, ZeroDivisionError("oh"))
    assert main(["check"]) == 2
    assert capsys.readouterr().err.startswith("Traceback (most recent call last):\n")


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
def test_head_ends_it_quietly(tmp_path: Path) -> None:
    """The reader of a real pipe goes away after one line, long before all is written."""
    code = (
        "import sys\n"
        "from ctb_lint.cli import run\n"
        "from ctb_lint.cli.app import main\n"
        "from tests.reporters.reports import many\n"
        "run.check = lambda request: many(5000)\n"
        "sys.exit(main(['check']))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as ran:
        assert ran.stdout
        assert ran.stderr
        assert ran.stdout.readline()
        ran.stdout.close()
        assert ran.stderr.read() == b""
        assert ran.wait() == 1


FULL = Path("/dev/full")


def on_full_disk(stream: str, *arguments: str, buffered: bool) -> subprocess.CompletedProcess[str]:
    """The command with a stream that takes nothing. Python writes to it at once, or at its end."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
    with FULL.open("w") as full:
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: full}
        return subprocess.run(
            [SCRIPT, *arguments],
            **streams,
            env=kept if buffered else {**kept, "PYTHONUNBUFFERED": "1"},
            text=True,
            check=False,
        )


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
@pytest.mark.parametrize("buffered", [True, False])
@pytest.mark.parametrize("command", ["rules", "--help", "--version"])
def test_a_full_disk_is_said(command: str, buffered: bool) -> None:
    ran = on_full_disk("stdout", command, buffered=buffered)
    said = "error: cannot write to standard output: No space left on device\n"
    assert (ran.returncode, ran.stderr) == (2, said)


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
@pytest.mark.parametrize("buffered", [True, False])
@pytest.mark.parametrize("arguments", [(), ("nonsense",), ("explain", "X999")])
def test_where_nothing_can_be_said_the_exit_code_stands(
    arguments: tuple[str, ...], buffered: bool
) -> None:
    ran = on_full_disk("stderr", *arguments, buffered=buffered)
    assert (ran.returncode, ran.stdout) == (2, "")


def test_figures_do_not_change_the_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, report())
    assert main(["check"]) == 0
    pretend(monkeypatch, many(2))
    assert main(["check"]) == 1
    pretend(monkeypatch, full())
    assert main(["check"]) == 2
    pretend(monkeypatch, report(finding(span(SQL, "users"))))
    assert main(["check", "--format", "json"]) == 1
