"""The names of the types that PostgreSQL 13 to 18 have built in."""

from __future__ import annotations

CATALOGUE_NAMES = (
    "aclitem", "any", "anyarray", "anycompatible", "anycompatiblearray",
    "anycompatiblemultirange", "anycompatiblenonarray", "anycompatiblerange", "anyelement",
    "anyenum", "anymultirange", "anynonarray", "anyrange", "bit", "bool", "box", "bpchar",
    "bytea", "char", "cid", "cidr", "circle", "cstring", "date", "datemultirange", "daterange",
    "event_trigger", "fdw_handler", "float4", "float8", "index_am_handler", "inet", "int2",
    "int2vector", "int4", "int4multirange", "int4range", "int8", "int8multirange", "int8range",
    "internal", "interval", "json", "jsonb", "jsonpath", "language_handler", "line", "lseg",
    "macaddr", "macaddr8", "money", "name", "numeric", "nummultirange", "numrange", "oid",
    "oidvector", "path", "pg_ddl_command", "pg_dependencies", "pg_lsn", "pg_mcv_list",
    "pg_ndistinct", "pg_node_tree", "pg_snapshot", "point", "polygon", "record", "refcursor",
    "regclass", "regcollation", "regconfig", "regdictionary", "regnamespace", "regoper",
    "regoperator", "regproc", "regprocedure", "regrole", "regtype", "table_am_handler", "text",
    "tid", "time", "timestamp", "timestamptz", "timetz", "trigger", "tsm_handler",
    "tsmultirange", "tsquery", "tsrange", "tstzmultirange", "tstzrange", "tsvector",
    "txid_snapshot", "uuid", "varbit", "varchar", "void", "xid", "xid8", "xml",
)  # fmt: skip
"""What ``pg_type`` calls the base, range and pseudo types of ``pg_catalog``; multirange types are
there from PostgreSQL 14 on."""

CANONICAL_NAMES = {
    "bit": "bit",
    "bool": "boolean",
    "bpchar": "character",
    "char": '"char"',
    "float4": "real",
    "float8": "double precision",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "time": "time without time zone",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "timetz": "time with time zone",
    "varbit": "bit varying",
    "varchar": "character varying",
}
"""Catalogue name → what ``format_type`` prints, where the two differ."""

SERIAL_TYPES = {
    "bigserial": "bigint",
    "serial": "integer",
    "serial2": "smallint",
    "serial4": "integer",
    "serial8": "bigint",
    "smallserial": "smallint",
}
"""Notations for an integer column with a sequence → the column's type."""

KEYWORDS = (
    "bigint", "bit varying", "boolean", "character", "character varying", "dec", "decimal",
    "double precision", "float", "int", "integer", "national character",
    "national character varying", "nchar", "real", "smallint", "time with time zone",
    "time without time zone", "timestamp with time zone", "timestamp without time zone",
)  # fmt: skip
"""Spellings that the grammar itself turns into a catalogue name."""
