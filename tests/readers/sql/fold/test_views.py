"""Views follow what is renamed."""

from __future__ import annotations

from ctb_lint.model import QualifiedName
from ctb_lint.readers.sql.reader import read_text


def test_a_renamed_column_of_a_view_is_known_by_its_new_name() -> None:
    folded = read_text("""
        CREATE TABLE t (a int, b text);
        CREATE VIEW v AS SELECT a, b FROM t;
        ALTER VIEW v RENAME COLUMN b TO c;
        CREATE TABLE u AS SELECT c FROM v;
    """)
    assert folded.schema.views[QualifiedName("public", "v")].columns == ("a", "c")
    (column,) = folded.schema.tables[QualifiedName("public", "u")].columns
    assert (column.name, column.type.canonical) == ("c", "text")


def test_a_view_follows_a_renamed_type() -> None:
    folded = read_text("""
        CREATE TYPE mood AS ENUM ('a', 'b');
        CREATE TABLE t (m mood);
        CREATE VIEW v AS SELECT m FROM t;
        ALTER TYPE mood RENAME TO feeling;
        CREATE TABLE u AS SELECT m FROM v;
    """)
    (column,) = folded.schema.tables[QualifiedName("public", "u")].columns
    assert column.type.canonical == "public.feeling"


def test_views_that_read_each_other_are_dropped_in_one_statement() -> None:
    folded = read_text("""
        CREATE TABLE t (a int);
        CREATE VIEW v AS SELECT a FROM t;
        CREATE VIEW w AS SELECT a FROM v;
        DROP VIEW v, w;
    """)
    assert folded.schema.views == {}
    assert folded.history.mishaps == ()
