"""Every rule against its own examples, and the promises that all rules keep."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ctb_lint.registry import load
from ctb_lint.rule import Example, Rule, Severity
from ctb_lint.waivers import WaiverUse
from tests.examples import found_in, marks_of, run

RULES = load()
FOLDERS = {
    "S": "structure", "T": "traceability", "A": "authorization", "M": "migration",
    "P": "purpose", "E": "enforcement", "D": "dependencies",
}  # fmt: skip


def cases(attribute: str) -> list[object]:
    return [
        pytest.param(rule, example, id=f"{rule.code}-{number}")
        for rule in RULES.values()
        for number, example in enumerate(getattr(rule, attribute), 1)
    ]


def codes(rule: Rule) -> tuple[str, ...]:
    """The rules to run for a rule's examples: of waivers all, as they waive any."""
    return () if WaiverUse in rule.subjects else (rule.code,)


@pytest.mark.parametrize(("rule", "example"), cases("valid"))
def test_a_valid_example_gives_no_finding(rule: Rule, example: Example, tmp_path: Path) -> None:
    report = run(example, tmp_path, *codes(rule))
    found = [f for f in report.findings if f.code == rule.code]
    assert [f"{f.at and f.at.line}: {f.message}" for f in found] == []
    assert report.failures == ()


@pytest.mark.parametrize(("rule", "example"), cases("invalid"))
def test_an_invalid_example_gives_its_findings(
    rule: Rule, example: Example, tmp_path: Path
) -> None:
    expected = Counter({mark: n for mark, n in marks_of(example).items() if mark[2] == rule.code})
    assert expected, "an invalid example marks the line of each finding"
    report = run(example, tmp_path, *codes(rule))
    found = found_in(report, rule.code)
    if example.live:  # a database has no lines
        placeless = found.pop(("", 0, rule.code), 0)
        assert not found - expected
        assert placeless == sum((expected - found).values())
    else:
        assert found == expected
    assert report.failures == ()


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_a_rule_keeps_the_house(rule: Rule) -> None:
    package, folder, name = rule.module.split(".")
    assert package == "ctb_lint_rules"
    assert folder == FOLDERS[rule.code[0]]
    assert name == rule.name.replace("-", "_")
    assert len(rule.documentation.split("\n\n")) >= 3, "the fault, why it hurts, what to do"
    assert rule.summary.endswith(".")
    assert rule.valid
    assert rule.invalid


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_a_practice_rule_is_an_error_only_where_postgresql_refuses(rule: Rule) -> None:
    if rule.severity is Severity.ERROR and not rule.doctrine:
        assert rule.refused


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_what_a_rule_subsumes_is_a_code(rule: Rule) -> None:
    assert all(len(code) == 4 and code[1:].isdigit() for code in rule.subsumes)
    assert rule.code not in rule.subsumes
