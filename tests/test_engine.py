"""The engine: injection, knowledge, scope, subsumption, merging, and rules that raise."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator

import pytest
from msgspec import structs

from ctb_lint.claims import Claim, ClaimKind
from ctb_lint.demands import Demands, NotNull, Origin, RequiredColumn, Role, Stage
from ctb_lint.engine import Judgement, Selection, judge
from ctb_lint.evidence import Evidence, Source, SourceKind, Target
from ctb_lint.model import (
    SQL_FACTS,
    Column,
    DataType,
    Knowledge,
    Location,
    ObjectKind,
    QualifiedName,
    Schema,
    Table,
)
from ctb_lint.report import Skipped
from ctb_lint.rule import ERROR, INFO, WARNING, Finding, Rule, Severity, Undecided, complete, rule
from ctb_lint.standard import Standard

USERS = QualifiedName("public", "users")


def at(path: str, start: int, end: int | None = None) -> Location:
    last = start + 1 if end is None else end
    return Location(path, start, last, 1, start + 1, 1, last + 1)


TABLE = Table(
    USERS,
    columns=(Column("id", DataType("integer"), location=at("a.sql", 20)),),
    location=at("a.sql", 10, 15),
)


def source(kind: SourceKind = SourceKind.MIGRATIONS, **changes: object) -> Source:
    knowledge = changes.pop("knowledge", Knowledge(SQL_FACTS))
    table = changes.pop("table", TABLE)
    schema = Schema(tables={USERS: table}, knowledge=knowledge)  # type: ignore[dict-item, arg-type]
    return structs.replace(Source(kind, "app", schema), **changes)


def ready(bare: Rule) -> Rule:
    return complete(bare, "A fault.\n\nWhy.\n\nCure.", (), ())


def run(*rules: Rule, sources: tuple[Source, ...] = (), **selection: object) -> Judgement:
    chosen = Selection(
        severities={one.code: one.severity for one in rules},
    )
    evidence = Evidence(sources or (source(),), Standard(), Target(15), datetime.date(2026, 1, 2))
    return judge({one.code: one for one in rules}, evidence, structs.replace(chosen, **selection))


def on_table(code: str = "S001", **options: object) -> Rule:
    def every_table(table: Table) -> Iterator[Finding]:
        yield Finding(message=f"{table.name} is wrong", object=table.id, at=table.location)

    every_table.__name__ = f"rule_{code.lower()}"
    return ready(rule(code, severity=ERROR, **options)(every_table))  # type: ignore[arg-type]


def test_the_first_parameter_says_what_is_judged_and_the_others_are_injected() -> None:
    @rule("S001", severity=ERROR)
    def given(
        column: Column, table: Table, schema: Schema, standard: Standard, today: datetime.date
    ) -> Iterator[Finding]:
        message = f"{table.name} {column.name} {len(schema.tables)} {standard.layer} {today}"
        yield Finding(message=message, object=table.id, at=column.location)

    (found,) = run(ready(given)).findings
    assert found.message == "public.users id 1 orbt_layer 2026-01-02"


def test_a_rule_that_needs_what_no_source_has_does_not_apply() -> None:
    @rule("S001", severity=ERROR)
    def needs_a_function(table: Table, target: Target, missing: Skipped) -> Iterator[Finding]:
        yield Finding(message="never", object=table.id, at=None)

    judgement = run(ready(needs_a_function))
    assert (judgement.findings, judgement.skipped, judgement.failures) == ((), (), ())


def test_an_optional_parameter_is_none_where_it_does_not_exist() -> None:
    @rule("S001", severity=ERROR)
    def optional(table: Table, missing: Skipped | None) -> Iterator[Finding]:
        yield Finding(message=str(missing), object=table.id, at=None)

    assert [found.message for found in run(ready(optional)).findings] == ["None"]


def test_unknown_is_not_absent() -> None:
    unknown = Knowledge(SQL_FACTS, ((USERS, "indexes", "EXECUTE built it"),))
    judgement = run(on_table(needs=("indexes",)), sources=(source(knowledge=unknown),))
    assert judgement.findings == ()
    assert judgement.skipped == (Skipped("S001", "public.users", "EXECUTE built it"),)


def test_what_a_source_knows_nothing_of_is_skipped() -> None:
    blind = Knowledge(SQL_FACTS - {"indexes"})
    judgement = run(on_table(needs=("indexes",)), sources=(source(knowledge=blind),))
    assert judgement.skipped == (
        Skipped("S001", "public.users", "this source knows nothing of indexes"),
    )


def test_an_excluded_table_is_said_and_not_judged() -> None:
    judgement = run(on_table(), leaves_out=lambda name: "old")
    assert judgement.findings == ()
    assert judgement.skipped == (Skipped("", "public.users", "old"),)


def test_a_rule_that_raises_is_named_and_nothing_is_lost() -> None:
    @rule("S001", severity=ERROR)
    def breaks(table: Table) -> Iterator[Finding]:
        yield Finding(message="first", object=table.id, at=None)
        raise ValueError("no such thing")

    judgement = run(ready(breaks), on_table("S002"))
    assert {found.code for found in judgement.findings} == {"S001", "S002"}
    (failure,) = judgement.failures
    assert "S001 breaks" in failure.message
    assert "ValueError: no such thing" in failure.message


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ({"ignores": lambda path, code: code == "S001"}, []),
        ({"ignores": lambda path, code: code == "S002"}, ["S001"]),
        ({"severities": {"S001": Severity.OFF}}, []),
        ({"severities": {}}, []),
    ],
    ids=["ignored there", "another ignored", "off", "not selected"],
)
def test_scope(option: dict[str, Callable[..., bool]], expected: list[str]) -> None:
    assert [found.code for found in run(on_table(), **option).findings] == expected


def test_one_fault_seen_in_two_sources_of_a_database_is_one_finding() -> None:
    live = source(SourceKind.LIVE, table=structs.replace(TABLE, location=None))
    (found,) = run(on_table(), sources=(source(), live)).findings
    assert found.seen_in == ("migrations", "live")
    assert found.related == ()


def test_two_databases_have_two_faults() -> None:
    other = source(database="other", table=structs.replace(TABLE, location=at("b.sql", 10, 15)))
    found = run(on_table(), sources=(source(), other)).findings
    assert [one.at and one.at.path for one in found] == ["a.sql", "b.sql"]
    assert [one.database for one in found] == ["app", "other"]
    assert len({one.fingerprint for one in found}) == 1


def test_the_same_fault_twice_in_one_source_is_two_findings_with_their_own_fingerprints() -> None:
    @rule("S001", severity=ERROR)
    def twice(table: Table) -> Iterator[Finding]:
        for start in (1, 2):
            yield Finding(message="x", object=table.id, at=at("a.sql", start))

    found = run(ready(twice)).findings
    assert [one.at and one.at.start for one in found] == [1, 2]
    assert len({one.fingerprint for one in found}) == 2


def test_a_fingerprint_does_not_know_the_line() -> None:
    moved = source(table=structs.replace(TABLE, location=at("a.sql", 99, 104)))
    (one,), (two,) = run(on_table()).findings, run(on_table(), sources=(moved,)).findings
    assert one.fingerprint == two.fingerprint


def test_what_another_finding_says_at_the_same_place_is_left_out() -> None:
    @rule("S002", severity=ERROR, subsumes=("S001",))
    def wide(column: Column, table: Table) -> Iterator[Finding]:
        named = table.part(ObjectKind.COLUMN, column.name)
        yield Finding(message="x", object=named, at=column.location, scope=at("a.sql", 0, 50))

    assert [found.code for found in run(on_table(), ready(wide)).findings] == ["S002"]


def test_what_another_finding_says_elsewhere_stays() -> None:
    @rule("S002", severity=ERROR, subsumes=("S001",))
    def narrow(column: Column, table: Table) -> Iterator[Finding]:
        named = table.part(ObjectKind.COLUMN, column.name)
        yield Finding(message="x", object=named, at=column.location)

    assert [found.code for found in run(on_table(), ready(narrow)).findings] == ["S001", "S002"]


def test_the_stage_of_the_demand_decides_the_severity_unless_the_user_did() -> None:
    @rule("S001", severity=ERROR, planned=WARNING, builtin=INFO)
    def staged(demand: RequiredColumn, table: Table) -> Iterator[Finding]:
        yield Finding(message="x", object=demand.object, at=None, because=demand)

    demands = tuple(
        RequiredColumn(
            table=USERS, column=stage.name, origin=Origin("it"), role=Role.LAYER, stage=stage
        )
        for stage in Stage
    )
    given = source(demands=demands)
    by_stage = {
        one.object.name: one.severity for one in run(ready(staged), sources=(given,)).findings
    }
    assert by_stage == {"ACTIVE": ERROR, "PLANNED": WARNING, "BUILT_IN": INFO, "UNKNOWN": ERROR}
    chosen = run(ready(staged), sources=(given,), severities={"S001": INFO}).findings
    assert {one.severity for one in chosen} == {INFO}
    assert chosen[0].because
    assert chosen[0].because.text.startswith("it demands a column")


def test_findings_stand_in_the_order_of_their_places_and_live_ones_last() -> None:
    @rule("S001", severity=ERROR)
    def places(table: Table) -> Iterator[Finding]:
        for number, where in enumerate((None, at("b.sql", 1), at("a.sql", 9), at("a.sql", 2))):
            yield Finding(message="x", object=table.id, facet=str(number), at=where)

    found = run(ready(places)).findings
    assert [(one.at.path, one.at.start) if one.at else None for one in found] == [
        ("a.sql", 2), ("a.sql", 9), ("b.sql", 1), None,
    ]  # fmt: skip


def demanding(*demands: RequiredColumn, claimed: bool = True) -> Source:
    at_line = Location("C.md", 0, 9, 3, 1, 3, 10)
    claims = tuple(
        Claim(kind=ClaimKind.RULE, text="said", at=at_line, entry=USERS, demands=(one,))
        for one in demands
        if claimed
    )
    return source(demands=demands, claims=claims)


def required(column: str) -> RequiredColumn:
    return RequiredColumn(table=USERS, column=column, origin=Origin("C.md:3"), role=Role.UNIQUE_ID)


def test_what_a_rule_cannot_tell_is_skipped_and_neither_held_nor_broken() -> None:
    @rule("S001", severity=ERROR)
    def cannot_tell(demand: RequiredColumn) -> Iterator[Finding | Undecided]:
        yield Undecided(f"only the rows of {demand.table} tell")

    one = required("a")
    judgement = run(ready(cannot_tell), sources=(demanding(one),))
    why = "only the rows of public.users tell"
    assert judgement.findings == ()
    assert judgement.skipped == (Skipped("S001", "public.users", why),)
    outcome = judgement.verdicts.outcome(one)
    assert (outcome.judged, outcome.broken, outcome.kept) == (set(), set(), {("S001", why)})


def test_a_rule_is_given_all_demands_and_breaks_those_that_it_names() -> None:
    @rule("S001", severity=ERROR)
    def contradicts(demand: RequiredColumn, demands: Demands) -> Iterator[Finding]:
        others = [one for one in demands.of(RequiredColumn, demand.table) if one != demand]
        if demand.column == "a":
            yield Finding(message="two", object=TABLE.id, at=None, because=others[0])

    one, other, third = required("a"), required("b"), required("c")
    verdicts = run(ready(contradicts), sources=(demanding(one, other, third),)).verdicts
    broken = [verdicts.outcome(demand).broken for demand in (one, other, third)]
    assert broken == [{("S001", "migrations")}, {("S001", "migrations")}, set()]


def test_demands_are_looked_up_by_table_and_kind() -> None:
    one, other = required("a"), NotNull(table=USERS, column="a", origin=Origin("C.md:3"))
    found = Demands({USERS: (one, other)})
    assert found.of(NotNull, USERS) == (other,)
    assert found.of(NotNull, QualifiedName("public", "orders")) == ()
