"""The Code Quality report of GitLab."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given

from ctb_lint.report import Failure, Report
from ctb_lint.reporters import gitlab
from tests.growth import in_proportion
from tests.reporters.reports import SQL, finding, full, many, report, span, suppressed
from tests.reporters.test_sanitise import ANYTHING, hostile

SEVERITIES = {"info", "minor", "major", "critical", "blocker"}


def rendered(one: Report) -> list[dict[str, Any]]:
    issues: list[dict[str, Any]] = json.loads("".join(gitlab.render(one)))
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in SEVERITIES
        assert issue["location"]["path"]
        assert issue["location"]["lines"]["begin"] >= 1
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    return issues


def test_a_clean_run_is_an_empty_array() -> None:
    assert rendered(report()) == []


def test_a_finding_is_whole() -> None:
    one = finding(span(SQL, "users"), database="main")
    assert rendered(report(one, base="app")) == [
        {
            "description": "S001: public.users has no column unique_id "
            "(add `unique_id varchar(255) NOT NULL UNIQUE`)",
            "check_name": "S001",
            "fingerprint": "7dff7f87f2d3a0ddca64d0ef584c6ce3e5579e1489fd8929652a5a0a605473d5",
            "severity": "critical",
            "location": {"path": "app/migrations/001_users.sql", "lines": {"begin": 3}},
        }
    ]


def test_everything_has_a_path_and_what_did_not_finish_blocks() -> None:
    told = [
        (one["check_name"], one["severity"], one["location"]["path"], one["location"]["lines"])
        for one in rendered(full())
    ]
    users = "services/billing/migrations/001_users.sql"
    assert told == [
        ("not-finished", "blocker", "services/billing/migrations/002.sql", {"begin": 3}),
        ("not-finished", "blocker", ".", {"begin": 1}),
        ("S001", "critical", users, {"begin": 3}),
        ("S011", "major", users, {"begin": 5}),
        ("P001", "info", users, {"begin": 1}),
        ("S022", "minor", users, {"begin": 4}),
    ]


def test_one_fingerprint_in_two_databases_is_two() -> None:
    at = span(SQL, "users")
    first, second = rendered(report(finding(at, database="a"), finding(at, database="b")))
    assert first["fingerprint"] != second["fingerprint"]


def test_a_fingerprint_stays_when_other_findings_come() -> None:
    at, other = span(SQL, "users"), finding(span(SQL, "id uuid"), fingerprint="00000000000000ff")
    (alone,) = rendered(report(finding(at)))
    assert rendered(report(other, finding(at)))[1] == alone


def test_what_is_suppressed_is_left_out() -> None:
    assert rendered(report(suppressed=suppressed())) == []


def test_the_same_failure_twice_is_two() -> None:
    assert len(rendered(report(failures=(Failure("no"), Failure("no"))))) == 2


@given(ANYTHING)
def test_no_text_breaks_the_report(anything: str) -> None:
    assert len(rendered(hostile(anything))) == 3


def test_findings_take_time_in_proportion() -> None:
    assert sum(1 for _ in gitlab.render(many(10_000))) == 10_001
    in_proportion(many, lambda big: list(gitlab.render(big)), 1_250)
