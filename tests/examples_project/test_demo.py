"""The demonstration: it runs, shows what it should, and says so where something is off."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from examples import database, demo
from tests.postgres import Server


def test_the_demonstration_comes_out_as_it_should(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert demo.main() == 0
    printed = capsys.readouterr()
    assert printed.err.splitlines()[-2:] == [
        "ctb-lint-baseline.json: 33 findings are known debt",
        'set baseline = "ctb-lint-baseline.json" in the configuration so that it is used',
    ]
    commands = [line for line in printed.out.splitlines() if line.startswith("$ ")]
    assert commands == [
        "$ cd examples/imo_creator",
        "$ ctb-lint check",
        *(f"$ ctb-lint check planted/{name}" for name in demo.SHOWN),
        "$ ctb-lint check planted --format concise",
        f"$ ctb-lint schema | head -n {demo.SCHEMA_LINES}",
        f"$ ctb-lint explain S011 | head -n {demo.EXPLAIN_LINES}",
        f"$ ctb-lint check --catalogue {demo.CATALOGUE} --format concise",
        f"$ ctb-lint catalogue fix {demo.CATALOGUE} --diff | head -n {demo.DIFF_LINES}",
        f"$ ctb-lint readiness ssot_registry --catalogue {demo.CATALOGUE}",
        "$ ctb-lint id new barton_id",
        f"$ ctb-lint check --diff --released none | head -n {demo.DIFF_LINES}",
        "$ ctb-lint check --write-baseline",
        "$ cat migrations/2025-10-26_create_parts.sql",
        "$ ctb-lint check --baseline ctb-lint-baseline.json",
        "$ ctb-lint audit",
        "$ ctb-lint audit --format concise",
        f"$ ctb-lint audit --select {demo.IN_FULL}",
        "$ ctb-lint check --db --select S040,S041,S042,S043,S044",
        *(
            f"$ ctb-lint explain {word} | head -n {demo.DRIFT_LINES}"
            for word in ("rogue", "phantom", "orphan", "ghost")
        ),
    ]
    assert str(demo.PROJECT) not in printed.out
    assert Path.cwd() == tmp_path


def test_the_schema_is_shown_up_to_the_end_of_its_first_table(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(demo.PROJECT)
    assert demo.show("schema", expected=demo.CLEAN, first=demo.SCHEMA_LINES)
    shown = capsys.readouterr().out.splitlines()[2:-1]
    assert shown[2] == "   ├─ table blueprints"
    assert shown[-1].startswith("   │  └─ ")


def test_a_command_that_ends_otherwise_fails_the_demonstration(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "ctb_lint", lambda arguments: 2)
    monkeypatch.setattr(demo, "findings", lambda *_: 1)
    monkeypatch.setattr(database, "running", no_server)
    assert demo.main() == 1
    assert capsys.readouterr().out.endswith("This is not what should have come out.\n")


def test_a_machine_that_runs_no_server_fails_the_demonstration(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "running", no_server)
    assert demo.main() == 1
    *_, said, detail, last = capsys.readouterr().out.splitlines()
    assert (said, detail, last) == (
        "The live database cannot be shown, since no PostgreSQL runs here: initdb failed:",
        "    no space left on the device",
        "This is not what should have come out.",
    )


@contextlib.contextmanager
def no_server() -> Iterator[Server]:
    """A machine on which the server does not start."""
    raise RuntimeError("initdb failed:\nno space left on the device")
    yield
