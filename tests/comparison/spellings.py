"""One table in many equivalent spellings: a plan of what it has, written in the words that a
random choice gives."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from hypothesis import strategies as st
from msgspec import Struct, structs

TYPES: Mapping[str, tuple[str, ...]] = {
    "varchar": ("varchar(20)", "character varying(20)", "VARCHAR (20)", "pg_catalog.varchar(20)"),
    "text": ("text", "TEXT", "pg_catalog.text"),
    "char": ("char(3)", "character(3)", "bpchar(3)"),
    "int": ("int", "integer", "INT4", "pg_catalog.int4"),
    "bigint": ("bigint", "int8", "INT8"),
    "smallint": ("smallint", "int2"),
    "bool": ("bool", "boolean", "BOOLEAN"),
    "timestamptz": ("timestamptz", "timestamp with time zone", "TIMESTAMP WITH TIME ZONE"),
    "timestamp": ("timestamp", "timestamp without time zone"),
    "timestamp3": ("timestamptz(3)", "timestamp(3) with time zone"),
    "numeric": ("numeric(10,2)", "decimal(10, 2)", "DEC(10,2)"),
    "whole": ("numeric(8)", "numeric(8,0)"),
    "double": ("float8", "double precision", "float", "float(53)"),
    "real": ("real", "float4", "float(10)"),
    "texts": ("text[]", "text ARRAY", "text[3]", "text[][]"),
    "jsonb": ("jsonb", "JSONB"),
    "uuid": ("uuid", "UUID"),
    "interval": ("interval", "INTERVAL"),
    "varbit": ("varbit(5)", "bit varying(5)"),
}

DEFAULTS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "varchar": (("'a'", "('a')", "'a'::varchar", "CAST('a' AS character varying)", "E'a'"),),
    "text": (("'a''b'", "'a''b'::text", "CAST('a''b' AS text)"), ("lower('A')", "LOWER('A')")),
    "int": (("1", "(1)", "1::integer", "CAST(1 AS int)"), ("-1", "(-1)")),
    "bigint": (("1", "(1)"),),
    "bool": (("true", "TRUE", "'t'", "(true)", "'yes'::bool"), ("false", "'f'")),
    "timestamptz": (
        ("now()", "(now())", "NOW()", "pg_catalog.now()", "transaction_timestamp()"),
        ("CURRENT_TIMESTAMP", "current_timestamp", "(CURRENT_TIMESTAMP)"),
        ("now() + interval '1 day'", "(now() + '1 day'::interval)"),
    ),
    "timestamp": (
        ("now()", "CURRENT_TIMESTAMP", "transaction_timestamp()"),
        ("LOCALTIMESTAMP", "localtimestamp"),
        ("now() AT TIME ZONE 'utc'", "timezone('utc', now())"),
    ),
    "numeric": (("0.00", "'0.00'", "(0.00)"), ("1.5", "1.5::numeric")),
    "jsonb": (("'{}'", "'{}'::jsonb", "CAST('{}' AS jsonb)", "'{ }'"),),
    "uuid": (("gen_random_uuid()", "pg_catalog.gen_random_uuid()"),),
    "interval": (("'1 day'", "interval '1 day'", "'1 day'::interval", "interval '1' day"),),
    "texts": (("'{}'", "'{}'::text[]"), ("ARRAY['a']", "ARRAY['a'::text]")),
}

CHECKS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "int": (
        ("{c} > 0", "({c} > 0)", "({c}) > (0)", "{c} > 0::int"),
        ("{c} BETWEEN 1 AND 4", "{c} >= 1 AND {c} <= 4", "({c} >= 1) AND ({c} <= 4)"),
        ("{c} IN (1, 2, 3)", "{c} = ANY (ARRAY[1, 2, 3])", "({c} IN (1,2,3))"),
        ("{c} IS NOT NULL", "{c} NOTNULL", "({c} IS NOT NULL)"),
        ("{c} <> 5", "{c} != 5"),
    ),
    "text": (
        ("{c} IN ('a', 'b')", "{c} = ANY (ARRAY['a', 'b'])", "{c} = ANY (ARRAY['a'::text,'b'])"),
        ("{c} <> ''", "{c} != ''::text", "({c} <> '')"),
        ("length({c}) < 9", "LENGTH({c}) < 9", "(length({c}) < (9))"),
        ("{c} ~ '^x'", "{c} ~ '^x'::text"),
        ("{c} NOT IN ('a', 'b')", "{c} <> ALL (ARRAY['a', 'b'])", "({c} NOT IN ('a','b'))"),
        ("{c} ILIKE 'x%'", "{c} ~~* 'x%'"),
        ("btrim({c}) <> ''", "trim({c}) <> ''", "TRIM(BOTH FROM {c}) != ''"),
        ("{c} = 'a'", "{c} IN ('a')", "({c}) = ('a'::text)"),
    ),
    "varchar": (
        ("{c} IN ('a', 'b')", "{c}::text = ANY (ARRAY['a', 'b'])", "({c} IN ('a','b'))"),
        ("{c} LIKE 'a%'", "{c} ~~ 'a%'", "({c} LIKE 'a%')"),
        ("length({c}) > 1", "length({c}::text) > 1"),
    ),
    "numeric": (("{c} >= 0", "({c} >= 0)", "{c} >= 0::numeric"), ("{c} > 0.5", "({c}) > 0.5")),
    "bool": (("{c} IS TRUE", "({c}) IS TRUE"),),
}


class PlannedColumn(Struct, frozen=True):
    """``default`` and ``check`` are numbers of a group of spellings, None for none."""

    name: str
    type: str
    not_null: bool
    default: int | None
    check: int | None
    unique: bool


class Plan(Struct, frozen=True):
    """A table. ``index`` numbers the columns of an index."""

    columns: tuple[PlannedColumn, ...]
    index: tuple[int, ...]
    serial: bool
    partial: bool


@st.composite
def _columns(draw: st.DrawFn, number: int) -> PlannedColumn:
    type_ = draw(st.sampled_from(sorted(TYPES)))

    def group(of: Mapping[str, tuple[tuple[str, ...], ...]]) -> int | None:
        size = len(of.get(type_, ()))
        return draw(st.none() | st.integers(0, size - 1)) if size else None

    unique = type_ not in {"varbit", "jsonb"} and draw(st.booleans())
    return PlannedColumn(
        f"c{number}", type_, draw(st.booleans()), group(DEFAULTS), group(CHECKS), unique
    )


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Tables of one to four columns beside their key."""
    columns = tuple(draw(_columns(n)) for n in range(draw(st.integers(1, 4))))
    plain = [n for n, c in enumerate(columns) if c.type not in {"jsonb", "texts"}]
    index = draw(st.lists(st.sampled_from(plain), unique=True)) if plain else []
    return Plan(columns, tuple(index), draw(st.booleans()), draw(st.booleans()))


def write(plan: Plan, choice: Random) -> str:
    """The plan in SQL, in the words that the choice gives."""
    before: list[str] = []
    inside: list[str] = []
    after: list[str] = []
    constraints: list[str] = []
    for column in plan.columns:
        definition = _column(column, choice, constraints, after)
        if choice.random() < 0.2:
            after.insert(0, f"ALTER TABLE t ADD COLUMN {definition}")
        else:
            inside.append(definition)
    # Added in the order of the plan, so that they stand in the same places.
    after.sort(key=lambda text: not text.startswith("ALTER TABLE t ADD COLUMN"))
    added = sorted(a for a in after if a.startswith("ALTER TABLE t ADD COLUMN"))
    after = [*added, *(a for a in after if a not in added)]
    _key(plan, choice, before, inside, constraints, after)
    for constraint in constraints:
        names_late = any(f"COLUMN {c.name} " in text for text in added for c in plan.columns
                         if c.name in constraint)  # fmt: skip
        if choice.random() < 0.5 or names_late:
            after.append(
                f"ALTER TABLE {choice.choice(('t', 'ONLY t', 'public.t'))} ADD {constraint}"
            )
        else:
            inside.append(constraint)
    create = choice.choice(
        ("CREATE TABLE t", "create table public.t", "CREATE TABLE IF NOT EXISTS t")
    )
    text = [*before, f"{create} ({', '.join(inside)})", *after]
    if plan.index:
        text.append(_index(plan, choice))
    return ";\n".join(text) + ";\n"


def _column(column: PlannedColumn, choice: Random, constraints: list[str], after: list[str]) -> str:
    name = column.name
    words = [name, choice.choice(TYPES[column.type])]
    own: list[str] = []
    if column.not_null:
        if choice.random() < 0.7:
            own.append("NOT NULL")
        else:
            after.append(f"ALTER TABLE t ALTER COLUMN {name} SET NOT NULL")
    if column.default is not None:
        default = choice.choice(DEFAULTS[column.type][column.default])
        if choice.random() < 0.7:
            own.append(f"DEFAULT {default}")
        else:
            after.append(f"ALTER TABLE t ALTER {name} SET DEFAULT {default}")
    if column.check is not None:
        check = choice.choice(CHECKS[column.type][column.check]).format(c=name)
        (own if choice.random() < 0.5 else constraints).append(f"CHECK ({check})")
    if column.unique:
        if choice.random() < 0.5:
            own.append("UNIQUE")
        else:
            constraints.append(f"UNIQUE ({name})")
    choice.shuffle(own)
    return " ".join(words + own)


def _key(
    plan: Plan,
    choice: Random,
    before: list[str],
    inside: list[str],
    constraints: list[str],
    after: list[str],
) -> None:
    if not plan.serial:
        type_ = choice.choice(TYPES["bigint"])
        how = f"id {type_} GENERATED ALWAYS AS IDENTITY"
    elif choice.random() < 0.5:
        how = f"id {choice.choice(('serial', 'SERIAL', 'serial4'))}"
    else:
        before.append("CREATE SEQUENCE t_id_seq AS integer")
        how = "id integer NOT NULL DEFAULT nextval('t_id_seq')"
        after.append("ALTER SEQUENCE t_id_seq OWNED BY t.id")
    if choice.random() < 0.5:
        inside.insert(0, f"{how} PRIMARY KEY")
    else:
        inside.insert(0, how)
        constraints.append("PRIMARY KEY (id)")


def _index(plan: Plan, choice: Random) -> str:
    keys = [
        plan.columns[number].name + choice.choice(("", " ASC", " ASC NULLS LAST", " NULLS LAST"))
        for number in plan.index
    ]
    method = choice.choice(("", "USING btree ", "USING BTREE "))
    where = choice.choice((" WHERE id > 5", " WHERE (id > 5)")) if plan.partial else ""
    table = choice.choice(("t", "public.t"))
    return f"CREATE INDEX t_some ON {table} {method}({', '.join(keys)}){where}"


class Altered(Struct, frozen=True):
    """A plan, the same plan with one thing changed, and the name of what changed."""

    before: Plan
    after: Plan
    name: str


@st.composite
def alterations(draw: st.DrawFn) -> Altered:
    """Plans of which one column or the index changes."""
    before = draw(plans())
    number = draw(st.integers(0, len(before.columns) - 1))
    old = before.columns[number]
    new = draw(_columns(number))
    fields = ("type", "not_null", "default", "check", "unique")
    changed = draw(st.sampled_from((*fields, "index", "partial")))
    if changed == "index":
        turned = tuple(reversed(before.index))
        return Altered(before, structs.replace(before, index=turned), "public.t.t_some")
    if changed == "partial":
        other = structs.replace(before, partial=not before.partial)
        return Altered(before, other, "public.t.t_some")
    column = structs.replace(old, **{changed: getattr(new, changed)})
    if changed == "type":
        column = structs.replace(column, default=None, check=None)
    sizes = (len(DEFAULTS.get(column.type, ())), len(CHECKS.get(column.type, ())))
    column = structs.replace(
        column,
        default=_within(column.default, sizes[0]),
        check=_within(column.check, sizes[1]),
    )
    columns = (*before.columns[:number], column, *before.columns[number + 1 :])
    return Altered(before, structs.replace(before, columns=columns), f"public.t.{old.name}")


def _within(number: int | None, size: int) -> int | None:
    return number if number is not None and number < size else None
