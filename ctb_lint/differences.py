"""How one source of a schema differs from another: what is declared, and what is there.

A difference names its pair in words (``declared`` is ``catalogue``, ``actual`` is ``migrations``):
one rule serves every pair. ``wanted`` is always what the declared side says, ``found`` what the
actual side has. Where a part may be absent, None stands for it.
"""

from __future__ import annotations

from msgspec import Struct

from ctb_lint.demands import Stage
from ctb_lint.model import (
    Column,
    CompositeType,
    Constraint,
    ConstraintKind,
    DataType,
    Domain,
    EnumType,
    Expr,
    Function,
    Index,
    Location,
    ObjectId,
    Policy,
    QualifiedName,
    Table,
    Trigger,
    View,
)


class Likely(Struct, frozen=True):
    """What a missing table or column probably is on the other side, under another name.

    ``name`` is the other name, with its schema for a table; ``shared`` says in words what the two
    have in common (``type text``, ``the same place``, ``the primary key``, ``7 of 8 columns``);
    ``location`` is where the other one stands, ``table`` the other table itself.
    """

    name: str
    shared: tuple[str, ...]
    location: Location | None = None
    table: QualifiedName | None = None


class Difference(Struct, frozen=True, kw_only=True):
    """One difference between two sources.

    ``declared`` and ``actual`` are the kinds of the two sources, ``table`` the relation concerned
    (the enum, type or function itself where it is none), ``object`` what differs. ``at`` is the
    place on the declared side, that of the table where the part is not declared; ``related`` the
    place on the actual side. Either is None where its side has no places, or no such table.
    ``stage`` is that of the table, as its catalogue entry has it.
    """

    declared: str
    actual: str
    table: QualifiedName
    object: ObjectId
    at: Location | None = None
    related: Location | None = None
    stage: Stage = Stage.UNKNOWN

    @property
    def facet(self) -> str:
        """What tells two differences of one kind and object apart."""
        return ""


# Tables ----------------------------------------------------------------------------------------


class RogueTable(Difference, frozen=True):
    """Nothing declares the table. ``at`` is None. A partition whose parent is declared is one as
    well: ``found.partition_of`` tells it, and ``parent_declared``."""

    found: Table
    likely: Likely | None = None
    parent_declared: bool = False


class PhantomTable(Difference, frozen=True):
    """The table is declared and does not exist. ``related`` is None."""

    wanted: Table
    likely: Likely | None = None


class StorageDiffers(Difference, frozen=True):
    """The table is of another kind. ``what`` has of ``kind``, ``persistence``, ``partition of``,
    ``partition key`` and ``inherits`` those that differ."""

    wanted: Table
    found: Table
    what: tuple[str, ...]


# Columns ---------------------------------------------------------------------------------------


class MissingColumn(Difference, frozen=True):
    """The column is declared and not there. ``related`` is the actual table."""

    wanted: Column
    likely: Likely | None = None


class UndeclaredColumn(Difference, frozen=True):
    """The column is there and not declared. ``at`` is the declared table."""

    found: Column
    likely: Likely | None = None


class TypeDiffers(Difference, frozen=True):
    """The column has another type, or the same with other modifiers."""

    column: str
    wanted: DataType
    found: DataType


class NullabilityDiffers(Difference, frozen=True):
    """One side refuses NULL. ``wanted`` and ``found`` are True for NOT NULL."""

    column: str
    wanted: bool
    found: bool


class DefaultDiffers(Difference, frozen=True):
    """The column has another default, or only one side has one."""

    column: str
    wanted: Expr | None
    found: Expr | None


class IdentityOrGeneratedDiffers(Difference, frozen=True):
    """Values of the column come about in another way. ``wanted`` and ``found`` are words of SQL:
    ``GENERATED ALWAYS AS IDENTITY``, ``GENERATED ALWAYS AS (a + 1) STORED``, ``DEFAULT now()``,
    ``serial``, or empty for an ordinary column. Their defaults are no difference of their own
    then."""

    column: str
    wanted: str
    found: str


class CollationDiffers(Difference, frozen=True):
    """The column has another collation; None is the type's own."""

    column: str
    wanted: str | None
    found: str | None


# Indexes and constraints -----------------------------------------------------------------------


class MissingIndex(Difference, frozen=True):
    """The index is declared and not there. ``covered_by`` names the index or key that answers the
    same questions, where there is one. ``related`` is where it was dropped, or the table."""

    wanted: Index
    covered_by: str | None = None


class UndeclaredIndex(Difference, frozen=True):
    """The index is there and not declared."""

    found: Index


class IndexDiffers(Difference, frozen=True):
    """The index is another one. ``what`` has of ``name``, ``keys``, ``unique``, ``method``,
    ``predicate``, ``include`` and ``nulls not distinct`` those that differ; ``("name",)`` alone
    means that it does the same under another name than the declared side gave it."""

    wanted: Index
    found: Index
    what: tuple[str, ...]


class KeyDiffers(Difference, frozen=True):
    """A primary key, unique, check or exclusion constraint is missing (``found`` is None), not
    declared (``wanted`` is None) or another one.

    ``what`` has of ``name``, ``columns``, ``expression``, ``include``, ``deferrable``, ``initially
    deferred``, ``no inherit``, ``nulls not distinct``, ``without overlaps``, ``method`` and
    ``elements`` those that differ; it is empty where one side is None.
    """

    key: ConstraintKind
    wanted: Constraint | None
    found: Constraint | None
    what: tuple[str, ...] = ()


class ForeignKeyDiffers(Difference, frozen=True):
    """A foreign key is missing, not declared or another one. ``what`` has of ``name``,
    ``columns``, ``references``, ``referenced columns``, ``on delete``, ``on update``, ``match``,
    ``set columns``, ``deferrable``, ``initially deferred`` and ``period`` those that differ."""

    wanted: Constraint | None
    found: Constraint | None
    what: tuple[str, ...] = ()


class ValidityDiffers(Difference, frozen=True):
    """``what`` is ``validated`` or ``enforced`` of a constraint, ``valid`` of an index; ``name`` is
    what the actual side calls it."""

    what: str
    name: str
    wanted: bool
    found: bool

    @property
    def facet(self) -> str:
        return self.what


# Types, views, routines ------------------------------------------------------------------------


class EnumDiffers(Difference, frozen=True):
    """An enum type is missing, not declared, or has other values or another order of them."""

    wanted: EnumType | None
    found: EnumType | None


class TypeDefinitionDiffers(Difference, frozen=True):
    """A domain or composite type is missing, not declared or another one. ``what`` has of
    ``kind``, ``type``, ``nullability``, ``default``, ``collation``, ``checks`` and ``columns``
    those that differ."""

    wanted: Domain | CompositeType | None
    found: Domain | CompositeType | None
    what: tuple[str, ...] = ()


class ViewOrFunctionDiffers(Difference, frozen=True):
    """A view or routine is missing, not declared or another one. ``what`` has of ``materialized``,
    ``columns``, ``options`` and ``definition`` of a view, of ``kind``, ``returns``, ``language``,
    ``security``, ``search_path``, ``volatility`` and ``definition`` of a routine those that
    differ."""

    wanted: View | Function | None
    found: View | Function | None
    what: tuple[str, ...] = ()

    @property
    def facet(self) -> str:
        one = self.wanted or self.found
        return f"({', '.join(one.arguments)})" if isinstance(one, Function) else ""


class TriggerDiffers(Difference, frozen=True):
    """A trigger is missing, not declared or another one. ``what`` has of ``timing``, ``events``,
    ``level``, ``function``, ``when``, ``columns``, ``enabled`` and ``constraint`` those that
    differ."""

    wanted: Trigger | None
    found: Trigger | None
    what: tuple[str, ...] = ()


# Access ----------------------------------------------------------------------------------------


class RowSecurityDiffers(Difference, frozen=True):
    """Row security of the table is ``off``, ``on`` or ``forced``; another word ends in
    ``, forced`` where it is off and forced once it is on."""

    wanted: str
    found: str


class PolicyDiffers(Difference, frozen=True):
    """A policy is missing, not declared or another one. ``what`` has of ``command``,
    ``permissive``, ``roles``, ``using`` and ``check`` those that differ."""

    wanted: Policy | None
    found: Policy | None
    what: tuple[str, ...] = ()


class GrantDiffers(Difference, frozen=True):
    """A role has other privileges on the object, or on ``columns`` of it. Both sides are sorted;
    a privilege that may be passed on ends in ``with grant option``."""

    grantee: str
    columns: tuple[str, ...]
    wanted: tuple[str, ...]
    found: tuple[str, ...]

    @property
    def facet(self) -> str:
        return f"{self.grantee}({', '.join(self.columns)})" if self.columns else self.grantee


class CommentDiffers(Difference, frozen=True):
    """The object has another comment, or only one side has one."""

    wanted: str | None
    found: str | None


class NotCompared(Struct, frozen=True, kw_only=True):
    """What no difference can be told of, since one side cannot know it.

    ``source`` is that side, ``relation`` the table or view, None for all of them; ``fact`` is a
    kind of fact as ``Knowledge`` names them, or ``view definitions``; ``why`` is the reason.
    ``never`` says that such a source tells no fact of that kind, of whatever relation.
    """

    source: str
    relation: QualifiedName | None
    fact: str
    why: str
    never: bool = False


class Comparison(Struct, frozen=True):
    """All that was found in comparing two schemas, sorted; ``not_compared`` is what was passed
    over."""

    differences: tuple[Difference, ...] = ()
    not_compared: tuple[NotCompared, ...] = ()
