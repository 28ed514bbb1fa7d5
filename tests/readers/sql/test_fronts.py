"""Two fronts, one truth: where sqlglot's parser can read a statement too, it must read the same.

PostgreSQL's parse tree gives the model; sqlglot's own reading of CREATE TABLE, ALTER TABLE … ADD
COLUMN and CREATE INDEX is an independent witness.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from ctb_lint.history import Outcome
from ctb_lint.model import Table
from ctb_lint.readers.sql.lexeme import lexemes
from ctb_lint.readers.sql.pg import parse
from ctb_lint.readers.sql.reader import read_text
from ctb_lint.readers.sql.split import split
from ctb_lint.readers.sql.types import data_type, serial_type
from ctb_lint.registry import load


def statements() -> Iterator[str]:
    seen = set()
    for rule in load().values():
        for example in rule.valid:
            cut = split(example.text)
            for raw in cut.statements:
                text = cut.masked[raw.start : raw.end]
                if text.upper().startswith("CREATE") and text not in seen:
                    seen.add(text)
                    yield text


def witness(text: str) -> exp.Expression | None:
    """sqlglot's tree, where it has one that it does not call opaque."""
    try:
        tree = sqlglot.parse_one(text, read="postgres")
    except SqlglotError:
        return None
    return None if isinstance(tree, exp.Command) else tree


def canonical(kind: exp.DataType) -> str | None:
    """A type as PostgreSQL's own grammar reads what sqlglot writes of it."""
    written = kind.sql(dialect="postgres")
    if serial_type(written.lower()):
        return serial_type(written.lower())
    node = parse(f"SELECT NULL::{written}")[0]["stmt"]["SelectStmt"]["targetList"][0]
    return data_type(node["ResTarget"]["val"]["TypeCast"]["typeName"]).canonical


def table_of(text: str) -> Table | None:
    folded = read_text(text)
    (statement,) = folded.history.files[0].statements
    if statement.outcome is not Outcome.UNDERSTOOD or folded.history.mishaps:
        return None
    return next(iter(folded.schema.tables.values()), None)


def columns_of(tree: exp.Expression) -> list[tuple[str, str | None]] | None:
    schema = tree.this
    if not isinstance(tree, exp.Create) or tree.kind != "TABLE" or tree.expression:
        return None
    if not isinstance(schema, exp.Schema) or tree.find(exp.LikeProperty, exp.InheritsProperty):
        return None
    found = [element for element in schema.expressions if isinstance(element, exp.ColumnDef)]
    if any(element.kind is None for element in found):
        return None
    return [(_stored(element.this), canonical(element.kind)) for element in found]


def _stored(identifier: exp.Expression) -> str:
    name = identifier.name
    return name if identifier.args.get("quoted") else name.lower()


CREATES = [text for text in statements() if columns_of(witness(text) or exp.Null()) is not None]


def test_there_is_something_to_compare() -> None:
    assert len(CREATES) > 100


@pytest.mark.parametrize("text", CREATES)
def test_sqlglot_and_postgresql_read_the_same_columns(text: str) -> None:
    table = table_of(text)
    if table is None or table.partition_of:
        return  # names what no statement before it made
    tree = witness(text)
    assert tree is not None
    read = [(c.name, c.type.canonical.removeprefix("public.")) for c in table.columns]
    assert columns_of(tree) == read


@pytest.mark.parametrize("text", CREATES)
def test_sqlglot_and_postgresql_cut_the_same_tokens(text: str) -> None:
    tokens = sqlglot.tokenize(text, read="postgres")
    exact = lexemes(text, 0, len(text))
    # sqlglot takes PRIMARY KEY and its like for one token.
    assert {token.start for token in tokens} <= {lexeme.start for lexeme in exact}
    assert {token.end + 1 for token in tokens} <= {lexeme.end for lexeme in exact}


INDEXES = [
    "CREATE INDEX a_idx ON t (a)",
    "CREATE UNIQUE INDEX a_idx ON t (b, a DESC)",
    "CREATE INDEX a_idx ON t USING gin (c)",
    "CREATE INDEX a_idx ON t (a) WHERE b IS NOT NULL",
    "CREATE INDEX a_idx ON public.t (lower(d), a)",
]


@pytest.mark.parametrize("text", INDEXES)
def test_sqlglot_and_postgresql_read_the_same_index(text: str) -> None:
    folded = read_text(f"CREATE TABLE t (a int, b int, c jsonb, d text); {text};")
    (index,) = next(iter(folded.schema.tables.values())).indexes
    tree = witness(text)
    assert isinstance(tree, exp.Create)
    keys = tree.this.args["params"].args["columns"]
    assert [key.this.name if isinstance(key.this, exp.Column) else None for key in keys] == list(
        index.columns
    )
    assert bool(tree.args.get("unique")) is index.unique
    assert tree.this.name == index.name
    assert (tree.find(exp.Where) is not None) is (index.predicate is not None)
