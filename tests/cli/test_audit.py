"""``ctb-lint audit``: files, live schema, differences and rows, in one report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ctb_lint.cli import options, run
from ctb_lint.cli.app import main
from ctb_lint.model import Table
from ctb_lint.registry import load
from ctb_lint.rows import Not, OneOf, Predicate
from ctb_lint.rule import RowCheck, Severity, complete, rule
from tests.cli.test_check import SCHEMA
from tests.cli.test_database import Live, found
from tests.cli.test_database import live as live

pytestmark = pytest.mark.usefixtures("_odd_states")
CODE = "X901"
ODD = f"{CODE} odd-state"


@rule(CODE, severity=Severity.ERROR)
def odd_state(table: Table) -> Iterator[RowCheck]:
    """A state is open or paid.

    What is neither is odd. It is nobody's.

    Another paragraph.
    """
    if table.name.name.startswith("orders"):
        yield RowCheck(
            check=Predicate(table.name, Not(OneOf("state", ("open", "paid")))),
            says="have a state that is neither open nor paid",
            object=table.object,
        )


@pytest.fixture
def _odd_states(monkeypatch: pytest.MonkeyPatch) -> None:
    """One more rule about rows is installed."""
    mine = complete(odd_state, str(odd_state.judge.__doc__), (), ())
    monkeypatch.setattr(run, "installed_rules", lambda: load() | {CODE: mine})


def fill(live: Live, rows: int = 10, odd: int = 2, table: str = "orders") -> None:
    live.execute(
        f"INSERT INTO {table} SELECT gen_random_uuid(), 'u' || n, 'p', now(), "
        f"CASE WHEN n <= {odd} THEN 'lost' ELSE 'open' END FROM generate_series(1, {rows}) AS n"
    )


def audited(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    """The exit code, and the JSON report, which obeys its schema."""
    code = main(["audit", *arguments, "--format", "json"])
    report = json.loads(capsys.readouterr().out)
    Draft202012Validator(SCHEMA).validate(report)
    return code, report


def test_rows_are_judged_beside_schema_and_differences(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(live)
    live.execute("ALTER TABLE orders ADD COLUMN note text")
    code, report = audited(capsys, "--db", live.url, "--select", f"S,{CODE}")
    assert code == 1
    assert found(report) == [("S041", "orders.note", ("live",)), (CODE, "orders", ("live",))]
    assert report["findings"][1]["message"].startswith(
        "2 of 10 rows of public.orders have a state that is neither open nor paid: id = "
    )
    assert report["evidence"]["rows"] == {
        "checks": 1,
        "unfinished": 0,
        "sample": None,
        "bound": None,
        "since": None,
    }


def test_check_asks_no_rows(live: Live, capsys: pytest.CaptureFixture[str]) -> None:
    fill(live)
    assert main(["check", "--db", live.url, "--select", f"S,{CODE}", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["evidence"]["rows"] is None


def test_every_format_tells_of_rows(live: Live, capsys: pytest.CaptureFixture[str]) -> None:
    fill(live)
    for form in options.FORMATS:
        assert main(["audit", "--db", live.url, "--select", CODE, "--format", form]) == 1
        printed = capsys.readouterr().out
        assert "2 of 10 rows of public.orders" in printed, form
