"""How a claim ends of which a schema shows less than rows do."""

from __future__ import annotations

import pytest
from msgspec import structs

from ctb_lint.claims import Claim, ClaimKind, Ruling, Verdict
from ctb_lint.demands import AccessTracking, Origin
from ctb_lint.evidence import Source, SourceKind
from ctb_lint.ledger import Judged, ledger
from ctb_lint.model import Location, QualifiedName, Schema
from ctb_lint.registry import load
from ctb_lint.verdicts import Verdicts

IDS = QualifiedName("public", "ids")
LINE = Location("C.md", 0, 9, 3, 1, 3, 10)
TRACKED = AccessTracking(table=IDS, origin=Origin("C.md:3", LINE))
CLAIM = Claim(kind=ClaimKind.RULE, text="access tracking", at=LINE, demands=(TRACKED,))
WHY = "only the rows show whether access is tracked"


def ruled(*judged: str, undecided: bool, rows: bool) -> Ruling:
    """The ruling where rules of a schema (E019) and of rows (E014) judged the demand, or not."""
    of_schema = load()["E019"]
    rules = {"E019": of_schema, "E014": structs.replace(of_schema, code="E014", of_rows=True)}
    verdicts = Verdicts((CLAIM,))
    outcome = verdicts.of(TRACKED)
    assert outcome is not None
    outcome.judged |= {(code, "live") for code in judged}
    if undecided:
        outcome.undecided.add("E019")
        outcome.kept.add(("E019", WHY))
    live = Source(SourceKind.LIVE, "app", Schema(), row_facts={} if rows else None)
    sources = (Source(SourceKind.CATALOGUE, "app", Schema(), claims=(CLAIM,)), live)
    severities = {code: rule.severity for code, rule in rules.items()}
    (ruling,) = ledger(
        Judged(rules=rules, severities=severities, sources=sources, findings=(), verdicts=verdicts)
    )
    return ruling


@pytest.mark.parametrize(
    ("judged", "undecided", "rows", "verdict", "why"),
    [
        pytest.param([], True, False, Verdict.SKIPPED, WHY, id="a schema alone cannot tell"),
        pytest.param(["E014"], True, True, Verdict.HELD, "in the database", id="the rows told"),
        pytest.param([], True, True, Verdict.SKIPPED, WHY, id="the rows did not tell either"),
        pytest.param(
            ["E014"], False, True, Verdict.SKIPPED, "nothing judged public.ids",
            id="a rule that never looked is missed",
        ),
    ],
)  # fmt: skip
def test_what_the_rows_told_a_schema_need_not(
    judged: list[str], undecided: bool, rows: bool, verdict: Verdict, why: str
) -> None:
    ruling = ruled(*judged, undecided=undecided, rows=rows)
    assert (ruling.verdict, ruling.why) == (verdict, why)
