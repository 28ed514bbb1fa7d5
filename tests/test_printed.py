"""What a server prints takes the place of what the files say, and hides no change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct, structs

from ctb_lint.compare import compare
from ctb_lint.differences import Comparison
from ctb_lint.evidence import SourceKind
from ctb_lint.model import Expr, QualifiedName, Schema
from ctb_lint.printed import printed
from ctb_lint.shadow import Shadow
from tests.comparison.catalogs import applied, read
from tests.machine import MachineServer, binaries
from tests.postgres import Connection, Server

BEFORE = """\
CREATE FUNCTION sound(numeric) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION act() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TYPE mood AS ENUM ('calm', 'glad');
CREATE TABLE other (id int, weight int);
CREATE TABLE x (i int, s smallint, n numeric(10,2), at timestamptz, v varchar(20), t text,
    m mood, j jsonb, a text[], b boolean);
"""
CONDITIONS = (
    "i {op} {k}",
    "i * 1.5 {op} s + {k}",
    "n ^ 2 {op} i - {k}",
    "n ^ {k} > i",
    "sound(i + {k}) AND b",
    "i IN ({k}, 2.5)",
    "i = ANY ('{{{k},99}}')",
    "array[i, s] @> array[{k}]",
    "i::bigint * {k}0000000000 {op} 0",
    "(i, s) {op} ({k}, 2)",
    "v || t {op} 'a{k}'",
    "coalesce(v, t) {op} '{k}'",
    "substring(v from 1 for {k}) = 'ab'",
    "t SIMILAR TO 'a{k}%'",
    "CASE WHEN i > 0 THEN n ELSE s END {op} {k}",
    "(j->>'a')::int {op} {k}",
    "j @> '{{\"a\": {k}}}'",
    "m = 'glad' AND i {op} {k}",
    "a && array['x{k}']",
    "extract(year FROM at AT TIME ZONE 'utc') {op} {k}",
    "date_trunc('day', at AT TIME ZONE 'utc') {op} '2020-01-0{k}'",
    "NOT (i {op} {k} AND t IS NULL)",
    "b IS NOT TRUE OR s {op} {k}::smallint",
)
"""Some are known for what they are from text alone, others on a server only."""
OPERATORS = ("<", "<=", ">", ">=", "=", "<>")
PLACES: Mapping[str, str] = {
    "check": "ALTER TABLE x ADD CONSTRAINT c CHECK ({e});",
    "index": "CREATE INDEX n ON x (i) WHERE {e};",
    "key": "CREATE INDEX n ON x (({e}), i);",
    "generated": "ALTER TABLE x ADD g boolean GENERATED ALWAYS AS ({e}) STORED;",
    "default": "ALTER TABLE x ADD g int DEFAULT ({k} * 2.5)::int + length('{op}');",
    "policy": "CREATE POLICY p ON x FOR UPDATE USING (EXISTS (SELECT FROM other WHERE weight = i"
    " AND {e})) WITH CHECK ({e});",
    "trigger": "CREATE TRIGGER r BEFORE UPDATE ON x FOR EACH ROW"
    " WHEN (new.i * 1.5 {op} old.s + {k}) EXECUTE FUNCTION act();",
    "view": "CREATE VIEW w AS SELECT x.*, {e} AS e FROM x JOIN other o ON o.id = x.i;",
    "kept view": "CREATE MATERIALIZED VIEW w AS SELECT i FROM x WHERE {e};"
    " CREATE INDEX n ON w ((i * 1.5 {op} {k}));",
    "domain": "CREATE DOMAIN d AS int CHECK (VALUE * 1.5 {op} {k}) DEFAULT {k} * 2;",
    "exclusion": "ALTER TABLE x ADD CONSTRAINT c EXCLUDE USING btree (i WITH =) WHERE ({e});",
    "partition": "CREATE TABLE y (i int, s int) PARTITION BY RANGE ((i * 1.5 - {k}));",
    "function": "CREATE FUNCTION h(i int) RETURNS TABLE (k{k} numeric) LANGUAGE sql"
    " AS 'SELECT i * 1.5';",
}
SETTINGS = settings(
    max_examples=150,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


class Said(Struct, frozen=True):
    """One condition in one place."""

    place: str
    condition: str
    operator: str
    constant: int

    @property
    def text(self) -> str:
        condition = self.condition.format(op=self.operator, k=self.constant)
        return BEFORE + PLACES[self.place].format(e=condition, op=self.operator, k=self.constant)


said = st.builds(
    Said,
    st.sampled_from(sorted(PLACES)),
    st.sampled_from(CONDITIONS),
    st.sampled_from(OPERATORS),
    st.integers(1, 9),
)


@pytest.fixture(scope="module")
def connection(server: Server) -> Iterator[Connection]:
    """One database for all: each text empties it first."""
    with server.database() as connected:
        yield connected


def held(own: Schema, made: Schema, there: Schema, major: int = 18) -> Comparison:
    """The files against a database of that version, beside a shadow of PostgreSQL 18."""
    form = printed(own, Shadow(version="18.1", schema=made), there, major)
    return compare(form.schema, there, SourceKind.MIGRATIONS, SourceKind.LIVE, whole=form.whole)


@given(one=said)
@SETTINGS
def test_files_and_what_they_make_do_not_differ(connection: Connection, one: Said) -> None:
    made = applied(connection, one.text)
    found = held(read(one.text), made, made)
    assert found.differences == ()
    assert [gap for gap in found.not_compared if not gap.never] == []


@given(one=said, constant=st.integers(1, 8), operator=st.integers(1, 5), both=st.booleans())
@SETTINGS
def test_another_constant_or_operator_is_a_difference(
    connection: Connection, one: Said, constant: int, operator: int, both: bool
) -> None:
    shown = one.condition + PLACES[one.place].replace("{e}", "")
    changed = one
    if "{k}" in shown:
        changed = structs.replace(changed, constant=(one.constant + constant - 1) % 9 + 1)
    if "{op}" in shown and (both or "{k}" not in shown):
        place = (OPERATORS.index(one.operator) + operator) % len(OPERATORS)
        changed = structs.replace(changed, operator=OPERATORS[place])
    made, there = applied(connection, one.text), applied(connection, changed.text)
    assert len(held(read(one.text), made, there).differences) >= (made != there)
    # Whatever it is, the server's own form tells the two apart.
    assert (made != there) is (one.text != changed.text)


def test_text_alone_does_not_know_all_of_them(connection: Connection) -> None:
    """A pool that text can tell would prove nothing."""
    by_text = {}
    for condition in CONDITIONS:
        text = Said("check", condition, "<", 3).text
        by_text[condition] = compare(
            read(text), applied(connection, text), SourceKind.MIGRATIONS, SourceKind.LIVE
        )
    told = [condition for condition, found in by_text.items() if not found.differences]
    assert 0 < len(told) < len(CONDITIONS)


@pytest.fixture(scope="module")
def older() -> Iterator[Connection]:
    """A database on the machine's own PostgreSQL, of another version."""
    with MachineServer(binaries()) as server, server.database() as connected:
        yield connected


@pytest.mark.parametrize("place", sorted(PLACES))
def test_two_versions_print_the_same_in_other_words(
    connection: Connection, older: Connection, place: str
) -> None:
    for condition in CONDITIONS if "{e}" in PLACES[place] else CONDITIONS[:1]:
        one = Said(place, condition, "<", 3)
        own, made, there = read(one.text), applied(connection, one.text), applied(older, one.text)
        assert held(own, made, there, 15).differences == ()
        changed = applied(older, structs.replace(one, operator=">=", constant=4).text)
        found = held(own, made, changed, 15)
        # Definitions of views and partition keys are compared on one version only.
        assert (found.differences != ()) is (place not in {"view", "partition", "function"})


def test_what_stood_in_is_compared_by_text(connection: Connection) -> None:
    text = (
        "CREATE FUNCTION sound(text) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';"
        "CREATE TABLE x (t text, n numeric, CHECK (n ^ 2 > sound(t)));"
    )
    own, made = read(text), applied(connection, text)
    form = printed(own, Shadow(version="18.1", schema=made), made, 18)
    name = QualifiedName("public", "x")
    shadow = Shadow(version="18.1", schema=made, stubs=frozenset({"sound"}))
    assert expression(form.schema, name) != expression(own, name)
    assert printed(own, shadow, made, 18).schema.tables[name] == own.tables[name]


def expression(schema: Schema, table: QualifiedName) -> str:
    (constraint,) = schema.tables[table].constraints
    assert isinstance(constraint.expr, Expr)
    return constraint.expr.canonical


def test_a_history_that_did_not_get_to_its_end_is_compared_by_text() -> None:
    own = read("CREATE TABLE x (i int, CHECK (i > 0));")
    form = printed(own, Shadow(version="18.1"), own, 18)
    assert (form.schema, form.whole) == (own, frozenset())


def test_places_are_those_of_the_files(connection: Connection) -> None:
    text = (
        BEFORE
        + "CREATE POLICY p ON x USING (i * 1.5 > 1); GRANT SELECT, UPDATE (i) ON x TO public;"
    )
    own, made = read(text), inspected(connection, text)
    form = printed(own, Shadow(version="18.1", schema=made), made, 18).schema
    name = QualifiedName("public", "x")
    table, before = form.tables[name], own.tables[name]
    assert [one.location for one in table.grants] == [one.location for one in before.grants]
    assert [one.location for one in table.policies] == [one.location for one in before.policies]
    assert [one.location for one in table.columns] == [one.location for one in before.columns]
    assert table.location == before.location


def inspected(connection: Connection, text: str) -> Schema:
    """With what roles hold, too."""
    return structs.replace(applied(connection, text), knowledge=Schema().knowledge)
