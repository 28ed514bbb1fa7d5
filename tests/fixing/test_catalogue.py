"""What is fixed in the catalogue: that it is gone, that nothing else changed, and what is left."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from msgspec import structs

from ctb_lint.catalogue import Catalogue
from ctb_lint.cli.catalogue.fix import MENDED
from ctb_lint.cli.fix import Fixed, fixed
from ctb_lint.cli.request import Request
from ctb_lint.cli.run import Outcome, examine
from ctb_lint.registry import load
from ctb_lint.report import Reported
from ctb_lint.rule import Example, Rule
from tests.examples import CATALOGUE, files_of, write

SEED = Path(__file__).parents[3] / "shared" / "seed"
RULES = {code: rule for code, rule in load().items() if rule.fixable and Catalogue in rule.subjects}
NOT_ALWAYS = {"T010", "T014"}
"""The rules that find what only a person can decide."""


def test_these_rules_of_the_catalogue_are_fixable() -> None:
    assert {code: str(rule.fixable) for code, rule in RULES.items()} == {
        "T010": "unsafe", "T014": "safe", "T016": "safe",
    }  # fmt: skip
    assert RULES.keys() == MENDED


def request(folder: Path, *codes: str) -> Request:
    return Request(
        catalogue=(str(folder / CATALOGUE),),
        config=str(folder / "ctb-lint.toml"),
        select=codes or None,
    )


def laid(folder: Path, text: str) -> Path:
    (folder / "ctb-lint.toml").write_text("")
    (folder / CATALOGUE).write_bytes(text.encode())
    return folder


def mended(folder: Path, *codes: str) -> tuple[Fixed, str]:
    """The fixes of the catalogue in a folder, and its text with them."""
    given = fixed(request(folder), unsafe=True, only=frozenset(codes) or MENDED)
    return given, given.written[0].new.decode() if given.written else ""


@pytest.mark.parametrize(
    ("rule", "example"),
    [
        pytest.param(rule, example, id=f"{rule.code}-{number}")
        for rule in RULES.values()
        for number, example in enumerate(rule.invalid, 1)
    ],
)
def test_an_invalid_example_is_cured_and_no_new_finding_comes(
    rule: Rule, example: Example, tmp_path: Path
) -> None:
    write(example, tmp_path)
    given, text = mended(tmp_path, rule.code)
    ours = [one for one in given.before.report.findings if one.code == rule.code]
    fixable = [one for one in ours if one.fix]
    assert fixable == list(given.applied)
    assert {one.fix.safety for one in given.applied if one.fix} <= {rule.fixable}
    if rule.code not in NOT_ALWAYS:
        assert fixable == ours
    before, after = keys(given.before.report.findings), keys(given.after.report.findings)
    assert after == before - keys(fixable)
    if text:
        laid(tmp_path, text)
        assert mended(tmp_path, rule.code)[0].written == ()
    assert set(files_of(example)) == {CATALOGUE}


def keys(findings: Iterable[Reported]) -> set[tuple[str, str, str]]:
    return {(one.code, str(one.object), one.facet) for one in findings}


ENTRY = """\
### 1. orders

**Barton ID**: `BID-DATA-001`
**Status**: Active

#### S - Structure

```sql
CREATE TABLE orders (id int PRIMARY KEY);
```

#### T - Traceability

- **Migration File**: `migrations/001_orders.sql`

#### P - Purpose

**Business Purpose**: What customers want | and pay for
"""
SECOND = (
    ENTRY.replace("### 1. orders", "### 2. payments (Planned)")
    .replace("001", "002")
    .replace("Active", "Planned")
    .replace("orders", "payments")
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "| # | Table | Barton ID | Purpose | Status | Migration | More |\n"
            "|---|---|---|---|---|---|---|\n"
            "| 1 | `orders` | BID-DATA-001 | Orders | Active | 001_orders.sql | x |\n",
            "| 2 | `payments` | BID-DATA-002 | What customers want \\| and pay for | Planned | "
            "002_payments.sql |  |\n",
            id="a row behind the last one",
        ),
        pytest.param(
            "| Status | Table | Barton ID |  \n"
            "|---|---|---|\n"
            "| Planned | payments | BID-DATA-002 |\n",
            "| Active | orders | BID-DATA-001 |\n",
            id="a row before the first one, its name without marks",
        ),
    ],
)
def test_a_row_is_written_as_the_others_are(before: str, after: str, tmp_path: Path) -> None:
    text = f"# X\n\n## Table Index\n\n{before}\n## Tables\n\n{ENTRY}\n{SECOND}"
    given, new = mended(laid(tmp_path, text), "T010")
    assert [one.code for one in given.applied] == ["T010"]
    assert new.replace(after, "") == text
    assert new.count(after) == 1


def test_the_entry_decides_what_the_index_says(tmp_path: Path) -> None:
    index = (
        "| # | Table | Barton ID | Purpose | Status | Migration |\n"
        "|---|---|---|---|---|---|\n"
        "| 7 | `order` | `BID-DATA-001` | Orders | ✅ Planned | [0_o.sql](a/0_o.sql) |\n"
        "| 2 | `payments` | BID-DATA-022 | Payments | Active | **000.sql** |\n"
    )
    text = f"## Table Index\n\n{index}\n## Tables\n\n{ENTRY}\n{SECOND}"
    given, new = mended(laid(tmp_path, text), "T010")
    assert new == text.replace(
        "| 7 | `order` | `BID-DATA-001` | Orders | ✅ Planned |",
        "| 1 | `orders` | `BID-DATA-001` | Orders | Active |",
    ).replace(
        "BID-DATA-022 | Payments | Active | **000.sql** |",
        "BID-DATA-002 | Payments | Planned | **002_payments.sql** |",
    )
    # What stands in a link is left to a person.
    assert [one.facet for one in given.after.report.findings if one.code == "T010"] == [
        "migration file"
    ]


def test_a_status_that_only_the_heading_has_is_left_to_a_person(tmp_path: Path) -> None:
    index = "| Table | Barton ID | Status |\n|---|---|---|\n| payments | BID-DATA-002 | Active |\n"
    entry = SECOND.replace("**Status**: Planned", "**Status**: Active")
    text = f"## Table Index\n\n{index}\n## Tables\n\n{entry}"
    given, _ = mended(laid(tmp_path, text), "T010")
    assert (given.written, given.applied) == ((), ())


@pytest.mark.parametrize("eol", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["", "with a byte order mark"])
def test_all_else_stays_byte_for_byte(eol: str, mark: str, tmp_path: Path) -> None:
    dash = "—".encode().decode("cp1252")
    text = (
        f"{mark}# T {dash}  \n\n\n## Statistics\n\n- Total tables: 3 \n"
        "- Tables with HEIR tracking: 1 (33,3 %)\n\n"
        f"## Table Index\n\n| # | Table | Barton ID |\n|---|---|---|\n"
        f"| 2 | orders | BID-DATA-001 |\t\n\n## Tables\n\n{ENTRY}\n\ttail, no end of line"
    ).replace("\n", eol)
    given, new = mended(laid(tmp_path, text))
    assert sorted(one.code for one in given.applied) == ["T010", "T014", "T014", "T016"]
    assert new == text.replace(dash, "—").replace("tables: 3 ", "tables: 1 ").replace(
        "1 (33,3 %)", "0 (0 %)"
    ).replace("| 2 | orders", "| 1 | orders")


@pytest.mark.parametrize(
    "line",
    [
        "- Total tables:\n  3",
        "- Total tables: about 3, counted\n  by hand",
        "| Total tables \\| all | 3 |",
    ],
)
def test_digits_whose_place_is_not_certain_are_never_written(line: str, tmp_path: Path) -> None:
    text = f"## Statistics\n\n{line}\n\n## Tables\n\n{ENTRY}"
    _, new = mended(laid(tmp_path, text), "T014")
    assert new in {"", text.replace("3", "1", 1)}


def test_a_fix_that_brings_another_finding_is_taken_back(tmp_path: Path) -> None:
    text = f"## Statistics\n\n- Total tables: 3\n- Tables with JSONB: 3\n\n## Tables\n\n{ENTRY}"
    folder = laid(tmp_path, text)

    def worse(asked: Request) -> Outcome:
        """A check that finds something more where the first figure is right."""
        outcome = examine(asked)
        laid_over = b"".join(asked.overlay.values())
        if b"Total tables: 1" not in laid_over:
            return outcome
        one = structs.replace(outcome.report.findings[0], code="T999")
        report = structs.replace(outcome.report, findings=(*outcome.report.findings, one))
        return structs.replace(outcome, report=report)

    given = fixed(request(folder), unsafe=True, only=MENDED, examine=worse)
    assert given.written[0].new.decode() == text.replace("JSONB: 3", "JSONB: 0")
    assert [one.reason for one in given.left] == [
        "applied, it would bring another finding on the catalogue"
    ]


@pytest.mark.skipif(not SEED.is_dir(), reason="the catalogue is not here")
def test_the_owners_catalogue_is_repaired_and_its_figures_are_right(tmp_path: Path) -> None:
    (source,) = SEED.glob("*.txt")
    text = source.read_text(encoding="utf-8")
    given, new = mended(laid(tmp_path, text))
    assert sorted(one.code for one in given.applied) == ["T014", "T014", "T016"]
    repaired = text.encode("mac_roman").decode()
    expected = repaired.replace(
        "| Tables with HEIR Tracking | 7 (100%) |", "| Tables with HEIR Tracking | 6 (86%) |"
    ).replace("| Average Columns per Table | 12 |", "| Average Columns per Table | 11.0 |")
    assert new == expected
    before, after = keys(given.before.report.findings), keys(given.after.report.findings)
    assert after == before - keys(given.applied)
    assert re.search(r"[^\x00-\x7f]", new)
    assert mended(laid(tmp_path, new))[0].written == ()
