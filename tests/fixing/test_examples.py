"""Each fixable rule's invalid examples: fixed, they check clean and give the intended schema. What
is fixed in the catalogue has tests of its own."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from msgspec import structs

from ctb_lint.catalogue import Catalogue
from ctb_lint.model import Schema, Table
from ctb_lint.readers.sql.reader import SqlOptions, read
from ctb_lint.registry import load
from ctb_lint.rule import Example, Rule
from tests.examples import write
from tests.fixing.project import applied, mended, texts
from tests.parity.diff import differences
from tests.postgres import Server

FIXABLE = {
    code: rule for code, rule in load().items() if rule.fixable and Catalogue not in rule.subjects
}
NOT_ALWAYS = {"E004", "M008", "S045", "S047"}
"""The rules that find what no statement mends."""


def cases() -> list[object]:
    return [
        pytest.param(rule, example, id=f"{rule.code}-{number}")
        for rule in FIXABLE.values()
        for number, example in enumerate(rule.invalid, 1)
    ]


def test_these_rules_are_fixable() -> None:
    assert {code: str(rule.fixable) for code, rule in FIXABLE.items()} == {
        "D011": "unsafe",
        "E004": "unsafe",
        "M008": "safe",
        "S010": "safe",
        "S011": "safe",
        "S012": "safe",
        "S013": "unsafe",
        "S014": "safe",
        "S045": "safe",
        "S047": "unsafe",
    }


@pytest.mark.parametrize(("rule", "example"), cases())
def test_an_invalid_example_is_cured_and_gives_the_intended_schema(
    rule: Rule, example: Example, tmp_path: Path, server: Server
) -> None:
    write(example, tmp_path)
    original = texts(tmp_path)
    given, report = mended(tmp_path, rule.code, unsafe=True)
    fixes = [finding.fix for finding in given.before.report.findings]
    if rule.code not in NOT_ALWAYS:
        assert all(fixes)
    assert len(given.applied) == sum(fix is not None for fix in fixes)
    assert [fix.safety for fix in fixes if fix] == [rule.fixable] * len(given.applied)
    assert len(report.findings) == len(fixes) - len(given.applied)
    assert report.failures == ()
    cured = texts(tmp_path)
    live = applied(server, cured)
    try:
        before = applied(server, original)
    except psycopg.Error:
        assert rule.code in {"S011", "S012"}
    else:
        assert_intended(rule.code, before, live)
    (folded,) = read([tmp_path / "migrations"], SqlOptions(base=tmp_path, pg_version=18)).folded
    assert [str(mismatch) for mismatch in differences(folded.schema, live)] == []
    again, _ = mended(tmp_path, rule.code, unsafe=True)
    assert again.written == ()


@pytest.mark.parametrize("rule", FIXABLE.values(), ids=list(FIXABLE))
def test_a_fixable_rule_has_an_example_that_is_fixed(rule: Rule, tmp_path: Path) -> None:
    counts = []
    for number, example in enumerate(rule.invalid):
        folder = tmp_path / str(number)
        folder.mkdir()
        write(example, folder)
        counts.append(len(mended(folder, rule.code, unsafe=True)[0].applied))
    assert any(counts)


def assert_intended(code: str, before: Schema, after: Schema) -> None:
    """Tables and columns are as they were; so is all else that the fix is not about."""
    assert list(before.tables) == list(after.tables)
    for name, table in before.tables.items():
        other = after.tables[name]
        if code == "S047":  # a primary key makes its columns NOT NULL
            names = [column.name for column in table.columns]
            assert names == [column.name for column in other.columns]
        else:
            assert bare(table) == bare(other)
        indexes = {index.name for index in table.indexes}, {i.name for i in other.indexes}
        constraints = {c.name for c in table.constraints}, {c.name for c in other.constraints}
        if code == "S013":
            assert indexes[1] <= indexes[0]
        elif code in {"S010", "S012", "S014", "S045"}:
            assert indexes[0] <= indexes[1]
        else:
            assert indexes[0] == indexes[1]
        if code == "D011":
            assert constraints[1] <= constraints[0]
        elif code in {"E004", "S047"}:
            assert constraints[0] <= constraints[1]
        else:
            assert constraints[0] == constraints[1]
    changed = sum(len(t.indexes) + len(t.constraints) for t in before.tables.values())
    now = sum(len(t.indexes) + len(t.constraints) for t in after.tables.values())
    if code == "M008":
        assert changed == now


def bare(table: Table) -> Table:
    """The table without what the fixes are about."""
    return structs.replace(table, indexes=(), constraints=(), comment=None)
