"""The comparison of two schemas: whole differences, matched parts, knowledge and guesses."""

from __future__ import annotations

import pytest
from msgspec import structs

from ctb_lint.compare import compare, differences
from ctb_lint.demands import Stage
from ctb_lint.differences import (
    Comparison,
    Difference,
    ForeignKeyDiffers,
    GrantDiffers,
    IdentityOrGeneratedDiffers,
    IndexDiffers,
    KeyDiffers,
    MissingIndex,
    NotCompared,
    PhantomTable,
    RogueTable,
    TypeDiffers,
)
from ctb_lint.evidence import SourceKind
from ctb_lint.model import (
    SQL_FACTS,
    ConstraintKind,
    Knowledge,
    Location,
    ObjectId,
    ObjectKind,
    QualifiedName,
    Schema,
)
from ctb_lint.readers.sql.reader import read_text
from tests.comparison.catalogs import OPTIONS, read

CATALOGUE, MIGRATIONS, LIVE = SourceKind.CATALOGUE, SourceKind.MIGRATIONS, SourceKind.LIVE
T = QualifiedName("public", "t")


def compared(declared: str, actual: str) -> tuple[Difference, ...]:
    return differences(read(declared), read(actual), CATALOGUE, MIGRATIONS)


def words(declared: str, actual: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """Kind, object and what differs, of each difference."""
    return [
        (type(d).__name__, str(d.object), getattr(d, "what", ()))
        for d in compared(declared, actual)
    ]


def at(path: str, text: str, part: str) -> Location:
    start = text.index(part)
    end = start + len(part)
    return Location(path, start, end, 1, start + 1, 1, end + 1)


def test_a_difference_names_the_pair_the_object_both_places_and_the_stage() -> None:
    declared, actual = "CREATE TABLE t (a text)", "CREATE TABLE t (a  varchar(9))"
    ours = read_text(declared, "catalogue.md", OPTIONS).schema
    theirs = read_text(actual, "001.sql", OPTIONS).schema
    found = differences(ours, theirs, CATALOGUE, MIGRATIONS, {T: Stage.PLANNED})
    assert found == (
        TypeDiffers(
            declared="catalogue",
            actual="migrations",
            table=T,
            object=ObjectId(ObjectKind.COLUMN, "public", "t", "a"),
            at=at("catalogue.md", declared, "text"),
            related=at("001.sql", actual, "varchar"),
            stage=Stage.PLANNED,
            column="a",
            wanted=ours.tables[T].columns[0].type,
            found=theirs.tables[T].columns[0].type,
        ),
    )


def test_a_missing_index_points_at_the_statement_that_dropped_it() -> None:
    one = "CREATE TABLE t (a int); CREATE INDEX i ON t (a)"
    ours, theirs = read(one), read(f"{one}; DROP INDEX i")
    (found,) = differences(ours, theirs, CATALOGUE, MIGRATIONS)
    assert isinstance(found, MissingIndex)
    assert found.wanted == ours.tables[T].indexes[0]
    assert found.covered_by is None
    assert found.related is not None
    assert found.related.start > len(one)


@pytest.mark.parametrize(
    ("declared", "actual"),
    [
        pytest.param(
            "CREATE TABLE t (a text UNIQUE)",
            "CREATE TABLE t (a text); CREATE UNIQUE INDEX u ON t (a)",
            id="a unique constraint and a unique index",
        ),
        pytest.param(
            "CREATE TABLE t (a text); CREATE UNIQUE INDEX u ON t (a)",
            "CREATE TABLE t (a text CONSTRAINT k UNIQUE)",
            id="a unique index and a unique constraint",
        ),
        pytest.param(
            "CREATE TABLE t (a text, INDEX i (a DESC))",
            "CREATE TABLE t (a text); CREATE INDEX i ON t USING btree (a DESC)",
            id="an inline index",
        ),
        pytest.param(
            "CREATE TABLE t (a jsonb, b text, INDEX i USING gin (a jsonb_path_ops), "
            "INDEX j (lower(b)) WHERE b <> '')",
            "CREATE TABLE t (a jsonb, b text); CREATE INDEX i ON t USING gin (a jsonb_path_ops);"
            "CREATE INDEX j ON t (lower(b)) WHERE (b <> ''::text)",
            id="an inline index with a method, an expression and a predicate",
        ),
        pytest.param(
            "CREATE TABLE t (a int, INDEX (a))",
            "CREATE TABLE t (a int); CREATE INDEX other ON t (a)",
            id="an inline index without a name",
        ),
        pytest.param(
            "CREATE TABLE t (id serial)",
            "CREATE TABLE old (id serial); ALTER TABLE old RENAME TO t",
            id="the sequence of a table that was renamed",
        ),
        pytest.param(
            "CREATE TABLE t (id serial)",
            "CREATE SEQUENCE s; CREATE TABLE t (id int NOT NULL DEFAULT nextval('s'));"
            "ALTER SEQUENCE s OWNED BY t.id",
            id="serial spelled out",
        ),
        pytest.param(
            "CREATE TABLE t (a int CHECK (a > 0), CHECK (a < 9))",
            "CREATE TABLE t (a int, CONSTRAINT two CHECK (a < 9), CONSTRAINT one CHECK (a > 0))",
            id="checks that nobody named",
        ),
        pytest.param(
            "CREATE TABLE t (a int, b text)",
            "CREATE TABLE t (b text, a int)",
            id="the order of columns",
        ),
        pytest.param(
            "CREATE TABLE t (a timestamptz DEFAULT now())",
            "CREATE TABLE t (a timestamp with time zone DEFAULT CURRENT_TIMESTAMP)",
            id="the time of the transaction",
        ),
        pytest.param(
            "CREATE TABLE t (a text DEFAULT NULL)", "CREATE TABLE t (a text)", id="DEFAULT NULL"
        ),
        pytest.param(
            "CREATE TABLE p (a int, b text) PARTITION BY LIST (a); CREATE INDEX i ON p (b);"
            "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)",
            "CREATE TABLE p (a int, b text) PARTITION BY LIST (a);"
            "CREATE TABLE p1 (a int, b text); CREATE INDEX own ON p1 (b);"
            "ALTER TABLE p ATTACH PARTITION p1 FOR VALUES IN (1); CREATE INDEX i ON p (b)",
            id="what a partition has from its parent",
        ),
    ],
)
def test_what_does_the_same_does_not_differ(declared: str, actual: str) -> None:
    assert words(declared, actual) == []


@pytest.mark.parametrize(
    ("declared", "actual", "expected"),
    [
        (
            "CREATE TABLE t (a int); CREATE INDEX i ON t (a)",
            "CREATE TABLE t (a int); CREATE INDEX j ON t (a)",
            [("IndexDiffers", "public.t.i", ("name",))],
        ),
        (
            "CREATE TABLE t (a int, b int); CREATE INDEX i ON t (a); CREATE INDEX j ON t (b)",
            "CREATE TABLE t (a int, b int); CREATE INDEX j ON t (a); CREATE INDEX i ON t (b)",
            [("IndexDiffers", "public.t.i", ("keys",)), ("IndexDiffers", "public.t.j", ("keys",))],
        ),
        (
            "CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 0))",
            "CREATE TABLE t (a int, CONSTRAINT d CHECK (a > 0))",
            [("KeyDiffers", "public.t.c", ("name",))],
        ),
        (
            "CREATE TABLE t (a int PRIMARY KEY)",
            "CREATE TABLE t (a int)",
            [("KeyDiffers", "public.t.t_pkey", ())],
        ),
        (
            "CREATE TABLE t (a int NOT NULL PRIMARY KEY)",
            "CREATE TABLE t (a int)",
            [("NullabilityDiffers", "public.t.a", ()), ("KeyDiffers", "public.t.t_pkey", ())],
        ),
        (
            "CREATE TABLE t (a int UNIQUE)",
            "CREATE TABLE t (a int); CREATE UNIQUE INDEX u ON t (a) WHERE a > 0",
            [("KeyDiffers", "public.t.t_a_key", ()), ("UndeclaredIndex", "public.t.u", ())],
        ),
        (
            "CREATE TABLE t (a int UNIQUE)",
            "CREATE TABLE t (a int); CREATE UNIQUE INDEX u ON t (a) NULLS NOT DISTINCT",
            [("KeyDiffers", "public.t.t_a_key", ()), ("UndeclaredIndex", "public.t.u", ())],
        ),
        (
            "CREATE TABLE t (a int, CONSTRAINT f FOREIGN KEY (a) REFERENCES t (b), b int UNIQUE)",
            "CREATE TABLE t (a int, CONSTRAINT f FOREIGN KEY (a) REFERENCES t (b) ON DELETE CASCADE"
            " NOT VALID, b int UNIQUE)",
            [("ForeignKeyDiffers", "public.t.f", ("on delete",))],
        ),
        (
            "CREATE TABLE t (id serial)",
            "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY)",
            [("IdentityOrGeneratedDiffers", "public.t.id", ())],
        ),
        (
            "CREATE TABLE p (a int, b int) PARTITION BY LIST (a);"
            "CREATE TABLE p1 PARTITION OF p DEFAULT",
            "CREATE TABLE p (a int, b bigint) PARTITION BY LIST (a);"
            "CREATE TABLE p1 PARTITION OF p DEFAULT",
            [("TypeDiffers", "public.p.b", ())],
        ),
        (
            "CREATE TABLE t (a inet, CONSTRAINT x EXCLUDE USING gist (a inet_ops WITH &&))",
            "CREATE TABLE t (a inet, CONSTRAINT x EXCLUDE USING gist (a WITH &&)"
            " WHERE (a <> NULL))",
            [("KeyDiffers", "public.t.x", ("elements", "expression"))],
        ),
    ],
)  # fmt: skip
def test_what_differs_is_told_once(
    declared: str, actual: str, expected: list[tuple[str, str, tuple[str, ...]]]
) -> None:
    assert words(declared, actual) == expected


def test_an_index_is_told_to_be_covered_by_what_answers_the_same() -> None:
    (found,) = compared(
        "CREATE TABLE t (a text UNIQUE); CREATE INDEX i ON t (a)", "CREATE TABLE t (a text UNIQUE)"
    )
    assert isinstance(found, MissingIndex)
    assert found.covered_by == "t_a_key"


def test_identity_and_generation_are_told_in_words_of_sql() -> None:
    (found,) = compared(
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) STORED)",
        "CREATE TABLE t (a int, b int DEFAULT 2)",
    )
    assert isinstance(found, IdentityOrGeneratedDiffers)
    assert (found.wanted, found.found) == ("GENERATED ALWAYS AS (a + 1) STORED", "DEFAULT 2")


def test_privileges_are_compared_by_role_and_columns() -> None:
    table = "CREATE TABLE t (a int);"
    found = compared(
        f"{table} GRANT SELECT ON t TO app, ops; GRANT UPDATE (a) ON t TO app",
        f"{table} GRANT SELECT, INSERT ON t TO app",
    )
    assert all(isinstance(one, GrantDiffers) for one in found)
    assert [(one.facet, one.wanted, one.found) for one in found] == [  # type: ignore[attr-defined]
        ("app", ("select",), ("insert", "select")),
        ("app(a)", ("update",), ()),
        ("ops", ("select",), ()),
    ]


# Tables ----------------------------------------------------------------------------------------


def test_tables_of_one_side_are_rogues_and_phantoms_with_nothing_of_theirs() -> None:
    declared = "CREATE TABLE gone (a int PRIMARY KEY); CREATE INDEX i ON gone (a)"
    actual = "CREATE TABLE extra (x text UNIQUE, y text)"
    ours, theirs = read(declared), read(actual)
    phantom, rogue = QualifiedName("public", "gone"), QualifiedName("public", "extra")
    pair = {"declared": "catalogue", "actual": "migrations"}
    assert differences(ours, theirs, CATALOGUE, MIGRATIONS) == (
        RogueTable(
            **pair, table=rogue, object=theirs.tables[rogue].id, found=theirs.tables[rogue],
            related=theirs.tables[rogue].location,
        ),
        PhantomTable(
            **pair, table=phantom, object=ours.tables[phantom].id, wanted=ours.tables[phantom],
            at=ours.tables[phantom].location,
        ),
    )  # fmt: skip


def test_a_partition_that_nothing_declares_says_that_its_parent_is_declared() -> None:
    parent = "CREATE TABLE p (a int) PARTITION BY LIST (a);"
    (found,) = compared(parent, f"{parent} CREATE TABLE p1 PARTITION OF p DEFAULT")
    assert isinstance(found, RogueTable)
    assert found.parent_declared


def test_temporary_tables_are_nobodys() -> None:
    assert words("CREATE TEMP TABLE t (a int)", "") == []


# Knowledge -------------------------------------------------------------------------------------


def test_what_a_source_cannot_know_is_no_difference_and_is_listed() -> None:
    ours = read("CREATE TABLE t (a int); CREATE TABLE u (a int)")
    ours = structs.replace(
        ours, knowledge=Knowledge(frozenset({"tables", "columns", "constraints", "indexes"}))
    )
    theirs = read(
        "CREATE TABLE t (a text); CREATE TABLE u (b int PRIMARY KEY); "
        "CREATE VIEW v AS SELECT 1 AS a; CREATE TYPE mood AS ENUM ('sad');"
        "COMMENT ON TABLE t IS 'x'; GRANT SELECT ON t TO app;"
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY"
    )
    why = "EXECUTE builds its SQL"
    theirs = structs.replace(theirs, knowledge=Knowledge(SQL_FACTS, ((T, "columns", why),)))
    found = compare(ours, theirs, CATALOGUE, MIGRATIONS)
    assert [(type(d).__name__, str(d.object)) for d in found.differences] == [
        ("MissingColumn", "public.u.a"),
        ("UndeclaredColumn", "public.u.b"),
        ("KeyDiffers", "public.u.u_pkey"),
    ]
    assert [(n.source, n.relation, n.fact, n.why) for n in found.not_compared] == [
        *(
            ("catalogue", None, fact, f"this source knows nothing of {fact}")
            for fact in (
                "comments", "constraint names", "enums", "functions", "grants", "policies",
                "triggers",
            )
        ),
        ("migrations", T, "columns", why),
    ]  # fmt: skip


def test_a_table_that_may_be_there_is_no_phantom() -> None:
    lost = Knowledge(SQL_FACTS, ((T, "*", "built"),))
    theirs = Schema(knowledge=lost)
    assert compare(read("CREATE TABLE t (a int)"), theirs, CATALOGUE, MIGRATIONS) == Comparison(
        (), (NotCompared(source="migrations", relation=T, fact="tables", why="built"),)
    )


def test_where_names_of_constraints_are_in_doubt_only_what_they_do_counts() -> None:
    ours = read("CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 0), CONSTRAINT d UNIQUE (a))")
    theirs = read("CREATE TABLE t (a int, CONSTRAINT d CHECK (a > 0), CONSTRAINT e UNIQUE (a))")
    unknown = Knowledge(SQL_FACTS, ((T, "constraint names", "built"),))
    found = differences(ours, structs.replace(theirs, knowledge=unknown), CATALOGUE, MIGRATIONS)
    assert found == ()


def test_definitions_of_views_are_not_held_against_a_live_database() -> None:
    ours, theirs = read("CREATE VIEW v AS SELECT 1 AS a"), read("CREATE VIEW v AS SELECT 2 AS a")
    view = QualifiedName("public", "v")
    assert [type(d).__name__ for d in differences(ours, theirs, CATALOGUE, MIGRATIONS)] == [
        "ViewOrFunctionDiffers"
    ]
    assert compare(ours, theirs, MIGRATIONS, LIVE) == Comparison(
        (),
        (
            NotCompared(
                source="live", relation=view, fact="view definitions",
                why="PostgreSQL prints a view in words of its own",
            ),
        ),
    )  # fmt: skip


def test_one_sided_keys_say_which_kind_they_are() -> None:
    (check, key) = compared(
        "CREATE TABLE t (a int CHECK (a > 0))", "CREATE TABLE t (a int REFERENCES t (a))"
    )
    assert isinstance(check, KeyDiffers)
    assert (check.key, check.found) == (ConstraintKind.CHECK, None)
    assert isinstance(key, ForeignKeyDiffers)
    assert key.wanted is None


def test_a_schema_does_not_differ_from_itself() -> None:
    schema = read(
        "CREATE TABLE t (a int, b int, INDEX i (a), INDEX i (a)); CREATE INDEX j ON t (b)"
    )
    assert compare(schema, schema, MIGRATIONS, MIGRATIONS) == Comparison()


def test_an_index_that_differs_in_all_is_told_what() -> None:
    (found,) = compared(
        "CREATE TABLE t (a int, b int); CREATE INDEX i ON t (a)",
        "CREATE TABLE t (a int, b int); CREATE UNIQUE INDEX i ON t (b) INCLUDE (a)"
        " NULLS NOT DISTINCT WHERE a > 0",
    )
    assert isinstance(found, IndexDiffers)
    assert found.what == ("keys", "unique", "predicate", "include", "nulls not distinct")
