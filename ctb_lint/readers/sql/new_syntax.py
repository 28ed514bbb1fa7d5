"""What the nodes of PostgreSQL's parse tree tell of the version that first accepts them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ctb_lint.readers.sql.nodes import Node, options, strings

OLDEST = 13
"""The oldest version that is told apart."""

Newest = tuple[int, str]
"""A version and what needs it."""

ANY: Newest = (OLDEST, "")

_MULTIRANGES = {
    "int4multirange", "int8multirange", "nummultirange", "tsmultirange", "tstzmultirange",
    "datemultirange", "anymultirange", "anycompatiblemultirange",
}  # fmt: skip

_OPTIONS: dict[str, tuple[str, str, dict[str, int]]] = {
    "AlterOperatorStmt": (
        "options", "ALTER OPERATOR … SET",
        {"commutator": 17, "negator": 17, "hashes": 17, "merges": 17},
    ),
    "AlterPublicationStmt": ("options", "a publication's", {"publish_generated_columns": 18}),
    "AlterSubscriptionStmt": (
        "options", "a subscription's",
        {
            "binary": 14, "streaming": 14, "disable_on_error": 15, "origin": 16,
            "password_required": 16, "run_as_owner": 16, "failover": 17, "two_phase": 18,
        },
    ),
    "AlterTypeStmt": ("options", "a type's", {"subscript": 14}),
    "CopyStmt": (
        "options", "COPY with",
        {"default": 16, "on_error": 17, "log_verbosity": 17, "reject_limit": 18},
    ),
    "CreatePublicationStmt": ("options", "a publication's", {"publish_generated_columns": 18}),
    "CreateRangeStmt": ("params", "a range type's", {"multirange_type_name": 14}),
    "CreateSubscriptionStmt": (
        "options", "a subscription's",
        {
            "binary": 14, "streaming": 14, "disable_on_error": 15, "two_phase": 15, "origin": 16,
            "password_required": 16, "run_as_owner": 16, "failover": 17,
        },
    ),
    "CreatedbStmt": (
        "options", "CREATE DATABASE with",
        {
            "collation_version": 15, "icu_locale": 15, "locale_provider": 15, "oid": 15,
            "strategy": 15, "icu_rules": 16, "builtin_locale": 17,
        },
    ),
    "ExplainStmt": (
        "options", "EXPLAIN with", {"generic_plan": 16, "memory": 17, "serialize": 17},
    ),
    "VacuumStmt": (
        "options", "VACUUM with",
        {
            "process_toast": 14, "buffer_usage_limit": 16, "only_database_stats": 16,
            "process_main": 16, "skip_database_stats": 16,
        },
    ),
}  # fmt: skip
"""Statements whose options are names: the field they are in, how a message begins, and the options
that are newer than 13."""


def of_node(name: str, fields: Node) -> Newest:
    """The version that first accepts this node, whatever is below it."""
    named = _OPTIONS.get(name)
    found = _newest_option(fields.get(named[0]), named[1], named[2]) if named else ANY
    finder = FINDERS.get(name)
    return max(found, finder(fields) if finder else ANY)


def _newest_option(written: list[Node] | None, begins: str, new: dict[str, int]) -> Newest:
    found = [(new.get(option, OLDEST), f"{begins} {option.upper()}") for option in options(written)]
    newest = max(found, default=ANY)
    return newest if newest[0] > OLDEST else ANY


def _if(present: str, version: int, feature: str) -> Callable[[Node], Newest]:
    """The version where the field is there and not empty."""
    return lambda fields: (version, feature) if fields.get(present) else ANY


def _always(version: int, feature: str) -> Callable[[Node], Newest]:
    return lambda fields: (version, feature)


# Statements -------------------------------------------------------------------------------------


def _merge(fields: Node) -> Newest:
    if fields.get("returningClause"):
        return 17, "MERGE … RETURNING"
    for clause in fields.get("mergeWhenClauses", ()):
        kind = clause.get("MergeWhenClause", {}).get("matchKind")
        if kind == "MERGE_WHEN_NOT_MATCHED_BY_SOURCE":
            return 17, "WHEN NOT MATCHED BY SOURCE"
    return 15, "MERGE"


def _routine(fields: Node) -> Newest:
    if fields.get("sql_body"):
        return 14, "a function body that is no string"
    modes = {
        parameter.get("FunctionParameter", {}).get("mode")
        for parameter in fields.get("parameters", ())
    }
    if fields.get("is_procedure") and "FUNC_PARAM_OUT" in modes:
        return 14, "OUT parameters of procedures"
    return ANY


def _view(fields: Node) -> Newest:
    found = "security_invoker" in options(fields.get("options"))
    return (15, "security_invoker") if found else ANY


def _statistics(fields: Node) -> Newest:
    if not fields.get("defnames"):
        return 16, "CREATE STATISTICS without a name"
    if any(item.get("StatsElem", {}).get("expr") for item in fields.get("exprs", ())):
        return 14, "statistics on expressions"
    return ANY


def _alter_statistics(fields: Node) -> Newest:
    return ANY if "stxstattarget" in fields else (17, "SET STATISTICS DEFAULT")


def _sequence(fields: Node) -> Newest:
    unlogged = fields.get("sequence", {}).get("relpersistence") == "u"
    return (15, "unlogged sequences") if unlogged else ANY


def _alter(fields: Node) -> Newest:
    kind = fields.get("objtype")
    for item in fields.get("cmds", ()):
        command: Node = item.get("AlterTableCmd", {})
        action = command.get("subtype", "").removeprefix("AT_")
        if kind == "OBJECT_SEQUENCE" and action in {"SetLogged", "SetUnLogged"}:
            return 15, "unlogged sequences"
        if kind == "OBJECT_VIEW" and action in {"SetRelOptions", "ResetRelOptions"}:
            items = command.get("def", {}).get("List", {}).get("items")
            if "security_invoker" in options(items):
                return 15, "security_invoker"
    return ANY


def _grant(fields: Node) -> Newest:
    kind, defaults = fields.get("objtype"), fields.get("targtype") == "ACL_TARGET_DEFAULTS"
    if defaults and kind == "OBJECT_LARGEOBJECT":
        return 18, "default privileges on large objects"
    privileges = (item.get("AccessPriv", {}) for item in fields.get("privileges", ()))
    if "maintain" in {privilege.get("priv_name") for privilege in privileges}:
        return 17, "the privilege MAINTAIN"
    if kind == "OBJECT_PARAMETER_ACL":
        return 15, "privileges on parameters"
    return (14, "GRANTED BY") if fields.get("grantor") else ANY


def _default_privileges(fields: Node) -> Newest:
    return _grant(fields.get("action", {}))


def _grant_role(fields: Node) -> Newest:
    if {"inherit", "set"} & options(fields.get("opt")).keys():
        return 16, "INHERIT and SET of a role's membership"
    return ANY


def _reindex(fields: Node) -> Newest:
    if not fields.get("relation") and not fields.get("name"):
        return 16, "REINDEX without a name"
    return ANY


def _vacuum(fields: Node) -> Newest:
    for item in fields.get("rels", ()):
        relation: Node = item.get("VacuumRelation", {}).get("relation", {})
        if relation and not relation.get("inh"):
            return 18, "VACUUM and ANALYZE with ONLY"
    return ANY


def _publication(fields: Node) -> Newest:
    if "TABLES_IN" in fields.get("pubobjtype", ""):
        return 15, "FOR TABLES IN SCHEMA"
    table: Node = fields.get("pubtable", {})
    if table.get("columns") or table.get("whereClause"):
        return 15, "a publication's columns and rows"
    return ANY


def _subscription(fields: Node) -> Newest:
    kind = fields.get("kind", "").removeprefix("ALTER_SUBSCRIPTION_")
    if kind == "SKIP":
        return 15, "ALTER SUBSCRIPTION … SKIP"
    if kind in {"ADD_PUBLICATION", "DROP_PUBLICATION"}:
        return 14, "ALTER SUBSCRIPTION … ADD and DROP PUBLICATION"
    return ANY


def _define(fields: Node) -> Newest:
    kind, found = fields.get("kind"), options(fields.get("definition")).keys()
    if kind == "OBJECT_COLLATION" and "rules" in found:
        return 16, "a collation's RULES"
    if kind == "OBJECT_TYPE" and "subscript" in found:
        return 14, "a type's SUBSCRIPT"
    return ANY


def _alter_domain(fields: Node) -> Newest:
    definition = fields.get("def", {}).get("Constraint", {})
    if definition.get("contype") == "CONSTR_NOTNULL":
        return 17, "ALTER DOMAIN … ADD NOT NULL"
    return ANY


def _event_trigger(fields: Node) -> Newest:
    return (17, "event triggers on login") if fields.get("eventname") == "login" else ANY


def _foreign_table(fields: Node) -> Newest:
    elements = fields.get("base", {}).get("tableElts", ())
    found = any("TableLikeClause" in element for element in elements)
    return (18, "CREATE FOREIGN TABLE … LIKE") if found else ANY


# Parts of statements ----------------------------------------------------------------------------


def _constraint(fields: Node) -> Newest:
    kind = fields.get("contype")
    if kind == "CONSTR_GENERATED" and fields.get("generated_kind") == "v":
        return 18, "a virtual generated column (GENERATED … without STORED)"
    if kind == "CONSTR_NOTNULL" and (fields.get("keys") or fields.get("skip_validation")):
        return 18, "NOT NULL as a table constraint"
    if kind == "CONSTR_NOTNULL" and fields.get("is_no_inherit"):
        return 18, "NOT NULL … NO INHERIT"
    if kind in {"CONSTR_ATTR_NOT_ENFORCED", "CONSTR_ATTR_ENFORCED"}:
        return 18, "ENFORCED and NOT ENFORCED"
    if kind in {"CONSTR_CHECK", "CONSTR_FOREIGN"} and not fields.get("is_enforced"):
        return 18, "NOT ENFORCED"
    if fields.get("without_overlaps") or fields.get("fk_with_period"):
        return 18, "WITHOUT OVERLAPS and PERIOD"
    if fields.get("nulls_not_distinct"):
        return 15, "NULLS NOT DISTINCT"
    if fields.get("fk_del_set_cols"):
        return 15, "ON DELETE SET NULL (columns)"
    return ANY


def _column(fields: Node) -> Newest:
    if fields.get("storage_name"):
        return 16, "STORAGE in CREATE TABLE"
    return (14, "COMPRESSION") if fields.get("compression") else ANY


def _action(fields: Node) -> Newest:
    action = fields.get("subtype", "").removeprefix("AT_")
    definition: Node = fields.get("def", {})
    if action == "SetExpression":
        return 17, "ALTER COLUMN … SET EXPRESSION"
    if action == "SetAccessMethod":
        named = fields.get("name")
        return (15, "SET ACCESS METHOD") if named else (17, "SET ACCESS METHOD DEFAULT")
    if action == "SetCompression":
        return 14, "SET COMPRESSION"
    if action == "SetStatistics" and not definition:
        return 17, "SET STATISTICS DEFAULT"
    if action == "SetStorage" and definition.get("String", {}).get("sval") == "default":
        return 16, "SET STORAGE DEFAULT"
    if action == "DetachPartitionFinalize":
        return 14, "DETACH PARTITION … FINALIZE"
    if action == "DetachPartition" and definition.get("PartitionCmd", {}).get("concurrent"):
        return 14, "DETACH PARTITION … CONCURRENTLY"
    if action == "AlterConstraint":
        change: Node = definition.get("ATAlterConstraint", {})
        if change.get("alterInheritability") or change.get("alterEnforceability"):
            return 18, "ALTER CONSTRAINT … [NO] INHERIT or ENFORCED"
    return ANY


def _type(fields: Node) -> Newest:
    names = strings(fields.get("names"))
    if not names or (len(names) > 1 and names[:-1] != ("pg_catalog",)):
        return ANY
    if names[-1] in _MULTIRANGES:
        return 14, "multirange types"
    if names[-1] == "numeric":
        sizes = [
            item.get("A_Const", {}).get("ival", {}).get("ival", 0)
            for item in fields.get("typmods", ())
        ]
        if len(sizes) == 2 and not 0 <= sizes[1] <= sizes[0]:
            return 15, "a numeric's scale that is negative or above its precision"
    return ANY


def _subselect(fields: Node) -> Newest:
    return ANY if fields.get("alias") else (16, "a subquery in FROM without an alias")


def _json_parse(fields: Node) -> Newest:
    written = fields.get("expr", {}).get("format", {}).get("format_type")
    if fields.get("unique_keys") or written == "JS_FORMAT_JSON":
        return 17, "JSON()"
    return ANY


FINDERS: dict[str, Callable[[Node], Any]] = {
    "AlterDatabaseRefreshCollStmt": _always(15, "REFRESH COLLATION VERSION of a database"),
    "AlterDefaultPrivilegesStmt": _default_privileges,
    "AlterDomainStmt": _alter_domain,
    "AlterStatsStmt": _alter_statistics,
    "AlterSubscriptionStmt": _subscription,
    "AlterTableCmd": _action,
    "AlterTableStmt": _alter,
    "CTECycleClause": _always(14, "CYCLE"),
    "CTESearchClause": _always(14, "SEARCH"),
    "ColumnDef": _column,
    "Constraint": _constraint,
    "CreateEventTrigStmt": _event_trigger,
    "CreateForeignTableStmt": _foreign_table,
    "CreateFunctionStmt": _routine,
    "CreateSeqStmt": _sequence,
    "CreateStatsStmt": _statistics,
    "CreateTrigStmt": _if("replace", 14, "CREATE OR REPLACE TRIGGER"),
    "DefineStmt": _define,
    "GrantRoleStmt": _grant_role,
    "GrantStmt": _grant,
    "IndexStmt": _if("nulls_not_distinct", 15, "NULLS NOT DISTINCT"),
    "JoinExpr": _if("join_using_alias", 14, "JOIN … USING (…) AS name"),
    "JsonArrayAgg": _always(16, "JSON_ARRAYAGG"),
    "JsonArrayConstructor": _always(16, "JSON_ARRAY"),
    "JsonArrayQueryConstructor": _always(16, "JSON_ARRAY"),
    "JsonFuncExpr": _always(17, "JSON_EXISTS, JSON_QUERY and JSON_VALUE"),
    "JsonIsPredicate": _always(16, "IS JSON"),
    "JsonObjectAgg": _always(16, "JSON_OBJECTAGG"),
    "JsonObjectConstructor": _always(16, "JSON_OBJECT"),
    "JsonParseExpr": _json_parse,
    "JsonScalarExpr": _always(17, "JSON_SCALAR"),
    "JsonSerializeExpr": _always(17, "JSON_SERIALIZE"),
    "JsonTable": _always(17, "JSON_TABLE"),
    "MergeStmt": _merge,
    "PublicationObjSpec": _publication,
    "RangeSubselect": _subselect,
    "ReindexStmt": _reindex,
    "SelectStmt": _if("groupDistinct", 14, "GROUP BY DISTINCT"),
    "TypeName": _type,
    "VacuumStmt": _vacuum,
    "ViewStmt": _view,
    "XmlSerialize": _if("indent", 16, "XMLSERIALIZE … INDENT"),
}
"""What each node says of itself, by its name in the tree."""

TELLING = FINDERS.keys() | _OPTIONS.keys()
"""The nodes that ``of_node`` has something to say of."""
