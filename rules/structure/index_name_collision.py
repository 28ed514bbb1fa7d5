"""Two indexes of one schema have the same name, and the second is never built.

In PostgreSQL an index shares its schema's names with all other indexes, tables, views and
sequences. A second `CREATE INDEX idx_status` is refused, on whichever table it is. With
`IF NOT EXISTS` it is worse: the statement succeeds and does nothing, and the table that it was
for has no index.

Name each index after its table and columns, as PostgreSQL itself does:

    CREATE INDEX IF NOT EXISTS orders_status_idx ON orders (status);
    CREATE INDEX IF NOT EXISTS invoices_status_idx ON invoices (status);

Repeating a statement that makes the same index is no fault.
"""

from collections.abc import Iterator
from itertools import chain

from ctb_lint.coverage import free_index_name, name_parts
from ctb_lint.cures import names_of
from ctb_lint.history import History
from ctb_lint.mishaps import CreatedTwice, SkippedByIfNotExists, WantedIndex
from ctb_lint.model import Index, ObjectId, ObjectKind, QualifiedName, Schema, Table, View, quoted
from ctb_lint.rule import ERROR, Edit, Finding, Fix, Related, Safety, rule


# With IF NOT EXISTS nothing is refused, but an index that is relied on (a unique one, even) is
# missing without a word: rows get in that it would have refused.
@rule(
    "S012",
    severity=ERROR,
    refused=True,
    subsumes=("S018", "M010"),
    fixable=Safety.SAFE,
)
def index_name_collision(
    mishap: CreatedTwice | SkippedByIfNotExists, schema: Schema, history: History | None
) -> Iterator[Finding]:
    if mishap.object_kind is not ObjectKind.INDEX:
        return
    tolerated = isinstance(mishap, SkippedByIfNotExists)
    if tolerated and mishap.wanted and _is_built(mishap.wanted, schema):
        return
    if isinstance(mishap, CreatedTwice):
        first = _first(mishap, schema)
        message = f"{mishap.name} is the name of {first} already: PostgreSQL refuses another"
    elif mishap.differences:
        why = "; ".join(mishap.differences)
        message = f"IF NOT EXISTS never builds this {mishap.name}: {why}"
    else:
        return
    yield Finding(
        message=message,
        object=ObjectId(ObjectKind.INDEX, mishap.name.schema, None, mishap.name.name),
        at=mishap.at,
        scope=mishap.statement,
        hint="name the index after its table and columns: <table>_<columns>_idx",
        related=(Related("the first one is here", mishap.existing),) if mishap.existing else (),
        fix=_fix(mishap, mishap.wanted, schema, history) if mishap.wanted else None,
    )


def _fix(
    mishap: CreatedTwice | SkippedByIfNotExists,
    wanted: WantedIndex,
    schema: Schema,
    history: History | None,
) -> Fix | None:
    """Another name where it is written. In a released file nothing was refused, so that only what
    IF NOT EXISTS passed over is still to be built."""
    relation = wanted.relation
    if mishap.at == mishap.statement:
        return None
    taken = names_of(history)[relation.schema] if history else frozenset[str]()
    name = free_index_name(schema, relation, name_parts(wanted.index.keys), taken)
    kind = "UNIQUE INDEX" if wanted.index.unique else "INDEX"
    again = f"CREATE {kind} {quoted(name)} {wanted.definition};"
    return Fix(
        f"call it {quoted(name)}",
        (Edit(mishap.at.path, mishap.at.start, mishap.at.end, quoted(name)),),
        (again,) if isinstance(mishap, SkippedByIfNotExists) else (),
        claims=(str(QualifiedName(relation.schema, name)),),
    )


def _is_built(wanted: WantedIndex, schema: Schema) -> bool:
    """Whether the relation has come to have such an index after all, under another name."""
    holder = schema.tables.get(wanted.relation) or schema.views.get(wanted.relation)
    return any(_says(index) == _says(wanted.index) for index in (holder.indexes if holder else ()))


def _says(index: Index) -> tuple[object, ...]:
    predicate = index.predicate.canonical if index.predicate else None
    return (
        [(key.column, key.expr and key.expr.canonical, key.descending, key.nulls_first, key.opclass)
         for key in index.keys],
        index.unique, index.method, predicate, index.include, index.nulls_not_distinct,
    )  # fmt: skip


def _first(mishap: CreatedTwice, schema: Schema) -> str:
    """What has the name, in words."""
    if mishap.existing_kind is not ObjectKind.INDEX:
        article = "an" if mishap.existing_kind[0] in "aeiou" else "a"
        return f"{article} {mishap.existing_kind}"
    holder = mishap.holder or _holder_of(mishap.name, schema)
    return f"an index of {holder}" if holder else "an index"


def _holder_of(index: QualifiedName, schema: Schema) -> QualifiedName | None:
    holders: list[Table | View] = [*schema.tables.values(), *schema.views.values()]
    for holder in holders:
        if holder.name.schema != index.schema:
            continue
        constraints = holder.constraints if isinstance(holder, Table) else ()
        if index.name in chain((i.name for i in holder.indexes), (c.name for c in constraints)):
            return holder.name
    return None


VALID = [
    """
    CREATE TABLE a (status text); CREATE TABLE b (status text);
    CREATE INDEX a_status_idx ON a (status); CREATE INDEX b_status_idx ON b (status);
    """,
    # The same index again, as a file that may run twice makes it.
    """
    CREATE TABLE a (status text);
    CREATE INDEX IF NOT EXISTS idx_status ON a (status);
    CREATE INDEX IF NOT EXISTS idx_status ON public.a USING btree (status);
    """,
    # Another schema has names of its own.
    """
    CREATE SCHEMA app; CREATE TABLE a (status text); CREATE TABLE app.a (status text);
    CREATE INDEX idx_status ON a (status); CREATE INDEX idx_status ON app.a (status);
    """,
    # Names that differ when they are quoted.
    """
    CREATE TABLE a (status text);
    CREATE INDEX idx_status ON a (status); CREATE INDEX "Idx_Status" ON a (lower(status));
    """,
    # The first one had gone, with its table or by itself, or has another name by now.
    """
    -- file: 001_a.sql
    CREATE TABLE a (status text); CREATE INDEX idx_status ON a (status);
    CREATE TABLE b (status text); CREATE INDEX idx_b ON b (status);
    CREATE TABLE c (status text); CREATE INDEX idx_c ON c (status);
    -- file: 002_b.sql
    DROP TABLE a; CREATE INDEX idx_status ON b (lower(status));
    DROP INDEX idx_b; CREATE INDEX idx_b ON c (lower(status));
    ALTER INDEX idx_c RENAME TO idx_old; CREATE INDEX idx_c ON b (upper(status));
    """,
    # A later file builds what was passed over.
    """
    -- file: 001_a.sql
    CREATE TABLE a (status text); CREATE TABLE b (status text);
    CREATE INDEX IF NOT EXISTS idx_status ON a (status);
    CREATE INDEX IF NOT EXISTS idx_status ON b (status);
    -- file: 002_b.sql
    CREATE INDEX b_status_idx ON public.b USING btree (status);
    """,
    # PostgreSQL chooses a free name.
    "CREATE TABLE a (b int); CREATE INDEX ON a (b); CREATE INDEX ON a (b) WHERE b > 0;",
]

INVALID = [
    """
    CREATE TABLE a (status text);
    CREATE TABLE b (status text);
    CREATE INDEX IF NOT EXISTS idx_status ON a (status);
    CREATE INDEX IF NOT EXISTS idx_status ON b (status); --! S012
    """,
    """
    -- file: 001_a.sql
    CREATE TABLE a (status text, email text UNIQUE);
    CREATE INDEX idx_status ON a (status);
    -- file: 002_b.sql
    CREATE TABLE b (status text);
    CREATE INDEX idx_status ON b (status); --! S012
    CREATE INDEX a_email_key ON b (status); --! S012
    CREATE INDEX a ON b (status); --! S012
    """,
    """
    CREATE TABLE a (status text, nr int);
    CREATE INDEX idx_a ON a (status);
    CREATE UNIQUE INDEX IF NOT EXISTS idx_a ON a (nr); --! S012
    """,
]
