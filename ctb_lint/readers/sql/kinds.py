"""The one table of statement kinds: PostgreSQL's node, its command tag, and what the fold does.

The node names are those of PostgreSQL's raw parse tree. ``FOLDS`` statements change the model,
``HARMLESS`` ones change nothing that the model holds, ``OPAQUE`` ones could change tables in a
way that cannot be read from their text. Which front reads what: sqlglot's tokeniser finds the
statements, the inline INDEX clauses and the places of names; PostgreSQL's own parse tree gives
every kind below; sqlglot's parsers of other dialects name the foreign SQL that PostgreSQL refuses.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Treatment(StrEnum):
    """What becomes of a statement of some kind."""

    FOLDS = "folds"
    HARMLESS = "harmless"
    OPAQUE = "opaque"


class Kind(Struct, frozen=True):
    """A kind of statement: its command tag and its treatment."""

    tag: str
    treatment: Treatment


def _kinds(treatment: Treatment, tags: dict[str, str]) -> dict[str, Kind]:
    return {node: Kind(tag, treatment) for node, tag in tags.items()}


KINDS: dict[str, Kind] = {
    **_kinds(
        Treatment.FOLDS,
        {
            "AlterDomainStmt": "ALTER DOMAIN",
            "AlterEnumStmt": "ALTER TYPE",
            "AlterFunctionStmt": "ALTER FUNCTION",
            "AlterObjectSchemaStmt": "ALTER SET SCHEMA",
            "AlterPolicyStmt": "ALTER POLICY",
            "AlterSeqStmt": "ALTER SEQUENCE",
            "AlterTableStmt": "ALTER TABLE",
            "CallStmt": "CALL",
            "CommentStmt": "COMMENT",
            "CompositeTypeStmt": "CREATE TYPE",
            "CopyStmt": "COPY",
            "CreateDomainStmt": "CREATE DOMAIN",
            "CreateEnumStmt": "CREATE TYPE",
            "CreateExtensionStmt": "CREATE EXTENSION",
            "CreateForeignTableStmt": "CREATE FOREIGN TABLE",
            "CreateFunctionStmt": "CREATE FUNCTION",
            "CreatePolicyStmt": "CREATE POLICY",
            "CreateRangeStmt": "CREATE TYPE",
            "CreateSchemaStmt": "CREATE SCHEMA",
            "CreateSeqStmt": "CREATE SEQUENCE",
            "CreateStmt": "CREATE TABLE",
            "CreateTableAsStmt": "CREATE TABLE AS",
            "CreateTrigStmt": "CREATE TRIGGER",
            "DefineStmt": "DEFINE",
            "DeleteStmt": "DELETE",
            "DoStmt": "DO",
            "DropStmt": "DROP",
            "DropOwnedStmt": "DROP OWNED",
            "GrantStmt": "GRANT",
            "IndexStmt": "CREATE INDEX",
            "InsertStmt": "INSERT",
            "MergeStmt": "MERGE",
            "RenameStmt": "ALTER RENAME",
            "SelectStmt": "SELECT",
            "TransactionStmt": "TRANSACTION",
            "TruncateStmt": "TRUNCATE",
            "UpdateStmt": "UPDATE",
            "VariableSetStmt": "SET",
            "ViewStmt": "CREATE VIEW",
        },
    ),
    **_kinds(
        Treatment.HARMLESS,
        {
            "AlterCollationStmt": "ALTER COLLATION",
            "AlterDatabaseRefreshCollStmt": "ALTER DATABASE",
            "AlterDatabaseSetStmt": "ALTER DATABASE",
            "AlterDatabaseStmt": "ALTER DATABASE",
            "AlterDefaultPrivilegesStmt": "ALTER DEFAULT PRIVILEGES",
            "AlterEventTrigStmt": "ALTER EVENT TRIGGER",
            "AlterExtensionStmt": "ALTER EXTENSION",
            "AlterFdwStmt": "ALTER FOREIGN DATA WRAPPER",
            "AlterForeignServerStmt": "ALTER SERVER",
            "AlterObjectDependsStmt": "ALTER DEPENDS",
            "AlterOpFamilyStmt": "ALTER OPERATOR FAMILY",
            "AlterOwnerStmt": "ALTER OWNER",
            "AlterOperatorStmt": "ALTER OPERATOR",
            "AlterPublicationStmt": "ALTER PUBLICATION",
            "AlterRoleSetStmt": "ALTER ROLE",
            "AlterRoleStmt": "ALTER ROLE",
            "AlterStatsStmt": "ALTER STATISTICS",
            "AlterSubscriptionStmt": "ALTER SUBSCRIPTION",
            "AlterSystemStmt": "ALTER SYSTEM",
            "AlterTSConfigurationStmt": "ALTER TEXT SEARCH CONFIGURATION",
            "AlterTSDictionaryStmt": "ALTER TEXT SEARCH DICTIONARY",
            "AlterTableMoveAllStmt": "ALTER TABLE ALL IN TABLESPACE",
            "AlterTableSpaceOptionsStmt": "ALTER TABLESPACE",
            "AlterTypeStmt": "ALTER TYPE",
            "AlterUserMappingStmt": "ALTER USER MAPPING",
            "CheckPointStmt": "CHECKPOINT",
            "ClosePortalStmt": "CLOSE",
            "ClusterStmt": "CLUSTER",
            "ConstraintsSetStmt": "SET CONSTRAINTS",
            "CreateAmStmt": "CREATE ACCESS METHOD",
            "CreateCastStmt": "CREATE CAST",
            "CreateConversionStmt": "CREATE CONVERSION",
            "CreateEventTrigStmt": "CREATE EVENT TRIGGER",
            "CreateFdwStmt": "CREATE FOREIGN DATA WRAPPER",
            "CreateForeignServerStmt": "CREATE SERVER",
            "CreateOpClassStmt": "CREATE OPERATOR CLASS",
            "CreateOpFamilyStmt": "CREATE OPERATOR FAMILY",
            "CreatePLangStmt": "CREATE LANGUAGE",
            "CreatePublicationStmt": "CREATE PUBLICATION",
            "CreateRoleStmt": "CREATE ROLE",
            "CreateStatsStmt": "CREATE STATISTICS",
            "CreateSubscriptionStmt": "CREATE SUBSCRIPTION",
            "CreateTableSpaceStmt": "CREATE TABLESPACE",
            "CreateTransformStmt": "CREATE TRANSFORM",
            "CreateUserMappingStmt": "CREATE USER MAPPING",
            "CreatedbStmt": "CREATE DATABASE",
            "DeallocateStmt": "DEALLOCATE",
            "DeclareCursorStmt": "DECLARE CURSOR",
            "DiscardStmt": "DISCARD",
            "DropRoleStmt": "DROP ROLE",
            "DropSubscriptionStmt": "DROP SUBSCRIPTION",
            "DropTableSpaceStmt": "DROP TABLESPACE",
            "DropUserMappingStmt": "DROP USER MAPPING",
            "DropdbStmt": "DROP DATABASE",
            "ExplainStmt": "EXPLAIN",
            "FetchStmt": "FETCH",
            "GrantRoleStmt": "GRANT ROLE",
            "ListenStmt": "LISTEN",
            "LoadStmt": "LOAD",
            "LockStmt": "LOCK TABLE",
            "NotifyStmt": "NOTIFY",
            "PrepareStmt": "PREPARE",
            "ReassignOwnedStmt": "REASSIGN OWNED",
            "RefreshMatViewStmt": "REFRESH MATERIALIZED VIEW",
            "ReindexStmt": "REINDEX",
            "RuleStmt": "CREATE RULE",
            "SecLabelStmt": "SECURITY LABEL",
            "UnlistenStmt": "UNLISTEN",
            "VacuumStmt": "VACUUM",
            "VariableShowStmt": "SHOW",
        },
    ),
    **_kinds(
        Treatment.OPAQUE,
        {
            "ExecuteStmt": "EXECUTE",
            "ImportForeignSchemaStmt": "IMPORT FOREIGN SCHEMA",
        },
    ),
}


def kind_of(node_name: str) -> Kind:
    """The kind of a statement node; one that is not in the table is opaque, never harmless."""
    return KINDS.get(node_name) or Kind(node_name.removesuffix("Stmt").upper(), Treatment.OPAQUE)
