"""The JSON report, against the schema that is published with it."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ctb_lint.demands import Stage
from ctb_lint.model import ObjectKind
from ctb_lint.report import Debt, Failure, Report, Summary, SuppressedBy
from ctb_lint.reporters import json_report
from ctb_lint.rule import Safety
from tests.growth import in_proportion
from tests.reporters.reports import SQL, finding, full, many, report, span

SCHEMA = json.loads(files("ctb_lint").joinpath("report.schema.json").read_text())


def rendered(one: Report) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads("".join(json_report.render(one)))
    return loaded


def objects(node: Any) -> list[dict[str, Any]]:
    """Every object type in the schema."""
    if isinstance(node, list):
        return [found for item in node for found in objects(item)]
    if not isinstance(node, dict):
        return []
    own = [node] if node.get("type") == "object" else []
    return own + [found for item in node.values() for found in objects(item)]


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(report(), id="nothing found"),
        pytest.param(full(), id="all that a report can hold"),
        pytest.param(report(failures=(Failure("no"),), inputs=()), id="not finished"),
        pytest.param(many(3), id="several findings"),
    ],
)
def test_reports_are_what_the_schema_says(one: Report) -> None:
    Draft202012Validator(SCHEMA).validate(rendered(one))


def test_the_schema_is_valid_strict_and_described() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    for node in objects(SCHEMA):
        assert node["additionalProperties"] is False
        assert node["required"] == list(node["properties"])
        assert node["description"]
        for name, field in node["properties"].items():
            assert field.get("description") or "$ref" in field, name


def test_the_schema_knows_every_word_of_the_model() -> None:
    definitions = SCHEMA["$defs"]
    kinds = definitions["object"]["properties"]["kind"]["enum"]
    assert kinds == [kind.value for kind in ObjectKind]
    stages = definitions["finding"]["properties"]["stage"]["enum"]
    assert stages == [stage.value for stage in Stage]
    assert definitions["fix"]["properties"]["safety"]["enum"] == [s.value for s in Safety]
    by = definitions["suppressed"]["properties"]["by"]["enum"]
    assert by == [word.value for word in SuppressedBy]
    assert list(definitions["summary"]["properties"]) == list(Summary.__struct_fields__)


def test_keys_come_in_the_order_of_the_schema() -> None:
    one = rendered(full())
    assert list(one) == list(SCHEMA["properties"])
    assert list(one["findings"][0]) == list(SCHEMA["$defs"]["finding"]["properties"])


def test_a_finding_is_whole() -> None:
    assert rendered(full())["findings"][1] == {
        "code": "S011",
        "name": "inline-index-clause",
        "severity": "error",
        "doctrine": False,
        "message": "public.users declares index by_id inside CREATE TABLE",
        "hint": "create it in a statement of its own",
        "because": None,
        "object": {"kind": "table", "schema": "public", "relation": None, "name": "users"},
        "stage": "unknown",
        "seen_in": ["migrations"],
        "path": "migrations/001_users.sql",
        "line": 5,
        "column": 5,
        "end_line": 5,
        "end_column": 21,
        "related": [
            {
                "message": "the table is created here",
                "location": {
                    "path": "migrations/001_users.sql",
                    "line": 3,
                    "column": 14,
                    "end_line": 3,
                    "end_column": 19,
                },
            }
        ],
        "fingerprint": "fedcba9876543210",
        "database": "",
        "fix": {
            "title": "move the index out of the table",
            "safety": "unsafe",
            "edits": [{"path": "migrations/001_users.sql", "start": 60, "end": 76, "text": ""}],
            "statements": ["CREATE INDEX by_id ON users (id);"],
        },
    }


def test_what_does_not_count_is_listed_with_its_reason() -> None:
    one = rendered(full())
    assert [{**each, "finding": each["finding"]["fingerprint"]} for each in one["suppressed"]] == [
        {
            "by": "baseline",
            "reason": None,
            "owner": None,
            "expires": None,
            "at": None,
            "finding": "00000000000000aa",
        },
        {
            "by": "waiver",
            "reason": "older than the standard",
            "owner": "data",
            "expires": "2026-06-30",
            "at": {
                "path": "migrations/001_users.sql",
                "line": 1,
                "column": 1,
                "end_line": 1,
                "end_column": 9,
            },
            "finding": "00000000000000bb",
        },
        {
            "by": "waiver",
            "reason": "a copy of another system",
            "owner": None,
            "expires": None,
            "at": {
                "path": "ctb-lint.toml",
                "line": 1,
                "column": 1,
                "end_line": 1,
                "end_column": 10,
            },
            "finding": "00000000000000cc",
        },
    ]
    counts = ("findings", "baselined", "waived", "old", "paid", "fixable")
    assert [one["summary"][count] for count in counts] == [4, 1, 2, 12, 3, 1]


def test_a_run_says_what_it_was_held_against() -> None:
    one = rendered(full())
    assert one["new_only"] == {"since": "main (a1b2c3d)", "hidden": 12}
    assert one["baseline"] == {
        "path": "ctb-lint-baseline.json",
        "entries": 4,
        "known": 1,
        "paid": ["S001 public.a", "S002 b", "S005 c"],
    }
    whole = rendered(report())
    assert (whole["new_only"], whole["baseline"], whole["suppressed"]) == (None, None, [])


def test_a_run_that_did_not_look_at_everything_cannot_tell_what_is_paid() -> None:
    part = rendered(report(debt=Debt("b.json", 4, 1, None)))
    assert part["baseline"] == {"path": "b.json", "entries": 4, "known": 1, "paid": None}
    assert part["summary"]["paid"] == 0
    Draft202012Validator(SCHEMA).validate(part)


def test_a_live_object_has_no_place() -> None:
    live = rendered(full())["findings"][2]
    places = ("path", "line", "column", "end_line", "end_column")
    assert [live[key] for key in places] == [None] * 5


def test_an_unfinished_run_says_so() -> None:
    one = rendered(full())
    assert one["summary"]["finished"] is False
    assert one["failures"] == [
        {
            "message": "is not UTF-8",
            "path": "migrations/002.sql",
            "line": 3,
            "hint": "save it as UTF-8",
        },
        {"message": "rule S099 raised KeyError", "path": None, "line": None, "hint": None},
    ]


def test_what_was_skipped_for_every_rule_has_no_code() -> None:
    assert rendered(full())["skipped"] == [
        {"code": None, "object": "public.log", "reason": "excluded: not ours"},
        {"code": "S010", "object": "public.users", "reason": "EXECUTE builds its SQL"},
    ]


def test_the_same_report_gives_the_same_bytes_one_finding_a_line() -> None:
    one = report(finding(span(SQL, "users")), finding(span(SQL, "id uuid")))
    written = "".join(json_report.render(one))
    assert written == "".join(json_report.render(one))
    assert sum(line.startswith('{"code"') for line in written.splitlines()) == 2


def test_findings_take_time_in_proportion() -> None:
    in_proportion(many, lambda big: list(json_report.render(big)), 1_250)
