"""``ctb-lint audit``: files, live schema, differences and rows, in one report."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ctb_lint.cli import options
from ctb_lint.cli.app import main
from tests.cli.live_project import Live, found
from tests.cli.live_project import _quiet_environment as _quiet_environment
from tests.cli.live_project import live as live
from tests.cli.test_check import SCHEMA

ONLY = ("--select", "E025", "--fail-on", "warning")


def fill(live: Live, rows: int = 10, old: int = 2) -> None:
    made = f"CASE WHEN n <= {old} THEN '1970-01-02'::timestamptz ELSE now() END"
    live.execute(
        f"INSERT INTO orders SELECT gen_random_uuid(), 'u' || n, 'p', {made}, 'x' "
        f"FROM generate_series(1, {rows}) n"
    )
    live.execute("ANALYZE orders")


def audited(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    """The exit code, and the JSON report, which obeys its schema."""
    code = main(["audit", *arguments, "--format", "json"])
    report = json.loads(capsys.readouterr().out)
    Draft202012Validator(SCHEMA).validate(report)
    return code, report


def messages(report: dict[str, Any]) -> list[str]:
    return [one["message"] for one in report["failures"]]


def test_rows_are_judged_beside_schema_and_differences(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(live)
    live.execute("ALTER TABLE orders ADD COLUMN note text")
    code, report = audited(capsys, "--db", live.url, "--select", "S,E025", "--fail-on", "warning")
    assert code == 1
    assert sorted(found(report)) == [
        ("E025", "orders.created_at", ("live",)),
        ("S041", "orders.note", ("live",)),
    ]
    (row,) = (one for one in report["findings"] if one["code"] == "E025")
    message, _, keys = row["message"].partition(": id = ")
    assert message == (
        "2 of 10 rows of public.orders have a created_at in the future, or before 1971"
    )
    assert len(keys.split("; id = ")) == 2
    assert report["evidence"]["rows"] == {
        "checks": 2,
        "unfinished": 0,
        "sample": None,
        "bound": None,
        "since": None,
    }


def test_check_asks_no_rows(live: Live, capsys: pytest.CaptureFixture[str]) -> None:
    fill(live)
    assert main(["check", "--db", live.url, *ONLY, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["evidence"]["rows"] is None


def test_every_format_tells_of_rows(live: Live, capsys: pytest.CaptureFixture[str]) -> None:
    fill(live)
    for form in options.FORMATS:
        assert main(["audit", "--db", live.url, *ONLY, "--format", form]) == 1
        assert "2 of 10 rows of public.orders" in capsys.readouterr().out, form


def test_the_text_says_what_was_asked(live: Live, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "--db", live.url, *ONLY]) == 0
    first, *_, last, _ = capsys.readouterr().out.splitlines()
    assert first.endswith("2026-11-22 10:11:12 UTC; 2 questions about its rows")
    assert last == f"No findings in 1 file, 4 statements and 2 tables of database {live.name}."


def test_without_a_url_the_environment_names_the_database(
    live: Live, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NEON_DATABASE_URL", live.url)
    code, report = audited(capsys, *ONLY)
    assert (code, report["evidence"]["database"]["named_by"]) == (0, "NEON_DATABASE_URL")


@pytest.mark.parametrize("given", [[], ["--db", ""]], ids=["none", "an empty one"])
def test_no_database_is_no_pass(
    live: Live, given: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code, report = audited(capsys, *given)
    assert (code, report["evidence"]["rows"], len(report["failures"])) == (2, None, 1)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["--sample", "0"], "--sample cannot be 0: it is a percentage below 100"),
        (["--sample", "100"], "--sample cannot be 100: it is a percentage below 100"),
        (["--sample", "nan"], "--sample cannot be nan: it is a percentage below 100"),
        (["--max-rows", "0"], "--max-rows cannot be 0: nothing would be looked at"),
        (["--max-seconds", "-1"], "--max-seconds cannot be -1: nothing would be looked at"),
        (["--rows-since", "yesterday"], "--rows-since cannot be 'yesterday'"),
        (
            ["--sample", "5", "--write-baseline"],
            "--sample and --write-baseline cannot be used together",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(
    live: Live, given: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", "--db", live.url, *given]) == 2
    assert capsys.readouterr().err.splitlines()[0] == f"error: {message}"


# What was not looked at ---------------------------------------------------------------------------


def test_rows_that_were_not_looked_at_are_no_pass(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(live, rows=5000, old=0)
    why = "no more than 300 rows of a table were to be looked at"
    code, report = audited(capsys, "--db", live.url, *ONLY, "--max-rows", "300")
    assert (code, messages(report)) == (2, [f"not all rows of public.orders were looked at: {why}"])
    assert report["evidence"]["rows"]["unfinished"] == 1
    accepted = ("--max-rows", "300", "--accept-unfinished")
    code, report = audited(capsys, "--db", live.url, *ONLY, *accepted)
    assert (code, report["failures"], report["evidence"]["rows"]["unfinished"]) == (0, [], 1)
    reason = f"not all of its rows were looked at: {why}"
    assert report["skipped"] == [{"code": "E025", "object": "public.orders", "reason": reason}]


def test_a_sample_is_no_full_audit(live: Live, capsys: pytest.CaptureFixture[str]) -> None:
    fill(live, rows=150_000, old=0)
    live.execute("ANALYZE orders")
    code, report = audited(capsys, "--db", live.url, *ONLY, "--sample", "10")
    rows = report["evidence"]["rows"]
    assert (code, rows["sample"]) == (0, 0.1)
    # Three in the number of rows that were looked at, some 15,000.
    assert 0.00015 < rows["bound"] < 0.00025
    (skipped,) = report["skipped"]
    assert (skipped["code"], skipped["object"]) == ("E025", "public.orders")
    assert skipped["reason"].startswith("a sample of its rows: with 95 % confidence at most 0.02")
    assert main(["audit", "--db", live.url, *ONLY, "--sample", "10"]) == 0
    first = capsys.readouterr().out.splitlines()[0]
    assert "a sample of 10 %, which is no full audit: where nothing was found, up to 0.02" in first


def test_old_rows_can_be_left_out(live: Live, capsys: pytest.CaptureFixture[str]) -> None:
    fill(live)
    code, report = audited(capsys, "--db", live.url, *ONLY, "--rows-since", "2020-01-01")
    assert (code, report["findings"]) == (0, [])
    assert report["evidence"]["rows"]["since"] == "2020-01-01T00:00:00+00:00"
    assert {(one["object"], one["reason"]) for one in report["skipped"]} == {
        ("public.orders", "only some of its rows were looked at"),
        ("public.ids", "only some of its rows were looked at"),
    }


# Known debt and waivers ---------------------------------------------------------------------------


def test_debt_of_rows_is_not_paid_where_nobody_looks_at_them(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(live)
    config = live.folder / "ctb-lint.toml"
    config.write_text('baseline = "debt.json"\n' + config.read_text())
    assert main(["audit", "--db", live.url, "--write-baseline"]) == 0
    entries = json.loads((live.folder / "debt.json").read_text())["findings"]
    assert ("E025", "public.orders.created_at") in {(one["rule"], one["object"]) for one in entries}
    for look in (["--db", live.url], []):
        capsys.readouterr()
        code = main(["check", *look, "--format", "json"])
        assert (code, json.loads(capsys.readouterr().out)["summary"]["paid"]) == (0, 0)
        assert main(["check", *look, "--prune-baseline"]) == 0
        assert json.loads((live.folder / "debt.json").read_text())["findings"] == entries
        assert main(["check", *look, "--write-baseline"]) == 0
        assert json.loads((live.folder / "debt.json").read_text())["findings"] == entries
    live.execute("DELETE FROM orders")
    capsys.readouterr()
    code, report = audited(capsys, "--db", live.url)
    assert (code, report["summary"]["paid"]) == (0, len(entries))


def test_a_waiver_of_rows_is_not_unused_where_nobody_looks_at_them(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(live)
    config = live.folder / "ctb-lint.toml"
    waive = '\n[[waive]]\nrule = "E025"\nobject = "*"\nreason = "imported"\n'
    config.write_text(config.read_text() + waive)
    only = ("--db", live.url, "--select", "E025,T050")
    assert main(["check", *only, "--fail-on", "info"]) == 0
    capsys.readouterr()
    code, report = audited(capsys, *only)
    assert (code, report["findings"], len(report["suppressed"])) == (0, [], 1)
    live.execute("DELETE FROM orders")
    code, report = audited(capsys, *only)
    assert [one["code"] for one in report["findings"]] == ["T050"]


# Going on where a run ended -----------------------------------------------------------------------


def test_a_run_goes_on_where_the_last_one_ended(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(live)
    file = live.folder / "rows.json"
    live.execute("CREATE ROLE half LOGIN; GRANT SELECT ON orders TO half")
    url = live.url.replace("postgres@", "half@")
    only = ("--db", url, *ONLY, "--resume", str(file))
    try:
        code, report = audited(capsys, *only)
        assert code == 2
        assert messages(report) == [
            "not all rows of public.ids were looked at: the role may not read public.ids"
        ]
        assert [one["hint"] for one in report["failures"]] == [
            "connect as a role that may read it, such as a member of pg_read_all_data, "
            "with BYPASSRLS where policies hide rows; "
            "--accept-unfinished reports on the rest as it is"
        ]
        assert file.stat().st_mode & 0o777 == 0o600
        assert len(json.loads(file.read_bytes())["record"]["facts"]) == 1
        # What was looked at is not looked at again.
        live.execute("UPDATE orders SET created_at = now(); GRANT SELECT ON ids TO half")
        code, report = audited(capsys, *only)
    finally:
        live.execute("DROP OWNED BY half; DROP ROLE half")
    assert (code, found(report)) == (1, [("E025", "orders.created_at", ("live",))])
    assert not file.exists()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "is not what ctb-lint audit writes, or not all of it"),
        ("[]", "is not what ctb-lint audit writes, or not all of it"),
        ("{}", "was not written by this version of ctb-lint audit"),
    ],
)
def test_a_file_of_something_else_is_not_gone_on_from(
    live: Live, text: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = live.folder / "rows.json"
    file.write_text(text)
    assert main(["audit", "--db", live.url, *ONLY, "--resume", "rows.json"]) == 2
    message = capsys.readouterr().err.splitlines()[0]
    assert message == f"rows.json: error: --resume: the file {why}"
    assert file.read_text() == text


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (["--max-rows", "400"], "a run with another max-rows"),
        (["--sample", "9", "--max-rows", "300"], "a run with another sample"),
    ],
)
def test_a_run_with_other_parameters_does_not_go_on(
    live: Live, other: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(live, rows=5000)
    only = ("audit", "--db", live.url, *ONLY, "--resume", "rows.json")
    assert main([*only, "--max-rows", "300"]) == 2
    capsys.readouterr()
    assert main([*only, *other]) == 2
    error = capsys.readouterr().err.splitlines()[0]
    assert error == f"rows.json: error: --resume: the file is of {why}"


def test_a_run_over_another_database_does_not_go_on(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(live, rows=5000)
    only = (*ONLY, "--resume", "rows.json")
    assert main(["audit", "--db", live.url, *only, "--max-rows", "300"]) == 2
    capsys.readouterr()
    other = live.url.replace(live.name, "postgres")
    assert main(["audit", "--db", other, *only, "--max-rows", "300"]) == 2
    error = capsys.readouterr().err.splitlines()[0]
    assert error == "rows.json: error: --resume: the file is of another database"
