"""A database held against migrations and catalogue: one fault is told once, by whom it concerns."""

from __future__ import annotations

import pytest

from ctb_lint.catalogue import Catalogue
from ctb_lint.compare import differences
from ctb_lint.differences import NotCompared
from ctb_lint.drift import Built, Drift, drift, united
from ctb_lint.evidence import SourceKind
from ctb_lint.model import Knowledge, QualifiedName
from ctb_lint.shares import shared_out
from tests.comparison.catalogs import read

CATALOGUE, MIGRATIONS, LIVE = SourceKind.CATALOGUE, SourceKind.MIGRATIONS, SourceKind.LIVE
T = "CREATE TABLE t (a int, b text);"


def held(
    live: str, migrations: str | None, catalogue: str | None = None, *, whole: bool = True
) -> Drift:
    """The drift of three states of one database."""
    actual = read(live)
    built, share = None, None
    if migrations is not None:
        schema = read(migrations)
        declared = read(catalogue) if catalogue is not None else None
        own = differences(declared, schema, CATALOGUE, MIGRATIONS) if declared else ()
        built = Built(schema, whole, own)
    if catalogue is not None:
        (share,) = shared_out(Catalogue(), read(catalogue), (), [actual], LIVE)
    return drift(actual, built, share)


def told(found: Drift) -> list[str]:
    """Each difference in words: who declares, its kind, its object."""
    return sorted(f"{d.declared}: {type(d).__name__} {d.object}" for d in found.differences)


@pytest.mark.parametrize(
    ("live", "migrations", "catalogue", "expected"),
    [
        pytest.param(T, T, T, [], id="three that agree"),
        pytest.param(
            T.replace("int", "bigint"), T, T,
            ["migrations: TypeDiffers public.t.a"],
            id="only the database differs: the migrations tell",
        ),
        pytest.param(
            T.replace("int", "bigint"), T.replace("int", "bigint"), T,
            ["catalogue: TypeDiffers public.t.a"],
            id="migrations and database differ alike: as the migrations do from the catalogue",
        ),
        pytest.param(
            T, T.replace("int", "bigint"), T,
            ["migrations: TypeDiffers public.t.a"],
            id="only the migrations differ: the database is not what they build",
        ),
        pytest.param(
            T.replace("int", "bigint"), T.replace("int", "smallint"), T,
            ["migrations: TypeDiffers public.t.a"],
            id="all three differ: once",
        ),
        pytest.param(
            "CREATE TABLE t (a int);", T, T,
            ["migrations: MissingColumn public.t.b"],
            id="a column is missing in the database alone",
        ),
        pytest.param(
            "CREATE TABLE t (a int, b text, c text);", T, T,
            ["migrations: UndeclaredColumn public.t.c"],
            id="a column that nothing declares",
        ),
        pytest.param(
            T, "CREATE TABLE t (a int);", T, [],
            id="a column that the catalogue declares: only the migrations lack it",
        ),
        pytest.param(
            T, T, "CREATE TABLE t (a int);",
            ["catalogue: UndeclaredColumn public.t.b"],
            id="a column that only the catalogue lacks is told as the migrations have it",
        ),
        pytest.param(
            T + "CREATE TABLE r (a int);", T, T,
            ["migrations: RogueTable public.r"],
            id="a table that nothing declares",
        ),
        pytest.param(
            T + "CREATE TABLE r (a int);", T, T + "CREATE TABLE r (a int);", [],
            id="a table that the catalogue declares is no rogue",
        ),
        pytest.param(
            T + "CREATE TABLE r (a bigint);", T, T + "CREATE TABLE r (a int);",
            ["catalogue: TypeDiffers public.r.a"],
            id="of a table that the migrations do not have the catalogue tells",
        ),
        pytest.param(
            "", T, T, ["migrations: PhantomTable public.t"], id="a table that is not there"
        ),
        pytest.param(
            "", "", T, ["catalogue: PhantomTable public.t"], id="a table that only it has"
        ),
        pytest.param(
            T, T, None, [], id="no catalogue"
        ),
        pytest.param(
            T + "CREATE TABLE r (a int);", T, None, ["migrations: RogueTable public.r"],
            id="a rogue without a catalogue",
        ),
        pytest.param(
            T + "CREATE TABLE r (a int);", None, T, ["catalogue: RogueTable public.r"],
            id="a rogue without migrations",
        ),
        pytest.param(T, None, None, [], id="nothing to hold it against"),
        pytest.param(
            T + "CREATE UNIQUE INDEX i ON t (a);", T, T + "CREATE UNIQUE INDEX i ON t (a);", [],
            id="an index that the catalogue declares",
        ),
        pytest.param(
            T + "ALTER TABLE t ADD CHECK (a > 0);", T, T + "ALTER TABLE t ADD CHECK (a > 0);", [],
            id="a check that the catalogue declares",
        ),
    ],
)  # fmt: skip
def test_one_fault_is_told_once(
    live: str, migrations: str | None, catalogue: str | None, expected: list[str]
) -> None:
    assert told(held(live, migrations, catalogue)) == expected


def test_what_may_have_been_there_before_the_first_migration_is_not_rogue() -> None:
    found = held(T + "CREATE TABLE old (a int); CREATE TYPE mood AS ENUM ('a');", T, whole=False)
    assert found == Drift(
        compared=frozenset({QualifiedName("public", "t")}),
        not_compared=(
            NotCompared(
                source=MIGRATIONS,
                relation=None,
                fact="tables",
                why="the history assumes objects from before its first file",
            ),
        ),
    )


def test_a_column_of_a_table_that_was_made_in_the_history_is_undeclared_all_the_same() -> None:
    found = held("CREATE TABLE t (a int, b text, c int);", T, whole=False)
    assert told(found) == ["migrations: UndeclaredColumn public.t.c"]


def test_the_catalogue_tells_what_built_sql_hides_from_the_migrations() -> None:
    built = T + "DO $$ BEGIN EXECUTE 'ALTER TABLE t ' || current_setting('x'); END $$;"
    found = held("CREATE TABLE t (a int);", built, T)
    assert told(found) == ["catalogue: MissingColumn public.t.b"]


def test_tables_are_compared_with_both() -> None:
    found = held(T + "CREATE TABLE r (a int);", T, T + "CREATE TABLE r (a int);")
    assert found.compared == {QualifiedName("public", "t"), QualifiedName("public", "r")}


def test_histories_of_one_database_are_one_schema() -> None:
    first, second = read(T), read("CREATE TABLE u (a int); CREATE TYPE mood AS ENUM ('a', 'b');")
    assert (
        drift(
            read(T + "CREATE TABLE u (a int); CREATE TYPE mood AS ENUM ('a', 'b');"),
            Built(united([first, second])),
        ).differences
        == ()
    )
    assert united([first]) is first


def test_of_what_two_histories_have_the_first_counts() -> None:
    both = united([read(T), read(T.replace("int", "bigint"))])
    assert both == read(T)


def test_what_one_history_cannot_know_is_not_known() -> None:
    hidden = read("DO $$ BEGIN EXECUTE 'CREATE TABLE ' || (SELECT 'x'); END $$;")
    known = united([read(T), hidden]).knowledge
    assert hidden.knowledge.unknown
    assert known == Knowledge(
        hidden.knowledge.facts, hidden.knowledge.unknown, hidden.knowledge.made_after
    )
