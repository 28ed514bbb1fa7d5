"""The schema model: what is there, whichever source said so.

Every reader translates its source (migration files, a catalogue, a live database) into one
``Schema``; every rule judges that. All structs are frozen. Names are stored as PostgreSQL stores
them: folded to lower case unless they were quoted, and cut at 63 bytes.
"""

from ctb_lint.model.columns import Column, DataType, Expr, Generated
from ctb_lint.model.knowledge import ANYTHING, SQL_FACTS, Knowledge, Unknown, speaks_of
from ctb_lint.model.location import Location
from ctb_lint.model.names import (
    MAX_NAME_BYTES,
    RESERVED,
    ObjectId,
    ObjectKind,
    QualifiedName,
    quoted,
)
from ctb_lint.model.objects import CompositeType, Domain, EnumType, Function, Sequence, View
from ctb_lint.model.parts import Constraint, ConstraintKind, Grant, Index, IndexKey, Policy, Trigger
from ctb_lint.model.schema import Schema
from ctb_lint.model.tables import AccessPath, Removed, Table, TableKind

__all__ = [
    "ANYTHING",
    "MAX_NAME_BYTES",
    "RESERVED",
    "SQL_FACTS",
    "AccessPath",
    "Column",
    "CompositeType",
    "Constraint",
    "ConstraintKind",
    "DataType",
    "Domain",
    "EnumType",
    "Expr",
    "Function",
    "Generated",
    "Grant",
    "Index",
    "IndexKey",
    "Knowledge",
    "Location",
    "ObjectId",
    "ObjectKind",
    "Policy",
    "QualifiedName",
    "Removed",
    "Schema",
    "Sequence",
    "Table",
    "TableKind",
    "Trigger",
    "Unknown",
    "View",
    "quoted",
    "speaks_of",
]
