"""CREATE TABLE holds an INDEX clause, which PostgreSQL does not have.

`INDEX name (columns)` inside CREATE TABLE is MySQL's. PostgreSQL takes it for a column called
`index` whose type is `name`, finds no such type, and refuses the whole statement: neither the index
nor the table comes to be.

Take the clause out and make the index behind the table, under a name that nothing else in the
schema has:

    CREATE TABLE orders (id uuid PRIMARY KEY, process_id text);
    CREATE INDEX orders_process_id_idx ON orders (process_id);

In PostgreSQL the names of indexes share one space in each schema: `idx_process_id` can be used
once, where MySQL allows it in every table.
"""

from collections.abc import Iterator

from ctb_lint.coverage import create_index_named
from ctb_lint.cures import inline_names, may_run_again, statement_at, written_behind
from ctb_lint.history import History
from ctb_lint.mishaps import InlineIndex
from ctb_lint.model import (
    ConstraintKind,
    Expr,
    IndexKey,
    ObjectId,
    ObjectKind,
    QualifiedName,
    Schema,
    quoted,
)
from ctb_lint.rule import ERROR, Edit, Finding, Fix, Safety, rule


@rule(
    "S011",
    severity=ERROR,
    refused=True,
    subsumes=("S012", "S013", "S016", "S020", "M001"),
    fixable=Safety.SAFE,
)
def inline_index_clause(mishap: InlineIndex, schema: Schema, history: History) -> Iterator[Finding]:
    name = mishap.index or "_".join(mishap.columns)
    serving = _key_that_serves(mishap, schema)
    free = inline_names(history, schema)[mishap.statement]
    keys = _keys(mishap, schema)
    statement = create_index_named(free, mishap.name, keys, unique=mishap.unique)
    yield Finding(
        message=(
            f"CREATE TABLE {mishap.name} holds an index clause over "
            f"({', '.join(mishap.columns)}), which PostgreSQL refuses"
        ),
        object=ObjectId(ObjectKind.INDEX, mishap.name.schema, mishap.name.name, name),
        at=mishap.at,
        scope=mishap.statement,
        hint=f"delete the clause: {serving} looks rows up by the same columns"
        if serving
        else f"take the clause out, and after CREATE TABLE: {statement}",
        fix=_fix(mishap, history, None if serving else free, keys) if mishap.plain else None,
    )


def _fix(
    mishap: InlineIndex, history: History, name: str | None, keys: list[IndexKey]
) -> Fix | None:
    """The clause taken out, and where it gets a name made an index behind the table."""
    edits = tuple(Edit(mishap.at.path, start, end, "") for start, end in mishap.cuts)
    if name is None:
        return Fix("take the needless clause out", edits)
    table = statement_at(history, mishap.at)
    if table is None:
        return None
    text = create_index_named(
        name,
        mishap.name,
        keys,
        unique=mishap.unique,
        tolerant=table.tolerant or may_run_again(history),
    )
    behind = written_behind(table, text)
    claims = (str(QualifiedName(mishap.name.schema, name)),)
    title = f"move the clause out, to index {quoted(name)}"
    return Fix(title, (*edits, *behind), claims=claims) if behind else None


def _key_that_serves(mishap: InlineIndex, schema: Schema) -> str | None:
    """The primary key or unique constraint that makes the index needless, or None."""
    table = schema.table(mishap.name)
    keys = {ConstraintKind.PRIMARY, ConstraintKind.UNIQUE}
    wanted = tuple(mishap.columns)
    for constraint in table.constraints if table else ():
        # Only a key on the very same columns refuses what a unique index refuses.
        led = constraint.columns if mishap.unique else constraint.columns[: len(wanted)]
        if constraint.kind in keys and led == wanted:
            return quoted(constraint.name)
    return None


def _keys(mishap: InlineIndex, schema: Schema) -> list[IndexKey]:
    """The keys as the table has them; as the clause has them where the table has gone since."""
    table = schema.table(mishap.name)
    inline = (index for index in table.indexes if index.inline) if table else ()
    keys = next((index.keys for index in inline if index.location == mishap.statement), ())
    if len(keys) == len(mishap.columns):
        pairs = zip(keys, mishap.columns, strict=True)
        return [key if key.column else _written(text) for key, text in pairs]
    return [_written(text) if "(" in text else IndexKey(column=text) for text in mishap.columns]


def _written(text: str) -> IndexKey:
    return IndexKey(expr=Expr(text, text))


VALID = [
    "CREATE TABLE orders (id int, nr int); CREATE INDEX idx_nr ON orders (nr);",
    # Columns that are called so.
    'CREATE TABLE pages (index int, key text, "INDEX idx (a)" int);',
    "CREATE TABLE marks (index numeric(10, 2) NOT NULL, key varchar(20) UNIQUE, note text);",
    # A type of one's own under the name.
    """
    CREATE DOMAIN nr AS integer;
    CREATE TABLE shelves (index nr NOT NULL, unique_id text, UNIQUE (unique_id));
    """,
    # In comments and texts.
    """
    CREATE TABLE orders (
        id int, -- INDEX idx_id (id)
        note text DEFAULT 'INDEX idx (a)' /* , INDEX idx_note (note) */
    );
    """,
    "CREATE TABLE orders (id int, EXCLUDE USING hash (id WITH =), UNIQUE (id) INCLUDE (id));",
]

INVALID = [
    """
    CREATE TABLE orders (
        id int PRIMARY KEY,
        process_id text,
        INDEX idx_process (process_id), --! S011
        UNIQUE INDEX idx_both (process_id, id DESC) --! S011
    );
    """,
    """
    CREATE TABLE a (status text, INDEX idx_status (status)); --! S011
    CREATE TABLE b (status text, INDEX idx_status (status)); --! S011
    """,
    """
    CREATE TABLE IF NOT EXISTS "Orders" (
        note text,
        KEY (note), --! S011
        INDEX lower_note (lower(note)) --! S011
    );
    DROP TABLE "Orders";
    """,
]
