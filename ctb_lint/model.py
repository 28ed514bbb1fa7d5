"""The schema model: what is there, whichever source said so.

Every reader translates its source (migration files, a catalogue, a live database) into one
``Schema``; every rule judges that. All structs are frozen. Names are stored as PostgreSQL stores
them: folded to lower case unless they were quoted, and cut at 63 bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from msgspec import Struct

MAX_NAME_BYTES = 63
"""PostgreSQL's NAMEDATALEN - 1."""

RESERVED = frozenset(
    {
        "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric",
        "authorization", "binary", "both", "case", "cast", "check", "collate", "collation",
        "column", "concurrently", "constraint", "create", "cross", "current_catalog",
        "current_date", "current_role", "current_schema", "current_time", "current_timestamp",
        "current_user", "default", "deferrable", "desc", "distinct", "do", "else", "end", "except",
        "false", "fetch", "for", "foreign", "freeze", "from", "full", "grant", "group", "having",
        "ilike", "in", "initially", "inner", "intersect", "into", "is", "isnull", "join", "lateral",
        "leading", "left", "like", "limit", "localtime", "localtimestamp", "natural", "not",
        "notnull", "null", "offset", "on", "only", "or", "order", "outer", "overlaps", "placing",
        "primary", "references", "returning", "right", "select", "session_user", "similar", "some",
        "symmetric", "system_user", "table", "tablesample", "then", "to", "trailing", "true",
        "union", "unique", "user", "using", "variadic", "verbose", "when", "where", "window",
        "with",
    }
)  # fmt: skip
"""The words that no table or column can be called by without quotes."""


class Location(Struct, frozen=True, order=True, gc=False):
    """A span of source text.

    ``start`` and ``end`` are 0-based character offsets (end exclusive) into the decoded file;
    lines and columns are 1-based, and the end column is exclusive.
    """

    path: str
    start: int
    end: int
    line: int
    column: int
    end_line: int
    end_column: int

    def covers(self, other: Location) -> bool:
        """Whether the other span lies wholly inside this one."""
        return self.path == other.path and self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Location) -> bool:
        """Whether the two spans share at least one character, or touch where one is empty."""
        return self.path == other.path and self.start <= other.end and other.start <= self.end


class QualifiedName(Struct, frozen=True, order=True, gc=False):
    """A schema-qualified name, as stored."""

    schema: str
    name: str

    def __str__(self) -> str:
        return f"{quoted(self.schema)}.{quoted(self.name)}"


class ObjectKind(StrEnum):
    """What kind of thing a finding speaks of."""

    SCHEMA = "schema"
    TABLE = "table"
    VIEW = "view"
    COLUMN = "column"
    CONSTRAINT = "constraint"
    INDEX = "index"
    TYPE = "type"
    SEQUENCE = "sequence"
    FUNCTION = "function"
    TRIGGER = "trigger"
    POLICY = "policy"
    HISTORY = "history"
    FILE = "file"
    STATEMENT = "statement"
    DATABASE = "database"


class ObjectId(Struct, frozen=True, order=True):
    """What a finding is about: stable across edits that only move lines.

    ``relation`` is the table of a column, constraint, trigger or policy, else None.
    ``schema`` is None for files, histories and statements, whose names are no names of SQL.
    """

    kind: ObjectKind
    schema: str | None
    relation: str | None
    name: str

    def __str__(self) -> str:
        if self.kind in {ObjectKind.FILE, ObjectKind.HISTORY, ObjectKind.STATEMENT}:
            return self.name
        return ".".join(quoted(part) for part in (self.schema, self.relation, self.name) if part)


def quoted(name: str) -> str:
    """The name as one would have to type it: in double quotes unless it is plain lower case and
    no reserved word."""
    # Without its underscores a plain name is letters and digits.
    letters = name.replace("_", "a")
    plain = letters.isalnum() and not name[0].isdigit()
    return (
        name
        if plain and name == name.lower() and name not in RESERVED
        else '"' + name.replace('"', '""') + '"'
    )


class DataType(Struct, frozen=True, gc=False):
    """A column's type in the form of PostgreSQL's ``format_type``.

    ``name`` is the canonical base name without modifiers (``character varying``, ``integer``,
    ``mood``); ``schema`` is None for types of ``pg_catalog``; ``modifiers`` are those written
    (``(255,)``, ``(10, 2)``); ``qualifier`` is what stands between (``day to second`` of an
    interval). ``text`` is the type as the source has it.
    """

    name: str
    schema: str | None = None
    modifiers: tuple[int, ...] = ()
    array: bool = False
    qualifier: str = ""
    text: str = ""

    @property
    def canonical(self) -> str:
        """The type as ``format_type`` prints it, with the schema of a type that has one."""
        name = f"{quoted(self.schema)}.{quoted(self.name)}" if self.schema else self.name
        if self.qualifier:
            name = f"{name} {self.qualifier}"
        if self.modifiers:
            inner = "(" + ",".join(str(m) for m in self.modifiers) + ")"
            head, sep, tail = name.partition(" with")
            stands_inside = head in {"timestamp", "time"}
            name = f"{head}{inner}{sep}{tail}" if stands_inside else name + inner
        return name + "[]" if self.array else name

    @property
    def key(self) -> tuple[str | None, str]:
        """The base type's identity, without modifiers."""
        return (self.schema, self.name)


class Expr(Struct, frozen=True, gc=False):
    """An expression: its text as written, and what can be known of it without a syntax tree.

    ``canonical`` is equal for two expressions when PostgreSQL is known to hold them for the same
    (redundant casts and parentheses, ``IN`` and ``= ANY``, spelling of types and functions).
    ``columns`` are the column names it reads; ``functions`` the function names it calls, sorted.
    ``values`` is the closed list of values that a check of the form ``column IN (…)`` allows, and
    ``bounds`` the inclusive whole numbers of ``column BETWEEN a AND b`` and its like; ``literal``
    is the value where the whole expression is one constant (after casts); ``pattern`` the regular
    expression of a check of the form ``column ~ '…'``.
    """

    text: str
    canonical: str
    columns: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    values: tuple[str, ...] | None = None
    bounds: tuple[int, int] | None = None
    literal: str | None = None
    pattern: str | None = None


class Generated(StrEnum):
    """How a generated column is kept."""

    STORED = "stored"
    VIRTUAL = "virtual"


class Column(Struct, frozen=True, gc=False):
    """A column. Locations point at what set the property last, so that a finding about
    nullability points at the statement that dropped NOT NULL."""

    name: str
    type: DataType
    not_null: bool = False
    default: Expr | None = None
    identity: str | None = None
    """``always`` or ``by default``, None for an ordinary column."""
    generated: Generated | None = None
    generation: Expr | None = None
    collation: str | None = None
    comment: str | None = None
    location: Location | None = None
    type_location: Location | None = None
    null_location: Location | None = None
    default_location: Location | None = None
    unvalidated_not_null: str | None = None
    """The name of the constraint that lets NOT NULL hold for new rows only: a database tells."""


class ConstraintKind(StrEnum):
    """The kinds of table constraint; NOT NULL is a property of the column."""

    PRIMARY = "primary key"
    UNIQUE = "unique"
    CHECK = "check"
    FOREIGN = "foreign key"
    EXCLUSION = "exclusion"


class Constraint(Struct, frozen=True, gc=False):
    """A table constraint.

    ``references`` is the target of a foreign key with ``referenced_columns`` (filled with the
    target's primary key where the source omits them and the target is known).
    ``on_delete``/``on_update``: ``no action``, ``restrict``, ``cascade``, ``set null``,
    ``set default``. ``named`` is False where PostgreSQL chose the name.
    """

    name: str
    kind: ConstraintKind
    columns: tuple[str, ...] = ()
    expr: Expr | None = None
    references: QualifiedName | None = None
    referenced_columns: tuple[str, ...] = ()
    on_delete: str = "no action"
    on_update: str = "no action"
    match: str = "simple"
    set_columns: tuple[str, ...] = ()
    deferrable: bool = False
    initially_deferred: bool = False
    validated: bool = True
    enforced: bool = True
    no_inherit: bool = False
    nulls_not_distinct: bool = False
    include: tuple[str, ...] = ()
    method: str | None = None
    """The index method of an exclusion constraint."""
    definition: str = ""
    """Canonical elements of an exclusion constraint (``room WITH =, during WITH &&``)."""
    period: bool = False
    """WITHOUT OVERLAPS or PERIOD on the last column."""
    comment: str | None = None
    named: bool = True
    location: Location | None = None


class IndexKey(Struct, frozen=True, gc=False):
    """One key of an index: a column or an expression. ``opclass`` and ``collation`` are None
    where they are the defaults."""

    column: str | None = None
    expr: Expr | None = None
    descending: bool = False
    nulls_first: bool = False
    opclass: str | None = None
    collation: str | None = None


class Index(Struct, frozen=True, gc=False):
    """An index that stands for itself. Those that a constraint owns are not listed: they have
    the constraint's name (see ``Table.access_paths``)."""

    name: str
    keys: tuple[IndexKey, ...]
    unique: bool = False
    method: str = "btree"
    predicate: Expr | None = None
    include: tuple[str, ...] = ()
    nulls_not_distinct: bool = False
    valid: bool = True
    comment: str | None = None
    inline: bool = False
    """Declared as an ``INDEX name (…)`` clause inside CREATE TABLE, which PostgreSQL refuses."""
    named: bool = True
    location: Location | None = None

    @property
    def columns(self) -> tuple[str | None, ...]:
        """The key columns in order; None where a key is an expression."""
        return tuple(key.column for key in self.keys)


class Policy(Struct, frozen=True):
    """A row security policy."""

    name: str
    command: str = "all"
    permissive: bool = True
    roles: tuple[str, ...] = ("public",)
    using: Expr | None = None
    check: Expr | None = None
    comment: str | None = None
    location: Location | None = None


class Trigger(Struct, frozen=True):
    """A trigger; ``enabled`` is ``origin``, ``always``, ``replica`` or ``disabled``."""

    name: str
    timing: str
    events: tuple[str, ...]
    level: str
    function: QualifiedName
    when: Expr | None = None
    columns: tuple[str, ...] = ()
    enabled: str = "origin"
    constraint: bool = False
    comment: str | None = None
    location: Location | None = None


class Grant(Struct, frozen=True):
    """Privileges of one role on one object; ``privileges`` sorted, lower case."""

    grantee: str
    privileges: tuple[str, ...]
    columns: tuple[str, ...] = ()
    grantable: bool = False
    location: Location | None = None


class TableKind(StrEnum):
    """The kinds of relation that hold rows."""

    ORDINARY = "table"
    PARTITIONED = "partitioned table"
    FOREIGN = "foreign table"


class Removed(Struct, frozen=True):
    """What once was on a table and went: so that a finding of a missing index can point at the
    statement that dropped it."""

    kind: ObjectKind
    name: str
    columns: tuple[str, ...]
    location: Location


class AccessPath(Struct, frozen=True):
    """What an index or an index-backed constraint gives: its leading keys."""

    name: str
    keys: tuple[IndexKey, ...]
    unique: bool
    predicate: Expr | None
    method: str
    constraint: bool
    location: Location | None
    include: tuple[str, ...] = ()
    nulls_not_distinct: bool = False

    @property
    def columns(self) -> tuple[str | None, ...]:
        """The key columns in order; None where a key is an expression."""
        return tuple(key.column for key in self.keys)


class Table(Struct, frozen=True):
    """A table with all that belongs to it. Columns stand in their order; constraints, indexes,
    policies and triggers are sorted by name."""

    name: QualifiedName
    columns: tuple[Column, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    indexes: tuple[Index, ...] = ()
    kind: TableKind = TableKind.ORDINARY
    persistence: str = "permanent"
    """``permanent``, ``unlogged`` or ``temporary``."""
    partition_of: QualifiedName | None = None
    partition_key: str | None = None
    inherits: tuple[QualifiedName, ...] = ()
    row_security: bool = False
    force_row_security: bool = False
    row_security_location: Location | None = None
    policies: tuple[Policy, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    grants: tuple[Grant, ...] = ()
    owner: str | None = None
    comment: str | None = None
    removed: tuple[Removed, ...] = ()
    location: Location | None = None
    """Where the table's name stands in the statement that made it."""

    def column(self, name: str) -> Column | None:
        """The column of that name, or None."""
        for column in self.columns:
            if column.name == name:
                return column
        return None

    def constraints_of(self, kind: ConstraintKind) -> tuple[Constraint, ...]:
        """The constraints of one kind."""
        return tuple(c for c in self.constraints if c.kind is kind)

    @property
    def primary_key(self) -> Constraint | None:
        """The primary key, or None."""
        return next((c for c in self.constraints if c.kind is ConstraintKind.PRIMARY), None)

    def access_paths(self) -> Iterator[AccessPath]:
        """Everything that PostgreSQL can look rows up by: constraints first, then indexes."""
        for c in self.constraints:
            if c.kind in {ConstraintKind.PRIMARY, ConstraintKind.UNIQUE}:
                keys = tuple(IndexKey(column=name) for name in c.columns)
                yield AccessPath(
                    c.name, keys, True, None, "btree", True, c.location,
                    c.include, c.nulls_not_distinct,
                )  # fmt: skip
        for i in self.indexes:
            if i.valid:
                yield AccessPath(
                    i.name, i.keys, i.unique, i.predicate, i.method, False, i.location,
                    i.include, i.nulls_not_distinct,
                )  # fmt: skip

    def lost(self, kind: ObjectKind, column: str) -> Location | None:
        """Where the last object of that kind that led with the column was removed; for the kind
        ``column``, where the column itself was. What went with a column is nothing that a later
        column of its name has lost."""
        led = [gone for gone in self.removed if gone.columns[:1] == (column,)]
        ends = {gone.location for gone in led if gone.kind is ObjectKind.COLUMN}
        place = None
        for gone in led:
            if gone.kind is kind and (kind is ObjectKind.COLUMN or gone.location not in ends):
                place = gone.location
            elif gone.location in ends:
                place = None
        return place

    @property
    def id(self) -> ObjectId:
        """The table as the object of a finding."""
        return ObjectId(ObjectKind.TABLE, self.name.schema, None, self.name.name)

    def part(self, kind: ObjectKind, name: str) -> ObjectId:
        """A column, constraint, index, trigger or policy of this table as the object of a
        finding."""
        return ObjectId(kind, self.name.schema, self.name.name, name)


class View(Struct, frozen=True):
    """A view or materialized view. ``columns`` is None where they cannot be known from text;
    ``types`` has one for each of them, None where that one cannot be known."""

    name: QualifiedName
    definition: str
    materialized: bool = False
    columns: tuple[str, ...] | None = None
    types: tuple[DataType | None, ...] | None = None
    indexes: tuple[Index, ...] = ()
    depends_on: tuple[QualifiedName, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    triggers: tuple[Trigger, ...] = ()
    grants: tuple[Grant, ...] = ()
    comment: str | None = None
    location: Location | None = None


class EnumType(Struct, frozen=True):
    """An enum type with its labels in order."""

    name: QualifiedName
    values: tuple[str, ...]
    comment: str | None = None
    location: Location | None = None


class Domain(Struct, frozen=True):
    """A domain over a base type."""

    name: QualifiedName
    type: DataType
    not_null: bool = False
    default: Expr | None = None
    constraints: tuple[Constraint, ...] = ()
    collation: str | None = None
    comment: str | None = None
    location: Location | None = None


class CompositeType(Struct, frozen=True):
    """A composite, range or base type, or a shell of one; ``kind`` says which."""

    name: QualifiedName
    kind: str = "composite"
    columns: tuple[Column, ...] = ()
    comment: str | None = None
    location: Location | None = None


class Sequence(Struct, frozen=True):
    """A sequence; ``owned_by`` is (table, column)."""

    name: QualifiedName
    type: str = "bigint"
    owned_by: tuple[QualifiedName, str] | None = None
    location: Location | None = None


class Function(Struct, frozen=True):
    """A function, procedure or aggregate. ``arguments`` are the canonical input types."""

    name: QualifiedName
    arguments: tuple[str, ...]
    kind: str = "function"
    returns: str | None = None
    language: str = "sql"
    security_definer: bool = False
    search_path: str | None = None
    body: str | None = None
    volatility: str = "volatile"
    grants: tuple[Grant, ...] = ()
    comment: str | None = None
    location: Location | None = None


ANYTHING = "*"

Unknown = tuple[QualifiedName | None, str, str]
"""A relation, or None for every relation; the kind of fact that is not known of it; and why."""

_OF_ONE_OBJECT = frozenset(
    {
        "columns", "constraints", "constraint names", "indexes", "enums", "comments", "policies",
        "triggers", "trigger bodies", "grants", "rows",
    }
)  # fmt: skip
"""The facts that the statement which makes an object gives anew. Which other tables and functions
there are is none of them."""


def speaks_of(
    entry: Unknown,
    relation: QualifiedName | None,
    fact: str,
    made_after: Mapping[QualifiedName, frozenset[str]],
) -> bool:
    """Whether what is not known is this fact of this relation (None: of the schema as a whole).
    ``made_after`` as in ``Knowledge``."""
    name, known, why = entry
    if known not in {fact, ANYTHING}:
        return False
    if name is not None or relation is None or fact not in _OF_ONE_OBJECT:
        return name in {None, relation}
    return why not in made_after.get(relation, ())


class Knowledge(Struct, frozen=True):
    """What a source can know at all, and of which objects it cannot know it.

    ``facts`` names kinds of fact (``tables``, ``columns``, ``constraints``, ``indexes``,
    ``enums``, ``comments``, ``policies``, ``triggers``, ``functions``, ``grants``, ``rows``;
    ``constraint names`` where only what constraints are called is in doubt, ``function bodies``
    where only what functions do is, ``trigger bodies`` where what those do that a table's triggers
    call, ``view definitions`` where only what views select).
    ``unknown`` holds (relation, fact, why); a relation of ``None`` stands for every relation, a
    fact of ``*`` for every fact. Unknown is not absent: a rule that needs such a fact of such an
    object is skipped, and said so. ``made_after`` has, for relations and types that a later
    statement made anew, the reasons that held for every relation before and say nothing of them.
    """

    facts: frozenset[str] = frozenset()
    unknown: tuple[Unknown, ...] = ()
    made_after: Mapping[QualifiedName, frozenset[str]] = {}

    def why_unknown(self, relation: QualifiedName | None, facts: tuple[str, ...]) -> str | None:
        """Why one of these facts cannot be known of the relation, or None where all can."""
        for fact in facts:
            if fact not in self.facts:
                return f"this source knows nothing of {fact}"
        for entry in self.unknown:
            if any(speaks_of(entry, relation, fact, self.made_after) for fact in facts):
                return entry[2]
        return None


SQL_FACTS = frozenset(
    {
        "tables", "columns", "constraints", "constraint names", "indexes", "enums", "comments",
        "policies", "triggers", "trigger bodies", "functions", "function bodies",
        "view definitions", "grants",
    }
)  # fmt: skip
"""What migration files and a live database can tell of a schema."""


class Schema(Struct, frozen=True):
    """All objects that one source tells of, keyed by their names."""

    tables: Mapping[QualifiedName, Table] = {}
    views: Mapping[QualifiedName, View] = {}
    enums: Mapping[QualifiedName, EnumType] = {}
    domains: Mapping[QualifiedName, Domain] = {}
    types: Mapping[QualifiedName, CompositeType] = {}
    sequences: Mapping[QualifiedName, Sequence] = {}
    functions: tuple[Function, ...] = ()
    schemas: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    default_schema: str = "public"
    knowledge: Knowledge = Knowledge(SQL_FACTS)

    def table(self, name: QualifiedName) -> Table | None:
        """The table of that name, or None."""
        return self.tables.get(name)

    def names(self) -> Iterator[QualifiedName]:
        """The names of all objects."""
        for part in (
            self.tables, self.views, self.enums, self.domains, self.types, self.sequences,
        ):  # fmt: skip
            yield from part
        yield from (function.name for function in self.functions)

    def indexes(self) -> Iterator[tuple[Table, Index]]:
        """Every index with its table, by name."""
        for table in self.tables.values():
            for index in table.indexes:
                yield table, index
