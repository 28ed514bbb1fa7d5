"""MySQL's inline indexes, and the columns that look like them."""

import re
from itertools import pairwise
from pathlib import Path

import postgast
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from ctb_lint.history import Convention, Direction, History, Layout, MigrationFile
from ctb_lint.model import Index, Location, QualifiedName
from ctb_lint.readers.sql.fold.history import FoldOptions, fold
from ctb_lint.readers.sql.inline_index import InlineIndexColumn, blank, find_inline_indexes
from ctb_lint.readers.sql.split import split
from ctb_lint.readers.sql.statements import parse_file

SEED = sorted((Path(__file__).parents[4] / "shared" / "seed").glob("*.txt"))


def found(sql: str) -> list[tuple[str | None, tuple[InlineIndexColumn, ...], bool, str]]:
    clauses = find_inline_indexes(split(sql).statements[0], sql)
    for clause in clauses:
        assert sql[clause.start : clause.end] == clause.text
        if clause.name_span:
            assert sql[slice(*clause.name_span)].strip('"`').lower() == (clause.name or "").lower()
    return [(c.name, c.columns, c.unique, c.text) for c in clauses]


def key(
    name: str | None, text: str | None = None, *, descending: bool = False
) -> InlineIndexColumn:
    return InlineIndexColumn(name, text or name or "", descending)


INLINE = [
    ("INDEX i (a)", "i", (key("a"),), False),
    ("INDEX (a)", None, (key("a"),), False),
    ("KEY I (A, b)", "i", (key("a", "A"), key("b")), False),
    ('INDEX "I x" ("A")', "I x", (key("A", '"A"'),), False),
    ("UNIQUE INDEX i (a, b DESC)", "i", (key("a"), key("b", "b DESC", descending=True)), True),
    ("UNIQUE KEY (a ASC)", None, (key("a", "a ASC"),), True),
    ("FULLTEXT INDEX f (a)", "f", (key("a"),), False),
    ("INDEX i USING btree (a)", "i", (key("a"),), False),
    ("KEY USING BTREE (a)", None, (key("a"),), False),
    ("KEY `k` (`a`, `b`(10))", "k", (key("a", "`a`"), key("b", "`b`(10)")), False),
    ("INDEX i (lower(a), b(5))", "i", (key(None, "lower(a)"), key("b", "b(5)")), False),
    ("INDEX i (a) WHERE a > 0", "i", (key("a"),), False),
    ("INDEX i (a) COMMENT 'x, y'", "i", (key("a"),), False),
]


@pytest.mark.parametrize(
    ("clause", "name", "columns", "unique"), INLINE, ids=[c[0] for c in INLINE]
)
def test_an_inline_index_is_found_wherever_it_stands(
    clause: str, name: str | None, columns: tuple[InlineIndexColumn, ...], unique: bool
) -> None:
    expected = (name, columns, unique, clause)
    for body, count in [
        ("{0}", 1), ("a int, {0}", 1), ("{0}, a int", 1), ("{0}, {0}", 2),
        ("a int, {0}, b int, {0}", 2), ("{0}, a int, {0}", 2),
        ("a int -- INDEX x (y)\n, {0} -- ,\n", 1),
    ]:  # fmt: skip
        sql = f"CREATE UNLOGGED TABLE IF NOT EXISTS s.t ({body.format(clause)});"
        assert found(sql) == [expected] * count
        rest = blank(sql, find_inline_indexes(split(sql).statements[0], sql))
        postgast.parse(rest)
        assert len(rest) == len(sql)
        assert [at for at, c in enumerate(rest) if c == "\n"] == [
            at for at, c in enumerate(sql) if c == "\n"
        ]


CUTS = [
    ("CREATE TABLE t (a int, INDEX i (a), b int)", "CREATE TABLE t (a int, b int)"),
    ("CREATE TABLE t (INDEX i (a), a int)", "CREATE TABLE t ( a int)"),
    ("CREATE TABLE t (\n  a int,\n  INDEX i (a)\n)", "CREATE TABLE t (\n  a int\n)"),
    (
        "CREATE TABLE t (\n  a int, -- one\n  INDEX i (a), -- two\n  b int\n)",
        "CREATE TABLE t (\n  a int, -- one\n   -- two\n  b int\n)",
    ),
    ("CREATE TABLE t (a int /* , */ , /* x */ INDEX i (a) /* y */)",
     "CREATE TABLE t (a int /* , */  /* x */  /* y */)"),
    ("CREATE TABLE t (a int, INDEX i -- why\n (a))", "CREATE TABLE t (a int -- why\n )"),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "expected"), CUTS)
def test_a_clause_is_cut_out_with_one_comma_and_comments_stay(sql: str, expected: str) -> None:
    cut = split(sql)
    (clause,) = find_inline_indexes(cut.statements[0], cut.masked, sql)
    rest = sql
    for start, end in sorted(clause.cuts, reverse=True):
        rest = rest[:start] + rest[end:]
    assert rest == expected


@given(
    st.lists(st.sampled_from(["x int", "INDEX i (x)", "KEY (x)"]), min_size=1, max_size=6),
    st.lists(st.sampled_from(["", " ", "\n", " -- c\n", "/* , ( */"]), min_size=13, max_size=13),
    st.sets(st.integers(0, 5)),
)
def test_whichever_clauses_are_cut_out_the_rest_stands(
    parts: list[str], gaps: list[str], chosen: set[int]
) -> None:
    body = ",".join(gaps[2 * n] + part + gaps[2 * n + 1] for n, part in enumerate(parts))
    sql = f"CREATE TABLE t ({body})"
    cut = split(sql)
    clauses = find_inline_indexes(cut.statements[0], cut.masked, sql)
    taken = [clause for number, clause in enumerate(clauses) if number in chosen]
    spans = sorted(span for clause in taken for span in clause.cuts)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    rest = sql
    for start, end in reversed(spans):
        rest = rest[:start] + rest[end:]
    again = split(rest)
    left = find_inline_indexes(again.statements[0], again.masked, rest)
    assert [clause.text for clause in left] == [c.text for c in clauses if c not in taken]
    postgast.parse(blank(rest, left))
    assert rest.count("c\n") == sql.count("c\n")
    assert rest.count("x int") == sql.count("x int")


@pytest.mark.parametrize(
    ("clause", "plain"),
    [
        ("INDEX i (a, b DESC)", True), ("UNIQUE KEY (a)", True), ("INDEX i USING btree (a)", True),
        ("INDEX i (a) USING BTREE", True), ("INDEX i (lower(a), (a || b) DESC)", True),
        ("INDEX i (a(10))", False), ("INDEX i USING hash (a)", False), ("FULLTEXT KEY (a)", False),
        ("INDEX i (a) WHERE a > 0", False), ("INDEX i (a text_pattern_ops)", False),
        ('INDEX i (a COLLATE "C")', False), ("KEY `k` (`a`)", False),
        ("INDEX i (a) COMMENT 'x'", False), ("INDEX i (a DESC NULLS LAST)", False),
    ],
)  # fmt: skip
def test_a_plain_clause_says_no_more_than_create_index(clause: str, plain: bool) -> None:
    sql = f"CREATE TABLE t (a text, b text, {clause})"
    (found_,) = find_inline_indexes(split(sql).statements[0], sql)
    assert found_.plain is plain


COLUMNS = [
    "index numeric(10)", "key text", "index varchar(20) NOT NULL", "key bit(3)", '"index" int',
    "index char(2)", "key character varying(20)", "key geometry(Point, 4326)", "index vector(3)",
    "key interval(3)", "key timestamp(3) with time zone", "index public.t(1)", "index t(3)",
    "index mytype(foo) NOT NULL", "key mytype(foo) DEFAULT bar(baz)", "key int[]",
    "key text CHECK (key > 'a')", "key uuid PRIMARY KEY", "key text REFERENCES x (a)",
    "PRIMARY KEY (a)", "FOREIGN KEY (a) REFERENCES b (a)", "UNIQUE (a)", "index_key int",
    "a text DEFAULT 'x, INDEX i (a)'", "a int /* , INDEX i (a) */", '"key" t(a)',
    "CONSTRAINT key CHECK (a > 0)", "EXCLUDE USING gist (a WITH =)",
]  # fmt: skip


@pytest.mark.parametrize("column", COLUMNS)
def test_a_column_or_constraint_is_no_inline_index(column: str) -> None:
    assert found(f"CREATE TABLE t (a int, {column})") == []
    assert found(f"CREATE TABLE t ({column}, b int)") == []


@pytest.mark.parametrize(
    "sql",
    ["CREATE INDEX i ON t (a)", "SELECT 1", "CREATE TABLE t AS SELECT index, key (a) FROM x",
     "CREATE TABLE p PARTITION OF t FOR VALUES IN (1)", "CREATE TYPE t AS (index i)"],
)  # fmt: skip
def test_other_statements_have_none(sql: str) -> None:
    assert found(sql) == []


@given(st.text('indexky (),.`"1\n', max_size=40))
def test_no_text_breaks_the_search(body: str) -> None:
    sql = f"CREATE TABLE t ({body}, INDEX i (a))"
    for statement in split(sql).statements:
        clauses = find_inline_indexes(statement, sql)
        assert len(blank(sql, clauses)) == len(sql)


@pytest.mark.skipif(not SEED, reason="the seed catalogue is not here")
def test_the_catalogue_holds_29_and_reads_without_them() -> None:
    total = 0
    text = "".join(file.read_text() for file in SEED)
    for block in re.findall(r"```sql\n(.*?)```", text, re.DOTALL):
        clauses = [
            clause
            for statement in split(block).statements
            for clause in find_inline_indexes(statement, block)
        ]
        total += len(clauses)
        postgast.parse(blank(block, clauses))
    assert total == 29


@pytest.mark.parametrize(
    "clause",
    [
        "i (a)", "i (a, b DESC)", 'i ("A b" ASC)', "(a)", "i USING BTREE (a)", "i (order)",
        "i (left)", f"i ({'x' * 70})", "i (lower(a))", "i (a NULLS LAST)", "i (a) WHERE a > 1",
    ],
)  # fmt: skip
def test_the_index_of_a_clause_is_the_one_that_create_index_makes(clause: str) -> None:
    """Also where CREATE INDEX could say no more than the clause, and is not asked."""
    table = f'CREATE TABLE t (a int, b int, "A b" int, "order" int, "left" int, {"x" * 63} int'
    (inline,) = indexes_of(f"{table}, INDEX {clause});")
    name, bare = ("i ", clause[2:]) if clause.startswith("i ") else ("", clause)
    method, _, keys = bare.rpartition("BTREE ") if "BTREE" in bare else ("", "", bare)
    quoted = re.sub(r"\((order|left)\)", r'("\1")', keys)
    using = "USING btree " if method else ""
    (made,) = indexes_of(f"{table}); CREATE INDEX {name}ON t {using}{quoted};")
    assert structs.replace(inline, inline=False, location=None, name="i") == structs.replace(
        made, location=None, name="i"
    )


def indexes_of(sql: str) -> tuple[Index, ...]:
    at = Location("", 0, 0, 1, 1, 1, 1)
    file = MigrationFile("m.sql", "m.sql", Direction.UP, Convention.OTHER, None, at)
    history = History("h", "", Layout.SINGLE, (file,))
    folded = fold(history, [parse_file(sql, "m.sql")], FoldOptions(), from_nothing=True)
    return folded.schema.tables[QualifiedName("public", "t")].indexes
