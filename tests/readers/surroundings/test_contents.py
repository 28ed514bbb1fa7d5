"""What is in the files that a catalogue names."""

from __future__ import annotations

import json

import pytest

from ctb_lint.readers.sql.fold.history import FoldOptions
from ctb_lint.readers.surroundings.contents import creates, drawing
from ctb_lint.surroundings import DrawnTable


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ("CREATE TABLE a (id int); CREATE TABLE IF NOT EXISTS s.\"B\" (id int);", ["a", 's."B"']),
        ("SET search_path = shq; CREATE TABLE ids (id int);", ["shq.ids"]),
        ("CREATE TABLE a AS SELECT 1; ALTER TABLE a RENAME TO b;", ["a", "b"]),
        ("ALTER TABLE a RENAME TO b;", []),
        ("ALTER TABLE a ADD COLUMN b int;", []),
        ("", []),
        ("-- CREATE TABLE a (id int);", []),
        ("CREATE TABLE a (id int; CREATE TABLE b (id int);", None),
    ],
)  # fmt: skip
def test_the_tables_that_a_file_creates(sql: str, tables: list[str] | None) -> None:
    found = creates(sql, "a.sql", FoldOptions())
    assert (
        found if found is None else [str(one).removeprefix("public.") for one in found]
    ) == tables


def test_what_chartdb_writes() -> None:
    fields = [{"name": "id", "type": {"id": "uuid", "name": "uuid"}}, {"name": "note"}, {"id": 1}]
    table = {"id": "t1", "name": "orders", "schema": "public", "fields": fields}
    found = drawing(json.dumps({"name": "d", "tables": [table, {"x": 1}, "y"], "notes": []}))
    assert found.tables == (DrawnTable("public", "orders", (("id", "uuid"), ("note", ""))),)
    assert found.problem is None


def test_other_forms_of_a_diagram() -> None:
    columns = [{"name": "id", "type": "SERIAL"}]
    table = DrawnTable(None, "users", (("id", "SERIAL"),))
    assert drawing(json.dumps({"tables": {"users": {"columns": columns}}})).tables == (table,)
    listed = {"tables": [{"name": "users", "schema": "", "columns": columns}]}
    assert drawing(json.dumps(listed)).tables == (table,)
    assert drawing('{"tables": [{"name": "users"}]}').tables == (DrawnTable(None, "users", ()),)
    assert drawing('{"tables": []}').tables == ()


def test_the_record_of_a_file() -> None:
    found = drawing('{"name": "ids", "path": "./sql/ids.sql", "type": "sql"}')
    assert (found.tables, found.of, found.problem) == (None, "./sql/ids.sql", None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is not valid JSON: Expecting value at line 1"),
        ("# # CTB Metadata\n{}", "is not valid JSON: Expecting value at line 1"),
        ('{"tables": [}', "is not valid JSON: Expecting value at line 1"),
        ("{}\n{}", "is not valid JSON: Extra data at line 2"),
        ("[1]", "holds no diagram: its JSON is no object"),
        ("[" * 200_000, "is not valid JSON: it is nested too deep, or a number is too long"),
        ('{"a": ' + "9" * 10_000 + "}",
         "is not valid JSON: it is nested too deep, or a number is too long"),
    ],
)  # fmt: skip
def test_what_is_no_diagram(text: str, problem: str) -> None:
    assert drawing(text).problem == problem
