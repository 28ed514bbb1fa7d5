"""Which PostgreSQL first accepts a statement: syntax that came with 14 to 18."""

from __future__ import annotations

from typing import Any

from ctb_lint.readers.sql.nodes import Node, options, strings, unwrap, walk

OLDEST = 13

NEW_FUNCTIONS = {
    "any_value": 16, "array_reverse": 18, "array_sample": 16, "array_shuffle": 16, "array_sort": 18,
    "bit_xor": 14, "casefold": 18, "date_bin": 14, "gamma": 18, "random_normal": 16,
    "regexp_count": 15, "regexp_instr": 15, "regexp_like": 15, "regexp_substr": 15,
    "split_part": 13, "string_to_table": 14, "to_bin": 17, "to_oct": 17, "trim_array": 14,
    "unicode_assigned": 17, "uuid_extract_timestamp": 17, "uuid_extract_version": 17,
    "uuidv4": 18, "uuidv7": 18,
}  # fmt: skip
"""Built-in functions that are newer than 13, by the version that has them first."""


def newest_syntax(wrapped: Node) -> tuple[int, str]:
    """The version that first accepts the statement, and what it uses; (13, "") where every
    version does."""
    newest, feature = _of_statement(wrapped)
    for name, fields in walk(wrapped):
        version, what = _of_node(name, fields)
        if version > newest:
            newest, feature = version, what
    return newest, feature


def _of_statement(wrapped: Node) -> tuple[int, str]:
    name, fields = unwrap(wrapped)
    if name == "MergeStmt":
        if fields.get("returningClause") or fields.get("returningList"):
            return 17, "MERGE … RETURNING"
        return 15, "MERGE"
    if name == "CreateTrigStmt" and fields.get("replace"):
        return 14, "CREATE OR REPLACE TRIGGER"
    if name == "CreateFunctionStmt" and fields.get("sql_body"):
        return 14, "a function body that is no string"
    if name == "IndexStmt" and fields.get("nulls_not_distinct"):
        return 15, "NULLS NOT DISTINCT"
    if name == "ViewStmt" and "security_invoker" in options(fields.get("options")):
        return 15, "security_invoker"
    if name == "CreateStatsStmt" and not fields.get("defnames"):
        return 16, "CREATE STATISTICS without a name"
    return OLDEST, ""


def _of_node(name: str, fields: Node) -> tuple[int, str]:
    finder = _FINDERS.get(name)
    return finder(fields) if finder else (OLDEST, "")


def _constraint(fields: Node) -> tuple[int, str]:
    kind = fields.get("contype")
    if kind == "CONSTR_GENERATED" and fields.get("generated_kind") == "v":
        return 18, "a virtual generated column (GENERATED … without STORED)"
    if kind == "CONSTR_NOTNULL" and (fields.get("keys") or fields.get("skip_validation")):
        return 18, "NOT NULL as a table constraint"
    if kind == "CONSTR_NOTNULL" and fields.get("is_no_inherit"):
        return 18, "NOT NULL … NO INHERIT"
    if kind == "CONSTR_ATTR_NOT_ENFORCED" or kind == "CONSTR_ATTR_ENFORCED":
        return 18, "ENFORCED and NOT ENFORCED"
    if kind in {"CONSTR_CHECK", "CONSTR_FOREIGN"} and not fields.get("is_enforced", True):
        return 18, "NOT ENFORCED"
    if kind in {"CONSTR_CHECK", "CONSTR_FOREIGN"} and "is_enforced" not in fields:
        return 18, "NOT ENFORCED"
    if fields.get("without_overlaps") or fields.get("fk_with_period"):
        return 18, "WITHOUT OVERLAPS and PERIOD"
    if fields.get("nulls_not_distinct"):
        return 15, "NULLS NOT DISTINCT"
    if fields.get("fk_del_set_cols"):
        return 15, "ON DELETE SET NULL (columns)"
    return OLDEST, ""


def _column(fields: Node) -> tuple[int, str]:
    if fields.get("storage_name"):
        return 16, "STORAGE in CREATE TABLE"
    if fields.get("compression"):
        return 14, "COMPRESSION"
    return OLDEST, ""


def _action(fields: Node) -> tuple[int, str]:
    action = fields.get("subtype", "").removeprefix("AT_")
    if action == "SetExpression":
        return 17, "ALTER COLUMN … SET EXPRESSION"
    if action == "SetAccessMethod":
        return (
            (15, "SET ACCESS METHOD") if fields.get("name") else (17, "SET ACCESS METHOD DEFAULT")
        )
    if action == "SetCompression":
        return 14, "SET COMPRESSION"
    if action == "DetachPartitionFinalize":
        return 14, "DETACH PARTITION … FINALIZE"
    if action == "AlterConstraint":
        definition: Node = fields.get("def", {}).get("ATAlterConstraint", {})
        if definition.get("alterInheritability") or definition.get("alterEnforceability"):
            return 18, "ALTER CONSTRAINT … [NO] INHERIT or ENFORCED"
    return OLDEST, ""


def _function(fields: Node) -> tuple[int, str]:
    parts = strings(fields.get("funcname"))
    version = NEW_FUNCTIONS.get(parts[-1], OLDEST) if len(parts) == 1 else OLDEST
    return (version, f"{parts[-1]}()") if version > OLDEST else (OLDEST, "")


def _number(fields: Node) -> tuple[int, str]:
    written = str(fields.get("fval", {}).get("fval", ""))
    if "_" in written or written[:2].lower() in {"0x", "0o", "0b"}:
        return 16, "numbers such as 1_000 and 0xFF"
    return OLDEST, ""


def _json(version: int, what: str) -> Any:
    return lambda fields: (version, what)


_FINDERS: dict[str, Any] = {
    "A_Const": _number,
    "AlterTableCmd": _action,
    "CTECycleClause": _json(14, "CYCLE"),
    "CTESearchClause": _json(14, "SEARCH"),
    "ColumnDef": _column,
    "Constraint": _constraint,
    "FuncCall": _function,
    "JsonArrayConstructor": _json(16, "JSON_ARRAY"),
    "JsonArrayQueryConstructor": _json(16, "JSON_ARRAY"),
    "JsonFuncExpr": _json(17, "JSON_EXISTS, JSON_QUERY and JSON_VALUE"),
    "JsonIsPredicate": _json(16, "IS JSON"),
    "JsonObjectConstructor": _json(16, "JSON_OBJECT"),
    "JsonParseExpr": _json(17, "JSON()"),
    "JsonScalarExpr": _json(17, "JSON_SCALAR"),
    "JsonSerializeExpr": _json(17, "JSON_SERIALIZE"),
    "JsonTable": _json(17, "JSON_TABLE"),
}
