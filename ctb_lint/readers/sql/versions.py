"""Which PostgreSQL first accepts a statement: syntax that came with 14 to 18."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from ctb_lint.readers.sql.lexeme import Kind, Lexeme, lexemes
from ctb_lint.readers.sql.new_syntax import ANY, OLDEST, TELLING, Newest, of_node
from ctb_lint.readers.sql.nodes import Node, strings, unwrap

NEW_FUNCTIONS = {
    "any_value": 16, "array_reverse": 18, "array_sample": 16, "array_shuffle": 16, "array_sort": 18,
    "bit_count": 14, "bit_xor": 14, "casefold": 18, "crc32": 18, "crc32c": 18, "date_add": 16,
    "date_bin": 14, "date_subtract": 16, "datemultirange": 14, "erf": 16, "erfc": 16, "gamma": 18,
    "has_largeobject_privilege": 18, "has_parameter_privilege": 15, "icu_unicode_version": 17,
    "int4multirange": 14, "int8multirange": 14, "json_agg_strict": 16,
    "json_object_agg_strict": 16, "json_object_agg_unique": 16,
    "json_object_agg_unique_strict": 16, "jsonb_agg_strict": 16, "jsonb_object_agg_strict": 16,
    "jsonb_object_agg_unique": 16, "jsonb_object_agg_unique_strict": 16,
    "jsonb_populate_record_valid": 17, "lgamma": 18, "multirange": 14, "nummultirange": 14,
    "pg_basetype": 17, "pg_get_acl": 18, "pg_input_error_info": 16, "pg_input_is_valid": 16,
    "random_normal": 16, "range_agg": 14, "regexp_count": 15, "regexp_instr": 15,
    "regexp_like": 15, "regexp_substr": 15, "string_to_table": 14, "system_user": 16,
    "to_bin": 17, "to_oct": 17, "to_regtypemod": 17, "trim_array": 14, "tsmultirange": 14,
    "tstzmultirange": 14, "unicode_assigned": 17, "unicode_version": 17, "unistr": 14,
    "uuid_extract_timestamp": 17, "uuid_extract_version": 17, "uuidv4": 18, "uuidv7": 18,
    "xmltext": 17,
}  # fmt: skip
"""Built-in functions that are newer than 13, by the version that has them first."""

_NEW_ARGUMENTS = {
    ("generate_series", 4): (16, "generate_series() with a time zone"),
    ("json_strip_nulls", 2): (18, "json_strip_nulls() with two arguments"),
    ("jsonb_strip_nulls", 2): (18, "jsonb_strip_nulls() with two arguments"),
    ("random", 2): (17, "random() with two arguments"),
}
"""Older functions, by name and number of arguments that is newer than 13."""

_WORDS = (
    *NEW_FUNCTIONS, *(name for name, _ in _NEW_ARGUMENTS),
    # 14
    r"replace\s+(?:constraint\s+)?trigger\b", "compression", "search", "cycle",
    "detach", r"group\s+by\s+distinct\b", "anymultirange", "anycompatiblemultirange",
    "multirange_type_name", "subscript", "reindex", "cluster", "out", "granted", "similar",
    r"using\s*\([^()]*\)\s*as\b", "statistics", "subscription", "vacuum",
    # 15
    "merge", r"not\s+distinct\b", "security_invoker", r"set\s+(?:null|default)\s*\(",
    r"access\s+method\b", "unlogged", "logged", "parameter", "publication",
    r"create\s+database\b", r"refresh\s+collation\b",
    *(rf"{name}\s*\(\s*(?:\d\s*,|\d+\s*,\s*(?:-|\d\d))" for name in ("numeric", "decimal", "dec")),
    # 16
    "storage", r"\d[\d.e+-]{0,40}_\d", r"0[xob][\da-f]", r"json\s*\(", r"is\s+json\b",
    r"is\s+not\s+json\b", "json_array", "json_arrayagg", "json_object", "json_objectagg", "indent",
    r"with\s+(?:inherit|set|admin)\b", r"inherit\s+option\b", r"set\s+option\b", "explain",
    "collation",
    *(
        rf"{before}\s*\(\s*(?:\(\s*)*(?:select|values|with|table)\b"
        for before in ("from", "join", "lateral", "using", "(?<=,)")
    ),
    # 17
    r"at\s+local\b", "maintain", r"set\s+expression\b", "json_exists", "json_query", "json_value",
    "json_table", "json_scalar", "json_serialize", r"event\s+trigger\b", r"alter\s+operator\b",
    "copy", r"alter\s+domain\b",
    # 18
    r"generated\s+always\s+as\s*\(", "enforced", "overlaps", "period", r"alter\s+constraint\b",
    r"not\s+null\s+(?!(?:default|primary|unique|references|check|constraint|collate|and|or|then)\b"
    r"|generated\s)[^\s,;)]",
    "returning", r"large\s+objects\b", "analyze", "analyse", r"foreign\s+table\b",
)  # fmt: skip
"""What a statement needs to hold to be newer than 13: words in lower case, and patterns that begin
with one. Most statements hold none of them, and their trees are not walked."""


def _trie(patterns: Iterable[str]) -> str:
    """One pattern for all of them that looks at each letter only once."""
    tree: dict[str, Any] = {}
    for pattern in patterns:
        head = re.match(r"[a-z_]*(?![*+?])", pattern)
        word = head.group() if head else ""
        node = tree
        for letter in word:
            node = node.setdefault(letter, {})
        tail = pattern[len(word) :]
        # "crc32" is a word, too.
        node.setdefault("", set()).add(tail + r"\b" if tail.isalnum() or not tail else tail)
    return _alternatives(tree)


def _alternatives(node: dict[str, Any]) -> str:
    found = sorted(node.get("", ()))
    found += [letter + _alternatives(below) for letter, below in sorted(node.items()) if letter]
    return found[0] if len(found) == 1 else f"(?:{'|'.join(found)})"


_NEWER = re.compile("[^a-z0-9_]" + _trie(_WORDS))
"""Over a statement in lower case that begins with a blank, with one blank for several: a search for
one character is four times as fast as one for a boundary, and blanks take half of the time."""

_SPELT = re.compile(
    r"\b\d[\d.e+-]{0,40}_\d|\b0[xob][\da-f]"
    r"|\b(?:similar|compression|indent|unique|target|admin|reindex|cluster|publication)\b"
)
"""What may be newer by how it is written, with the same tree as something old."""

_SPELLINGS: tuple[tuple[re.Pattern[str], Newest], ...] = (
    (re.compile(r"\bMATCHED BY TARGET\b"), (17, "WHEN NOT MATCHED BY TARGET")),
    (re.compile(r"\bJSON \((?:[^()]|\([^()]*\))*\bWITHOUT UNIQUE\b"), (17, "JSON()")),
    (re.compile(r"\bXMLSERIALIZE \(.* NO INDENT \)"), (16, "XMLSERIALIZE … INDENT")),
    (re.compile(r"^GRANT .* ADMIN (?:TRUE|FALSE)\b"), (16, "ADMIN of a role's membership")),
    (re.compile(r"(?:^| )0[XOB]\w|(?:^| )[\d.]\S*_"), (16, "numbers such as 1_000 and 0xFF")),
    (re.compile(r"\bPUBLICATION .*\bTABLE .* , TABLE\b"), (15, "TABLE more than once")),
    (re.compile(r"\bSUBSTRING \(.* SIMILAR (?!TO )"), (14, "SUBSTRING … SIMILAR")),
    (re.compile(r"\b(?:IN|EX)CLUDING COMPRESSION\b"), (14, "LIKE … INCLUDING COMPRESSION")),
    (re.compile(r"^REINDEX \( (?!VERBOSE (?:, VERBOSE )*\))"), (14, "the options of REINDEX")),
    (re.compile(r"^CLUSTER \("), (14, "the options of CLUSTER")),
)
"""The same over the statement's tokens, with one blank between them."""

_BARE = {
    "argType": "TypeName",
    "cycle_clause": "CTECycleClause",
    "ofTypename": "TypeName",
    "returnType": "TypeName",
    "search_clause": "CTESearchClause",
    "typeName": "TypeName",
}
"""Fields that hold a node without its name."""


_TOLD = TELLING | {"ColumnRef", "DeleteStmt", "FuncCall", "InsertStmt", "UpdateStmt"}


def newest_syntax(wrapped: Node, source: str) -> Newest:
    """The version that first accepts the statement, and what it uses; (13, "") where every
    version does. ``source`` is the statement's text, its comments masked."""
    lower = f" {' '.join(source.lower().split())}"
    if not _NEWER.search(lower) and "sql_body" not in unwrap(wrapped)[1]:
        return ANY
    newest = _spelling(source) if _SPELT.search(lower) else ANY
    for name, fields in _nodes(wrapped):
        found = _function(fields) if name == "FuncCall" else of_node(name, fields)
        if found[0] > newest[0]:
            newest = found
        if newest[0] < 18 and "returningClause" in fields and _old_or_new(fields, wrapped):
            newest = 18, "old and new in RETURNING"
    return newest


def _nodes(wrapped: Node) -> Iterator[tuple[str, Node]]:
    """The nodes that tell a version, also those that are written without a name; from above."""
    pending: list[Any] = [wrapped]
    while pending:
        current = pending.pop()
        if isinstance(current, list):
            pending.extend(reversed(current))
            continue
        for name, value in current.items():
            if not isinstance(value, dict | list):
                continue
            if isinstance(value, dict):
                kind = name if name[:1].isupper() else _BARE.get(name)
                if kind in _TOLD:
                    yield kind, value
                if kind == "AlterDomainStmt":
                    # Its constraints say less of themselves than a table's do.
                    value = value.get("def", {}).get("Constraint", {}).get("raw_expr", {})
            pending.append(value)


def _function(fields: Node) -> Newest:
    parts = strings(fields.get("funcname"))
    if parts[:-1] not in {(), ("pg_catalog",)}:
        return ANY
    count = len(fields.get("args", ()))
    if parts == ("pg_catalog", "timezone") and count == 1:
        return 17, "AT LOCAL"
    version = NEW_FUNCTIONS.get(parts[-1], OLDEST)
    if version > OLDEST:
        return version, "SYSTEM_USER" if parts[-1] == "system_user" else f"{parts[-1]}()"
    return _NEW_ARGUMENTS.get((parts[-1], count), ANY)


def _old_or_new(fields: Node, whole: Node) -> bool:
    """Whether RETURNING names the row before or after, unless something else has that name."""
    clause: Node = fields["returningClause"]
    if clause.get("options"):
        return True
    named = {
        strings(column.get("fields"))[0]
        for name, column in _nodes({"exprs": clause.get("exprs", [])})
        if name == "ColumnRef" and len(column.get("fields", ())) > 1
    } & {"old", "new"}
    return bool(named) and not named & set(_names(whole))


def _names(whole: Node) -> Iterator[str]:
    """What relations, aliases and parameters of a statement are called."""
    pending: list[Any] = [whole]
    while pending:
        current = pending.pop()
        if isinstance(current, list):
            pending.extend(current)
        elif isinstance(current, dict):
            for key in ("relname", "aliasname", "ctename"):
                if key in current:
                    yield current[key]
            yield str(current.get("FunctionParameter", {}).get("name", ""))
            pending.extend(current.values())


def _spelling(source: str) -> Newest:
    spelt = " ".join(_spelt(lexeme) for lexeme in lexemes(source, 0, len(source)))
    return next((newest for pattern, newest in _SPELLINGS if pattern.search(spelt)), ANY)


def _spelt(lexeme: Lexeme) -> str:
    if lexeme.kind in {Kind.STRING, Kind.QUOTED}:
        return "'"
    return lexeme.text.upper()
