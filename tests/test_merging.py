"""What of a catalogue's findings the migrations bear out, and several who demand the same."""

from __future__ import annotations

import datetime

import pytest
from msgspec import structs

from ctb_lint.claims import Claim, ClaimKind
from ctb_lint.demands import Demand, NotNull, Origin, ValueSet
from ctb_lint.engine import Judgement, Selection, judge
from ctb_lint.evidence import Evidence, Source, SourceKind, Target
from ctb_lint.model import Knowledge, Location, QualifiedName
from ctb_lint.readers.sql.reader import read_text
from ctb_lint.registry import load
from ctb_lint.standard import Standard

ORDERS = QualifiedName("public", "orders")
OPEN, CHECKED = (
    "CREATE TABLE orders (status text);",
    "CREATE TABLE orders (status text CHECK (status IN ('a', 'b')));",
)
FACTS = frozenset({"tables", "columns", "constraints", "indexes", "enums"})


def line(number: int) -> Location:
    return Location("C.md", 100 * number, 100 * number + 9, number, 1, number, 10)


def said(number: int, *values: str) -> ValueSet:
    origin = Origin(f"C.md:{number}", line(number))
    return ValueSet(table=ORDERS, column="status", origin=origin, values=values)


def run(
    declared: str, migrated: str | None, *demands: Demand, database: str = "app", **of: object
) -> Judgement:
    """E001 and E005 on what a catalogue declares and what migrations make of it."""
    claims = tuple(
        Claim(kind=ClaimKind.RULE, text="said", at=d.origin.location or line(0), demands=(d,))
        for d in demands
    )
    shown = structs.replace(read_text(declared).schema, knowledge=Knowledge(FACTS))
    catalogue = Source(SourceKind.CATALOGUE, "app", shown, demands=demands, claims=claims)
    sources = [catalogue]
    if migrated is not None:
        schema = read_text(migrated).schema
        compared = frozenset({ORDERS} if schema.table(ORDERS) else ())
        source = Source(SourceKind.MIGRATIONS, database, schema, demands=demands, compared=compared)
        sources.insert(0, structs.replace(source, **of))
    rules = {code: rule for code, rule in load().items() if code in {"E001", "E005"}}
    evidence = Evidence(tuple(sources), Standard(), Target(15), datetime.date(2026, 1, 2))
    return judge(rules, evidence, Selection(severities={c: r.severity for c, r in rules.items()}))


def places(judgement: Judgement) -> list[tuple[str, str]]:
    return [(one.code, one.at.path if one.at else "") for one in judgement.findings]


def test_what_the_migrations_hold_is_no_fault_of_the_catalogues_sql() -> None:
    demand = said(7, "a", "b")
    judgement = run(OPEN, CHECKED, demand)
    assert judgement.findings == ()
    outcome = judgement.verdicts.outcome(demand)
    assert (outcome.judged, outcome.broken) == ({("E001", "migrations")}, set())


@pytest.mark.parametrize(
    ("migrated", "database", "of"),
    [
        pytest.param(None, "app", {}, id="a catalogue alone"),
        pytest.param("CREATE TABLE other (id int);", "app", {}, id="no such table"),
        pytest.param(CHECKED, "app", {"compared": frozenset()}, id="it was not compared"),
        pytest.param("CREATE TABLE orders (id int);", "app", {}, id="no such column"),
    ],
)
def test_what_nothing_else_tells_is_found_in_the_catalogue(
    migrated: str | None, database: str, of: dict[str, object]
) -> None:
    demand = said(7, "a", "b")
    judgement = run(OPEN, migrated, demand, database=database, **of)
    assert places(judgement) == [("E001", "example.sql")]
    assert judgement.findings[0].seen_in == ("catalogue",)
    assert judgement.verdicts.outcome(demand).broken == {("E001", "catalogue")}


def test_what_cannot_be_known_of_the_migrations_does_not_clear_the_catalogue() -> None:
    schema = read_text(CHECKED).schema
    unknown = Knowledge(schema.knowledge.facts, ((ORDERS, "constraints", "EXECUTE built it"),))
    blind = structs.replace(schema, knowledge=unknown)
    judgement = run(OPEN, CHECKED, said(7, "a", "b"), schema=blind)
    assert [one.seen_in for one in judgement.findings] == [("catalogue",)]


def test_the_same_fault_in_both_is_one_finding_in_one_database() -> None:
    judgement = run(OPEN, OPEN, said(7, "a", "b"))
    assert [one.seen_in for one in judgement.findings] == [("migrations", "catalogue")]
    judgement = run(OPEN, OPEN, said(7, "a", "b"), database="other")
    assert [one.seen_in for one in judgement.findings] == [("migrations",)]


def test_several_who_demand_the_same_of_a_column_are_one_finding() -> None:
    first, second = said(7, "a", "b"), said(9, "b", "c")
    other = NotNull(table=ORDERS, column="status", origin=Origin("C.md:8", line(8)))
    judgement = run("", OPEN, first, second, other)
    found = {one.code: one for one in judgement.findings}
    assert sorted(found) == ["E001", "E005"]
    assert found["E001"].because is not None
    assert found["E001"].because.location == line(7)
    (also,) = found["E001"].related
    assert (also.message, also.location) == (
        "C.md:9 says that status must be one of 'b', 'c'", line(9),
    )  # fmt: skip
    assert found["E005"].related == ()
    broken = [bool(judgement.verdicts.outcome(one).broken) for one in (first, second, other)]
    assert broken == [True, True, True]


def test_a_list_in_another_order_is_the_same_demand() -> None:
    assert said(7, "a", "b").content == said(9, "b", "a").content
    assert said(7, "a", "b").content != said(9, "b", "c").content
