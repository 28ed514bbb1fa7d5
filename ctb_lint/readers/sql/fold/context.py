"""What every handler of a statement is given: the state, the statement's place, and a record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from msgspec import structs

from ctb_lint.changes import Change
from ctb_lint.history import LiteralValue, WriteRule
from ctb_lint.mishaps import (
    CreatedTwice,
    Mishap,
    SkippedByIfNotExists,
    UnknownColumn,
    UnknownRelation,
    UnknownType,
    WantedIndex,
)
from ctb_lint.model import DataType, Expr, Location, ObjectKind, QualifiedName, Removed, Table
from ctb_lint.readers.sql.expr import expression, view_relations
from ctb_lint.readers.sql.extensions import EXTENSION_TYPES
from ctb_lint.readers.sql.nodes import Node
from ctb_lint.readers.sql.place import Place
from ctb_lint.readers.sql.state import SYSTEM_SCHEMAS, TEMPORARY, State
from ctb_lint.readers.sql.types import BUILTIN_TYPES, base_type, data_type
from ctb_lint.standard import MIGRATION_TOOL_TABLES

C = TypeVar("C", bound=Change)


class Folding:
    """The state of a fold and the statement that is being folded.

    ``watch`` are the column names whose literals are kept. ``later`` says where a relation or type
    that does not stand yet is created. ``conditional`` is set inside DO blocks, where what is
    there already or not there is passed over, as the block's own guards would. ``session`` has
    what the end of the transaction returns to after SET LOCAL: search path and role. ``only`` is
    set by ALTER TABLE ONLY, which passes partitions and children over.
    """

    def __init__(self, state: State, watch: frozenset[str], pg_version: int) -> None:
        self.state = state
        self.watch = watch
        self.pg_version = pg_version
        self.changes: list[Change] = []
        self.mishaps: list[Mishap] = []
        self.literals: list[LiteralValue] = []
        self.rules: list[WriteRule] = []
        self.later: Mapping[QualifiedName, list[tuple[int, Location]]] = {}
        self.order = 0
        self.conditional = False
        self.only = False
        self.fresh: set[QualifiedName] = set()
        self.opaque: str | None = None
        self.opaque_at: Location | None = None
        self.touched: set[str] = set()
        self.harmless = False
        self.collided = False
        """Whether a name that PostgreSQL would have chosen in this statement was taken."""
        self.savepoints: list[tuple[str, State]] = []
        self.session: dict[str, Any] = {}
        self.types: Mapping[str, DataType] = {}
        self.place: Place

    # Recording --------------------------------------------------------------------------

    def changed(
        self, change: type[C], at: Location, table: Table | None = None, /, **fields: Any
    ) -> None:
        """Records a change of a table, with the table as it stands before; ``made`` names one
        that does not stand yet."""
        name = table.name if table else fields.pop("made", None)
        self.changes.append(
            change(
                at=at,
                statement=self.place.whole,
                table=name,
                before=table,
                fresh=name in self.fresh,
                conditional=self.conditional,
                **fields,
            )
        )

    def mishap(self, mishap: Mishap) -> None:
        """Records that something does not fit; not in a guarded block, whose guards we do not
        evaluate."""
        if not self.conditional:
            self.mishaps.append(mishap)

    @contextmanager
    def unheard(self) -> Iterator[None]:
        """What is read inside PostgreSQL passes over: it is no fault, and leaves no trace."""
        conditional, unknown = self.conditional, [*self.state.unknown]
        self.conditional = True
        yield
        self.conditional, self.state.unknown = conditional, unknown

    def made_anew(self, name: QualifiedName, tolerant: bool = False) -> None:
        """Notes that a relation or type was made, or taken away, so that all is known of it from
        here on. Not under a condition; nor by IF NOT EXISTS (``tolerant``), where one of that name
        may have stood there."""
        if not self.conditional and not (tolerant and self.state.may_stand(name)):
            self.state.make_known(name)

    def not_understood(self, why: str) -> None:
        """Says that the statement, or a part of it, could not be read."""
        if self.opaque is None:
            self.opaque, self.opaque_at = why, self.place.whole

    def not_followed(self, fact: str, why: str) -> None:
        """Says that the statement changes what only built SQL can have made: no table changes."""
        self.touched.add(fact)
        self.not_understood(why)

    # Looking things up ---------------------------------------------------------------------

    def relation(
        self,
        node: Node,
        role: str,
        missing_ok: bool = False,
        kind: ObjectKind = ObjectKind.TABLE,
    ) -> QualifiedName | None:
        """The relation that a ``RangeVar`` names; records a mishap where there is none."""
        schema, name = node.get("schemaname"), node["relname"]
        found = self.state.find_relation(schema, name)
        if found or missing_ok or is_provided(schema, name):
            return found
        wanted = self.state.creation_name(schema, name)
        if wanted in self.state.assumed:
            return None
        self.unknown_relation(wanted, self.place.name(node), role, kind)
        return None

    def unknown_relation(
        self, wanted: QualifiedName, at: Location, role: str, kind: ObjectKind = ObjectKind.TABLE
    ) -> None:
        """Records that a relation is not there, once."""
        if self.conditional or wanted in self.state.assumed:
            return
        if self._may_exist(kind):
            if kind is ObjectKind.INDEX:
                self.not_followed("indexes", f"built SQL may have made {wanted}")
            return
        coming = [where for order, where in self.later.get(wanted, ()) if order > self.order]
        if not coming:
            self.state.assumed.add(wanted)
        self.mishap(
            UnknownRelation(
                at=at,
                statement=self.place.whole,
                object_kind=kind,
                name=wanted,
                role=role,
                created_later=coming[0] if coming else None,
                dropped=self.state.dropped.get(wanted),
                guessed=self.state.nearest_relation(wanted),
                outside=wanted.schema not in self.state.schemas,
            )
        )

    def _may_exist(self, kind: ObjectKind) -> bool:
        """Whether built SQL may have made a relation of this kind under any name."""
        facts = {"tables"}
        if kind is ObjectKind.TYPE:
            facts.add("enums")
        if kind is ObjectKind.INDEX:
            facts |= {"indexes", "constraints", "constraint names"}
        return any(name is None and fact in facts for name, fact, _ in self.state.unknown)

    def reads(self, query: object, role: str) -> list[QualifiedName]:
        """The relations that a query reads, each recorded as a mishap where it is not there."""
        found: list[QualifiedName] = []
        for schema, name in view_relations({"query": query}):
            there = self.state.find_relation(schema, name)
            if there:
                found.append(there)
            elif not is_provided(schema, name):
                wanted = self.state.creation_name(schema, name)
                self.unknown_relation(wanted, self.place.word(name, after=1), role)
        return found

    def table(self, node: Node, role: str, missing_ok: bool = False) -> Table | None:
        """The table that a ``RangeVar`` names, or None (recorded, where it is a mishap)."""
        found = self.relation(node, role, missing_ok)
        table = self.state.tables.get(found) if found else None
        return self.of(table) if table else None

    def unknown_column(self, table: Table, column: str, role: str, at: Location) -> None:
        """Records that a table lacks a column, unless its columns cannot be known."""
        if self.state.is_unknown(table.name, "columns") or column in SYSTEM_COLUMNS:
            return
        self.mishap(
            UnknownColumn(
                at=at,
                statement=self.place.whole,
                object_kind=ObjectKind.COLUMN,
                name=table.name,
                column=column,
                role=role,
                guessed=nearest(column, [c.name for c in table.columns]),
            )
        )

    def twice(
        self, name: QualifiedName, kind: ObjectKind, at: Location, part: str | None = None,
        existing: Location | None = None, existing_kind: ObjectKind | None = None,
        wanted: WantedIndex | None = None,
    ) -> None:  # fmt: skip
        """Records that something of that name is there already."""
        self.mishap(
            CreatedTwice(
                at=at,
                statement=self.place.whole,
                object_kind=kind,
                name=name,
                existing=existing or self.location_of(name),
                existing_kind=existing_kind or self.state.relations.get(name, kind),
                part=part,
                wanted=wanted,
            )
        )

    def skipped(
        self, name: QualifiedName, kind: ObjectKind, at: Location, differences: tuple[str, ...],
        part: str | None = None, existing: Location | None = None,
        wanted: WantedIndex | None = None,
    ) -> None:  # fmt: skip
        """Records that IF NOT EXISTS met something of that name."""
        self.mishap(
            SkippedByIfNotExists(
                at=at,
                statement=self.place.whole,
                object_kind=kind,
                name=name,
                existing=existing or self.location_of(name),
                differences=differences,
                part=part,
                wanted=wanted,
            )
        )

    def location_of(self, name: QualifiedName) -> Location | None:
        """Where the relation of that name was made."""
        state = self.state
        owner = state.index_owner.get(name)
        holder = state.tables.get(owner) or state.views.get(owner) if owner else None
        if holder is not None:
            parts = [*holder.indexes, *getattr(holder, "constraints", ())]
            return next((part.location for part in parts if part.name == name.name), None)
        found: Any = (
            state.tables.get(name)
            or state.views.get(name)
            or state.sequences.get(name)
            or state.enums.get(name)
            or state.domains.get(name)
            or state.types.get(name)
        )
        return found.location if found else None

    # Types and expressions --------------------------------------------------------------------

    def type_of(self, node: Node, at: Location | None = None) -> DataType:
        """The type that a ``TypeName`` names, its schema found through the search path."""
        text, _ = self.place.expression(node.get("location", 0)) if "location" in node else ("", 0)
        bare = data_type(node, text)
        if bare.schema is None or bare.name.endswith("%TYPE"):
            return bare
        found = self.state.find_type(bare.schema, bare.name)
        if found:
            return structs.replace(bare, schema=found.schema, name=found.name)
        known = EXTENSION_TYPES.get(bare.name)
        if known:
            home = self.state.extensions.get(known, bare.schema or self.state.default_schema)
            return structs.replace(bare, schema=bare.schema or home)
        self._unknown_type(bare, at or self.place.at(node.get("location")))
        return structs.replace(bare, schema=bare.schema or self.state.default_schema)

    def _unknown_type(self, bare: DataType, at: Location) -> None:
        if bare.schema and bare.schema not in self.state.schemas:
            return
        if set(self.state.extensions) - KNOWN_EXTENSIONS:
            return
        wanted = self.state.creation_name(bare.schema or None, bare.name)
        if wanted in self.state.assumed or self._may_exist(ObjectKind.TYPE):
            return
        coming = [where for order, where in self.later.get(wanted, ()) if order > self.order]
        known = [name.name for name in (*self.state.enums, *self.state.domains, *self.state.types)]
        self.mishap(
            UnknownType(
                at=at,
                statement=self.place.whole,
                object_kind=ObjectKind.TYPE,
                name=wanted,
                written=bare.text or bare.name,
                guessed=nearest(bare.name, known) or nearest_type(bare.name),
                created_later=coming[0] if coming else None,
            )
        )

    def expr(self, node: Node, text: str, expected: DataType | None = None) -> Expr:
        """The expression of a node, whose source text is given; ``expected`` is the type of the
        column that it is a default of."""
        return expression(
            node,
            text,
            expected=self.base(expected) if expected else None,
            types=self.types,
            default_schema=self.state.default_schema,
        )

    def of(self, table: Table) -> Table:
        """The table, after its column types were made those that expressions are read with."""
        self.types = {column.name: self.base(column.type) for column in table.columns}
        return table

    def base(self, type_: DataType) -> DataType:
        """The type behind a domain; any other type itself."""
        if not type_.schema or QualifiedName(type_.schema, type_.name) not in self.state.domains:
            return type_
        return base_type(type_, {n: d.type for n, d in self.state.domains.items()})

    def lose(self, table: Table, kind: ObjectKind, name: str, columns: tuple[str, ...]) -> Table:
        """The table with a note of what this statement takes from it."""
        gone = Removed(kind, name, columns, self.place.whole)
        return structs.replace(table, removed=(*table.removed, gone))


SYSTEM_COLUMNS = frozenset({"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"})

KNOWN_EXTENSIONS = frozenset(
    {
        *EXTENSION_TYPES.values(),
        "plpgsql", "pgcrypto", "uuid-ossp", "pg_trgm", "btree_gin", "btree_gist", "unaccent",
        "pg_stat_statements", "fuzzystrmatch", "tablefunc", "postgres_fdw", "dblink", "pgstattuple",
        "pg_buffercache", "pg_prewarm", "amcheck", "autoinc", "moddatetime", "insert_username",
        "tcn", "intagg", "dict_int", "dict_xsyn", "sslinfo", "tsm_system_rows", "bloom",
        "tsm_system_time", "file_fdw", "pageinspect", "pgrowlocks", "pg_freespacemap",
        "pg_visibility", "adminpack", "pg_cron", "pg_net", "pgaudit", "pgjwt", "pgtap",
    }
)  # fmt: skip
"""Extensions whose types are all known (most have none): beside another, an unknown type may be
that extension's."""


def nearest(name: str, known: list[str]) -> str | None:
    """The known name most like this one, or None."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, sorted(known), 1, 0.7)), None)


def nearest_type(name: str) -> str | None:
    """The built-in type most like this name, or None."""
    return nearest(name.lower(), [known for known in BUILTIN_TYPES if not known.startswith("pg_")])


def is_known_type(schema: str, name: str) -> bool:
    """Whether a type comes with PostgreSQL or with an extension that is known."""
    return schema in SYSTEM_SCHEMAS or name in EXTENSION_TYPES or name in BUILTIN_TYPES


def is_provided(schema: str | None, name: str) -> bool:
    """Whether no migration makes the relation, since PostgreSQL or the migration tool does."""
    return schema in SYSTEM_SCHEMAS or name.startswith("pg_") or name in MIGRATION_TOOL_TABLES


def is_temporary(node: Node) -> bool:
    """Whether a ``RangeVar`` names a temporary relation."""
    return node.get("relpersistence") == "t" or node.get("schemaname") == TEMPORARY


PERSISTENCE = {"p": "permanent", "u": "unlogged", "t": "temporary"}
