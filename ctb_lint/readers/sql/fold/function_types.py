"""The types that functions and aggregates give: PostgreSQL's, those of usual extensions, and
those that the history itself made."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ctb_lint.model import DataType
from ctb_lint.readers.sql.fold.typing_rules import (
    LITERAL,
    NUMBERS,
    STRINGS,
    Types,
    Value,
    array_of,
    bare,
    builtin,
    element,
    short,
)

_FIXED = {
    "text": """
        chr concat concat_ws format initcap left lpad md5 quote_ident quote_literal quote_nullable
        regexp_replace regexp_substr repeat replace right rpad split_part string_to_table to_hex
        translate regexp_split_to_table encode convert_from to_char array_to_string array_dims
        current_setting set_config version timeofday obj_description col_description format_type
        shobj_description pg_get_serial_sequence pg_get_constraintdef pg_get_expr pg_get_indexdef
        pg_get_viewdef pg_get_functiondef pg_size_pretty json_typeof jsonb_typeof jsonb_pretty
        json_object_keys jsonb_object_keys json_array_elements_text jsonb_array_elements_text
        json_extract_path_text jsonb_extract_path_text crypt gen_salt armor pgp_sym_decrypt
        pgp_pub_decrypt unaccent soundex metaphone dmetaphone host abbrev
        """,
    "integer": """
        ascii array_length array_lower array_ndims array_position array_upper bit_length cardinality
        char_length character_length generate_subscripts get_byte json_array_length
        jsonb_array_length levenshtein num_nonnulls num_nulls ntile octet_length pg_backend_pid
        position regexp_count regexp_instr strpos width_bucket masklen family
        """,
    "bigint": """
        count currval dense_rank lastval nextval pg_database_size pg_relation_size pg_table_size
        pg_total_relation_size rank regr_count row_number setval txid_current
        """,
    "double precision": """
        acos asin atan atan2 corr cos cosd cot covar_pop covar_samp cume_dist date_part degrees
        percent_rank pi radians regr_avgx regr_avgy regr_intercept regr_r2 regr_slope sin sind tan
        cbrt
        """,
    "boolean": """
        bool_and bool_or every has_column_privilege has_database_privilege has_function_privilege
        has_schema_privilege has_table_privilege is_normalized isempty isfinite jsonb_path_exists
        jsonb_path_match lower_inc lower_inf pg_has_role pg_try_advisory_lock
        pg_try_advisory_xact_lock regexp_like starts_with upper_inc upper_inf
        """,
    "uuid": """
        gen_random_uuid uuid_generate_v1 uuid_generate_v1mc uuid_generate_v3 uuid_generate_v4
        uuid_generate_v5 uuid_nil uuidv4 uuidv7
        """,
    "timestamp with time zone": """
        clock_timestamp make_timestamptz now statement_timestamp to_timestamp transaction_timestamp
        """,
    "timestamp without time zone": "make_timestamp",
    "date": "make_date to_date",
    "time without time zone": "make_time",
    "interval": "justify_days justify_hours justify_interval make_interval",
    "json": """
        array_to_json json_agg json_agg_strict json_array_elements json_build_array
        json_build_object json_extract_path json_object json_object_agg json_object_agg_strict
        json_object_agg_unique json_strip_nulls row_to_json to_json
        """,
    "jsonb": """
        jsonb_agg jsonb_agg_strict jsonb_array_elements jsonb_build_array jsonb_build_object
        jsonb_concat jsonb_delete jsonb_extract_path jsonb_insert jsonb_object jsonb_object_agg
        jsonb_object_agg_strict jsonb_object_agg_unique jsonb_path_query jsonb_path_query_array
        jsonb_path_query_first jsonb_set jsonb_set_lax jsonb_strip_nulls to_jsonb
        """,
    "name": "current_catalog current_database current_schema current_user session_user",
    "bytea": """
        convert_to dearmor decode digest gen_random_bytes hmac pgp_sym_encrypt sha224 sha256 sha384
        sha512
        """,
    "text[]": """
        regexp_match regexp_matches regexp_split_to_array show_trgm string_to_array
        tsvector_to_array
        """,
    "integer[]": "array_positions",
    "name[]": "current_schemas",
    "tsvector": "array_to_tsvector setweight to_tsvector",
    "tsquery": "phraseto_tsquery plainto_tsquery to_tsquery websearch_to_tsquery",
    "real": "similarity strict_word_similarity ts_rank ts_rank_cd word_similarity",
    "regtype": "pg_typeof",
    "regclass": "to_regclass",
}
_BY_NAME = {name: type_ for type_, names in _FIXED.items() for name in names.split()}
"""Functions that give one type, whatever they are given."""

_WORDS = dict.fromkeys((*STRINGS, "unknown"), "text")
_BYTES = {**_WORDS, "bytea": "bytea"}
_BITS = {**_BYTES, '"bit"': '"bit"', "bit varying": '"bit"'}
_RANGES = {
    "int4range": "integer", "int8range": "bigint", "numrange": "numeric", "daterange": "date",
    "tsrange": "timestamp without time zone", "tstzrange": "timestamp with time zone",
}  # fmt: skip
_BOUNDS = {**_WORDS, **_RANGES}
_STAMP, _STAMPTZ = "timestamp without time zone", "timestamp with time zone"
_SELF = {name: name for name in NUMBERS}
_WHOLE = {name: name for name in NUMBERS[:3]}
_FLOATS = {**_SELF, **dict.fromkeys((*NUMBERS[:3], "real", "unknown"), "double precision")}
_EXACT = {**dict.fromkeys(NUMBERS[:4], "numeric"), "real": "double precision"}
_DEVIATION = {**_EXACT, "double precision": "double precision"}

_BY_FIRST: dict[str, dict[str, str]] = {
    **dict.fromkeys(("lower", "upper"), _BOUNDS),
    **dict.fromkeys(("btrim", "ltrim", "rtrim", "string_agg", "reverse"), _BYTES),
    **dict.fromkeys(("substr", "substring", "overlay"), _BITS),
    "reverse": _WORDS,
    "ts_headline": {**_WORDS, "json": "json", "jsonb": "jsonb"},
    "length": dict.fromkeys((*_BITS, "tsvector"), "integer"),
    "sum": {
        **_SELF, "smallint": "bigint", "integer": "bigint", "bigint": "numeric",
        "interval": "interval", "money": "money",
    },
    "avg": {**_DEVIATION, "interval": "interval"},
    **dict.fromkeys(
        ("stddev", "stddev_pop", "stddev_samp", "variance", "var_pop", "var_samp"), _DEVIATION
    ),
    **dict.fromkeys(("bit_and", "bit_or", "bit_xor"), _WHOLE),
    "abs": {**_SELF, "unknown": "double precision"},
    **dict.fromkeys(("ceil", "ceiling", "floor", "round", "trunc", "sign"), _FLOATS),
    **dict.fromkeys(("sqrt", "exp", "ln", "log", "log10"), _FLOATS),
    "age": dict.fromkeys(("date", _STAMP, _STAMPTZ), "interval"),
    "max": {
        **_SELF, "text": "text", "character varying": "text", "name": "text", "bpchar": "bpchar",
        **{n: n for n in ("date", _STAMP, _STAMPTZ, "time without time zone", "interval", "inet")},
        **{n: n for n in ("time with time zone", "money", "oid")},
    },
    "generate_series": {
        "smallint": "integer", "integer": "integer", "bigint": "bigint", "numeric": "numeric",
        "date": _STAMPTZ, _STAMP: _STAMP, _STAMPTZ: _STAMPTZ,
    },
}  # fmt: skip
_BY_FIRST["min"] = _BY_FIRST["max"]
_BY_SECOND: dict[str, dict[str, str]] = {
    "date_trunc": {"date": _STAMPTZ, _STAMP: _STAMP, _STAMPTZ: _STAMPTZ, "interval": "interval"},
    "timezone": {
        "date": _STAMP, _STAMP: _STAMPTZ, _STAMPTZ: _STAMP,
        "time with time zone": "time with time zone",
        "time without time zone": "time with time zone",
    },
}  # fmt: skip
_FIRST_KEPT = frozenset({"any_value", "first_value", "last_value", "nth_value", "trim_array"})
_POWERS = frozenset({"pow", "power"})
_MODULO = frozenset({"mod"})
_NUMERIC_WITH_SECOND = frozenset({"round", "trunc", "log"})

SINGLE_OUT = {
    "json_array_elements": "value",
    "json_array_elements_text": "value",
    "jsonb_array_elements": "value",
    "jsonb_array_elements_text": "value",
}
"""Functions whose one column in FROM has a name that no alias of the table changes."""

JSON_PAIRS = {
    "json_each": "json",
    "json_each_text": "text",
    "jsonb_each": "jsonb",
    "jsonb_each_text": "text",
}
"""Functions that give rows of ``key`` and ``value``, and the type of the value."""


def function_type(
    types: Types, name: str, arguments: Sequence[Value], pg_version: int
) -> DataType | None:
    """The type that a function of PostgreSQL or a usual extension gives; None where it cannot be
    told."""
    fixed = _BY_NAME.get(name)
    if fixed is not None:
        return builtin(fixed)
    if name == "extract":
        return builtin("numeric" if pg_version >= 14 else "double precision")
    if name == "random":
        return None if arguments else builtin("double precision")
    known = [argument.type for argument in arguments]
    given = [type_ for type_ in known if type_ is not None]
    if not given or len(given) < len(known):
        return None
    special = _SPECIAL.get(name)
    if special is not None:
        return special(types, given)
    if name in _FIRST_KEPT:
        return None if given[0] == LITERAL else bare(given[0])
    return _looked_up(types, name, given)


def _looked_up(types: Types, name: str, given: list[DataType]) -> DataType | None:
    bases = [types.base(type_) for type_ in given]
    if name in _NUMERIC_WITH_SECOND and len(given) > 1:
        return builtin("numeric")
    if name in _POWERS | _MODULO:
        return _of_numbers(name, [short(base) for base in bases])
    place, table = 0, _BY_FIRST.get(name)
    if table is None:
        place, table = 1, _BY_SECOND.get(name)
    if table is None or len(bases) <= place:
        return None
    if name in {"max", "min"} and (bases[0].array or types.is_enum(bases[0])):
        return bases[0]
    if name == "generate_series":
        wider = types.common([Value(base) for base in bases[:2]]).type
        bases[0] = wider if wider and LITERAL not in bases[:2] else LITERAL
    if name == "string_agg" and bases[0] == LITERAL:
        place = 1
    found = table.get(short(bases[place]))
    return builtin(found) if found else None


def _of_numbers(name: str, given: list[str]) -> DataType | None:
    if len(given) < 2 or not set(given) <= set(NUMBERS):
        return None
    wider = max(given, key=NUMBERS.index)
    if name in _MODULO:
        return builtin(wider) if wider in NUMBERS[:4] else None
    return builtin("numeric" if wider == "numeric" else "double precision")


# Functions of any type ------------------------------------------------------------------------


def _array_agg(types: Types, given: list[DataType]) -> DataType | None:
    return None if given[0] == LITERAL else array_of(bare(given[0]))


def _unnest(types: Types, given: list[DataType]) -> DataType | None:
    base = types.base(given[0])
    return element(base) if base.array else None


def _appended(types: Types, given: list[DataType]) -> DataType | None:
    arrays = [t for t in map(types.base, given) if t.array]
    if not arrays or (LITERAL in given and len(arrays) > 1):
        return None
    found = types.common([Value(element(t) if t.array else t) for t in map(types.base, given)])
    return array_of(types.base(found.type)) if found.type else None


def _neighbour(types: Types, given: list[DataType]) -> DataType | None:
    if len(given) < 3 or given[2] == LITERAL:
        return None if given[0] == LITERAL else bare(given[0])
    if given[0] == LITERAL:
        return bare(given[2])
    found = types.common([Value(given[0]), Value(given[2])]).type
    return bare(found) if found else None


def _percentile(types: Types, given: list[DataType]) -> DataType | None:
    """The fraction comes first, behind it what WITHIN GROUP orders by."""
    if len(given) != 2 or given[0].array:
        return None
    name = short(types.base(given[1]))
    if name == "interval":
        return builtin("interval")
    return builtin("double precision") if name in NUMBERS else None


def _percentile_disc(types: Types, given: list[DataType]) -> DataType | None:
    plain_ = len(given) == 2 and not given[0].array and given[1] != LITERAL
    return bare(given[1]) if plain_ else None


def _mode(types: Types, given: list[DataType]) -> DataType | None:
    return None if given[0] == LITERAL else bare(given[0])


_SPECIAL: dict[str, Callable[[Types, list[DataType]], DataType | None]] = {
    "array_agg": _array_agg,
    "array_append": _appended,
    "array_cat": _appended,
    "array_prepend": _appended,
    "array_remove": _appended,
    "lag": _neighbour,
    "lead": _neighbour,
    "mode": _mode,
    "percentile_cont": _percentile,
    "percentile_disc": _percentile_disc,
    "unnest": _unnest,
}

_NAMES = frozenset(
    {
        *_BY_NAME, *_BY_FIRST, *_BY_SECOND, *_FIRST_KEPT, *_POWERS, *_MODULO, *_SPECIAL,
        *JSON_PAIRS, "extract", "random",
    }
)  # fmt: skip


def is_builtin(name: str) -> bool:
    """Whether the function is one of those known here."""
    return name in _NAMES
