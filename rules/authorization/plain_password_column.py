"""A column looks as if passwords were kept in it as they are, or cannot hold their hash.

Whoever reads such a table, a backup of it or a log of its statements can sign in as every user,
here and wherever they use the same password. A hash that was made for passwords (bcrypt, Argon2,
scrypt) gives none of that away.

Keep the hash only, in a column that says so:

    ALTER TABLE users RENAME COLUMN password TO password_hash;

A name proves nothing: where the column holds hashes already, the new name says it to everybody, and
so does a comment or a check of the hash's form. What stands in it only the rows show:
unhashed-password asks a live database.
"""

from collections.abc import Iterator

from ctb_lint.allowed import base_type, checks_on
from ctb_lint.column_names import holds_password, says_hashed, words_of
from ctb_lint.datatypes import is_text, text_length
from ctb_lint.demands import Demands, HashedPassword
from ctb_lint.enforced import may_guard
from ctb_lint.model import Column, ObjectKind, Schema, Table, quoted
from ctb_lint.rule import WARNING, Finding, Undecided, rule

_LENGTHS = {"bcrypt": 60, "argon2": 60, "scrypt": 40, "pbkdf2": 40}
"""The fewest characters of what each algorithm writes, by the beginning of its name."""
_FEWEST = 22


@rule("A010", severity=WARNING, doctrine=True, needs=("columns", "constraints", "trigger bodies"))
def plain_password_column(
    subject: Column | HashedPassword, table: Table, schema: Schema, demands: Demands
) -> Iterator[Finding | Undecided]:
    if table.partition_of:
        return
    if isinstance(subject, Column):
        yield from _plain(subject, table, schema, demands)
    else:
        yield from _of_demand(subject, table, schema)


def _plain(column: Column, table: Table, schema: Schema, demands: Demands) -> Iterator[Finding]:
    if not holds_password(column.name) or says_hashed(column.name):
        return
    if not is_text(base_type(schema, column.type)) or _may_be_hashed(column, table, schema):
        return
    asked = demands.of(HashedPassword, table.name)
    name = table.part(ObjectKind.COLUMN, column.name)
    yield Finding(
        message=f"{name} looks like a password that is kept as it is",
        object=name,
        at=column.location,
        hint=f"keep a hash, and type `ALTER TABLE {table.name} RENAME COLUMN "
        f"{quoted(column.name)} TO {quoted(column.name + '_hash')};`",
        because=next((one for one in asked if one.column in {None, column.name}), None),
    )


def _may_be_hashed(column: Column, table: Table, schema: Schema) -> bool:
    """Whether a comment, a check of the form, or a trigger tells of a hash."""
    if column.comment and says_hashed(column.comment.replace(" ", "_")):
        return True
    own = {function.name.name for function in schema.functions}
    for check, _ in checks_on(schema, table, column):
        expr = check.expr
        if expr and (expr.pattern or own & {n.rpartition(".")[2] for n in expr.functions}):
            return True
        if expr and " ~~ '$" in expr.canonical:
            return True
    return may_guard(schema, table, column.name)


def _of_demand(
    demand: HashedPassword, table: Table, schema: Schema
) -> Iterator[Finding | Undecided]:
    columns = [one for one in table.columns if _is_meant(one, demand)]
    if not columns:
        yield Undecided(f"no column of {table.name} looks like one of passwords")
        return
    algorithm, needed = _needed(demand)
    short = [
        (column, room)
        for column in columns
        if (room := text_length(base_type(schema, column.type))) is not None and room < needed
    ]
    for column, room in short:
        name = table.part(ObjectKind.COLUMN, column.name)
        yield Finding(
            message=f"{name} takes {room} characters; {algorithm} needs {needed}",
            object=name,
            at=column.type_location or column.location,
            facet="length",
            hint=f"type `ALTER TABLE {table.name} ALTER COLUMN {quoted(column.name)} "
            "TYPE varchar(255);`",
            because=demand,
        )
    if not short:
        yield Undecided("only the rows show whether passwords are hashed")


def _needed(demand: HashedPassword) -> tuple[str, int]:
    """The algorithm that needs the fewest characters, and how many."""
    known = [
        (name, _LENGTHS[begin])
        for name in demand.algorithms
        for begin in _LENGTHS
        if name.startswith(begin)
    ]
    return min(known, key=lambda pair: pair[1], default=("a hash", _FEWEST))


def _is_meant(column: Column, demand: HashedPassword) -> bool:
    if demand.column is not None:
        return column.name == demand.column
    return bool(words_of(column.name)) and holds_password(column.name)


_SAYS = """-- file: SCHEMA_REFERENCE.md
    ### 1. users

    **Barton ID**: `BID-DATA-001`

    #### E - Enforcement

    - Password hashing required (bcrypt/argon2)
"""

VALID = [
    f"""
    CREATE TABLE users (password_hash varchar(255), password_changed_at timestamptz);
    {_SAYS}
    """,
    """
    CREATE TABLE users (encrypted_password text, hashed_password text, password_digest char(60));
    """,
    # A comment, a check of the form, a trigger: each may mean a hash.
    r"""
    CREATE TABLE users (password text, passwd text CHECK (passwd ~ '^\$2[aby]\$'), pwd text);
    COMMENT ON COLUMN users.password IS 'a bcrypt hash';
    CREATE FUNCTION hashed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.pwd := digest(NEW.pwd, 'sha256');
        RETURN NEW;
    END $$;
    CREATE TRIGGER hashed BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION hashed();
    """,
    # Neither is a password.
    "CREATE TABLE users (password_hint text, password_reset_token text, password_expired boolean);",
    # No column that looks like one: nobody can tell.
    f"""
    CREATE TABLE users (email text);
    {_SAYS}
    """,
]

INVALID = [
    "CREATE TABLE users (email text, password varchar(255) NOT NULL); --! A010",
    'CREATE TABLE users ("userPassword" text, plain_pwd text); --! A010 A010',
    f"""
    CREATE TABLE users (password text CHECK (length(password) >= 8)); --! A010
    {_SAYS}
    """,
    # It cannot hold what it is said to hold.
    f"""
    CREATE TABLE users (password_hash varchar(32)); --! A010
    {_SAYS}
    """,
]
