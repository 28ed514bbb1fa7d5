"""The owner's catalogue: what its claims of values, access, retention and connections come to."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from ctb_lint.cli.request import Request
from ctb_lint.cli.run import Outcome, examine
from ctb_lint.ledger import ledger

SEED = Path(__file__).parents[2] / "shared" / "seed"
DAY = datetime.date(2026, 11, 22)

pytestmark = pytest.mark.skipif(not SEED.is_dir(), reason="the catalogue is not here")


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    (source,) = SEED.glob("*.txt")
    path = tmp_path_factory.mktemp("seed") / "SCHEMA_REFERENCE.md"
    path.write_bytes(source.read_bytes())
    settings = path.parent / "ctb-lint.toml"
    settings.write_text("", encoding="utf-8")
    return examine(Request(catalogue=(str(path),), config=str(settings), as_of=DAY))


def test_these_claims_are_broken_at_these_lines_and_no_others(outcome: Outcome) -> None:
    found = sorted(
        (one.code, str(one.severity), one.at.line, one.because.location.line
         if one.because and one.because.location else 0)
        for one in outcome.report.findings
        if one.at and (one.code[0] in "EA" or one.code == "S004") and one.code != "E008"
    )  # fmt: skip
    assert found == [
        ("A017", "warning", 169, 166),
        ("E001", "error", 117, 145),
        ("E004", "warning", 122, 150),
        ("E004", "warning", 262, 284),
        ("E004", "warning", 542, 0),
        ("E006", "warning", 113, 211),
        ("E009", "info", 125, 224),
        ("E016", "info", 389, 426),
        ("E017", "info", 392, 0),
        ("E017", "info", 393, 0),
        ("E017", "info", 447, 0),
        ("E018", "warning", 446, 480),
        ("E030", "warning", 168, 219),
        ("S004", "error", 394, 422),
        ("S004", "error", 395, 0),
    ]


@pytest.mark.parametrize(
    ("line", "verdict", "why"),
    [
        pytest.param(25, "skipped", "only a connection can tell", id="a placeholder"),
        pytest.param(26, "skipped", "only a connection can tell", id="TLS is required"),
        pytest.param(27, "skipped", "only a connection can tell", id="a direct client"),
        pytest.param(166, "broken", "", id="who may read"),
        pytest.param(168, "broken", "", id="who may delete, and when"),
        pytest.param(169, "broken", "", id="row security: none, with everybody in brackets"),
        pytest.param(218, "skipped", "a catalogue does not speak of triggers", id="audit log"),
        pytest.param(219, "broken", "", id="retention"),
        pytest.param(222, "held", "in the catalogue", id="no NULL"),
        pytest.param(223, "held", "in the catalogue", id="JSON in jsonb"),
        pytest.param(347, "held", "in the catalogue", id="a default"),
        pytest.param(351, "skipped", "only rows can tell", id="access"),
        pytest.param(356, "held", "in the catalogue", id="unique"),
        pytest.param(425, "skipped", "only rows can tell", id="hash"),
        pytest.param(480, "broken", "", id="YAML in jsonb"),
        pytest.param(481, "skipped", "only rows can tell", id="version"),
    ],
)
def test_the_ledger_says_how_each_ended(
    outcome: Outcome, line: int, verdict: str, why: str
) -> None:
    rulings = [
        one for one in ledger(outcome.judged)
        if one.claim.at.line == line and str(one.claim.kind) != "declared column"
    ]  # fmt: skip
    (ruling,) = rulings
    assert str(ruling.verdict) == verdict
    assert ruling.why == why or verdict == "broken"
