"""JUnit XML, through an XML parser."""

from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from ctb_lint.report import Failure, Report
from ctb_lint.reporters import junit
from ctb_lint.rule import OFF, WARNING
from tests.growth import in_proportion
from tests.reporters.reports import SQL, finding, full, many, report, source, span, suppressed
from tests.reporters.test_sanitise import ANYTHING, hostile


def parsed(one: Report) -> ElementTree.Element:
    """The document, whose counts are held against its cases."""
    root = ElementTree.fromstring("".join(junit.render(one)).encode())
    for node in (root, *root.findall("testsuite")):
        cases = list(node.iter("testcase"))
        counts = {"tests": len(cases)}
        for key, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            counts[key] = sum(case.find(tag) is not None for case in cases)
        assert {key: int(node.attrib[key]) for key in counts} == counts
    for suite in root:
        names = [case.attrib["name"] for case in suite.iter("testcase")]
        assert len(names) == len(set(names)) > 0
    return root


def told(root: ElementTree.Element) -> list[tuple[str, str, str]]:
    """Suite, case and how it went."""
    return [
        (suite.attrib["name"], case.attrib["name"], case[0].tag if len(case) else "passed")
        for suite in root
        for case in suite.iter("testcase")
    ]


def test_a_clean_run_shows_what_passed() -> None:
    inputs = (source("a.sql"), source("b.sql"), source("c.sql", reported=False))
    assert "".join(junit.render(report(inputs=inputs, base="db"))) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<testsuites name="ctb-lint" tests="2" failures="0" errors="0" skipped="0">\n'
        '  <testsuite name="db/a.sql" tests="1" failures="0" errors="0" skipped="0">\n'
        '    <testcase name="no findings" classname="db/a.sql" file="db/a.sql"/>\n'
        "  </testsuite>\n"
        '  <testsuite name="db/b.sql" tests="1" failures="0" errors="0" skipped="0">\n'
        '    <testcase name="no findings" classname="db/b.sql" file="db/b.sql"/>\n'
        "  </testsuite>\n"
        "</testsuites>\n"
    )


def test_what_fails_the_run_fails_and_the_rest_passes() -> None:
    users = "services/billing/migrations/001_users.sql"
    assert told(parsed(full())) == [
        ("ctb-lint", "migrations/002.sql:3", "error"),
        ("ctb-lint", "the run", "error"),
        (users, "S001 missing-unique-id: public.users", "failure"),
        (users, "S011 inline-index-clause: public.users", "failure"),
        (users, "S022 missing-unique-id: public.users", "system-out"),
        (users, "S005 missing-primary-key: public.users", "skipped"),
        (users, "S001 missing-unique-id: public.users (2)", "skipped"),
        ("database", "P001 undocumented-purpose: public.users", "system-out"),
        ("database", "S001 missing-unique-id: public.users", "skipped"),
    ]


def test_failures_are_those_of_fail_on() -> None:
    found = finding(span(SQL, "users"), severity=WARNING)
    assert told(parsed(report(found, fail_on=WARNING)))[0][2] == "failure"
    assert told(parsed(report(found)))[0][2] == "system-out"
    assert told(parsed(report(finding(None), fail_on=OFF)))[-1][2] == "system-out"


def test_a_failure_holds_the_place_and_the_way_out() -> None:
    failure = parsed(report(finding(span(SQL, "users")), base="db"))[0][0][0]
    assert failure.attrib == {"message": "public.users has no column unique_id", "type": "S001"}
    assert failure.text == (
        "db/migrations/001_users.sql:3:14: error[S001] public.users has no column unique_id\n"
        "because: the CTB standard demands a column unique_id of public.users\n"
        "hint: add `unique_id varchar(255) NOT NULL UNIQUE`"
    )


def test_what_is_suppressed_is_skipped_with_its_reason() -> None:
    root = parsed(report(suppressed=suppressed()))
    assert [node.attrib["message"] for node in root.iter("skipped")] == [
        "known debt",
        "waived: older than the standard; owner: data; until 2026-06-30; "
        "migrations/001_users.sql:1:1",
        "waived: a copy of another system; ctb-lint.toml:1:1",
    ]


def test_a_run_that_could_not_begin_is_an_error() -> None:
    root = parsed(report(failures=(Failure("unknown key", "c.toml", 3, "look"),), inputs=()))
    assert told(root) == [("ctb-lint", "c.toml:3", "error")]
    assert root[0][0][0].text == "hint: look"


def test_a_file_that_is_called_as_the_suite_of_failures_hides_none() -> None:
    root = parsed(report(failures=(Failure("no"),), inputs=(source("ctb-lint"),)))
    assert told(root) == [("ctb-lint", "the run", "error")]


@given(ANYTHING | st.text(st.sampled_from("\ufffe\uffff<&>\"']]>\x00\x0b\ud800")))
def test_no_text_breaks_the_document(anything: str) -> None:
    assert len(told(parsed(hostile(anything)))) == 5


def test_characters_that_xml_cannot_hold_are_spelled_out() -> None:
    one = finding(span(SQL, "users"), message="a\x00b\ufffec<d")
    assert parsed(report(one))[0][0][0].attrib["message"] == "a\\x00b\\ufffec<d"


def test_findings_take_time_in_proportion() -> None:
    in_proportion(many, lambda big: list(junit.render(big)), 1_250)
