"""E-mail addresses are said to be validated, and nothing in the schema does it.

The form of an address that a web page accepts is not what an importer, a script or another service
writes. A column without a check takes `unknown`, a telephone number, and two addresses in one.

A check of the coarse form catches the slips:

    ALTER TABLE users ADD CONSTRAINT users_email_form
        CHECK (email ~ '^[^@[:space:]]+@[^@[:space:]]+$') NOT VALID;
    ALTER TABLE users VALIDATE CONSTRAINT users_email_form;

This is information: a service may validate what it writes. A length or `citext` says nothing of the
form.
"""

import re
from collections.abc import Iterator

from ctb_lint.allowed import base_type, checks_on
from ctb_lint.column_names import holds_email
from ctb_lint.datatypes import is_text
from ctb_lint.demands import ValidEmail
from ctb_lint.enforced import may_guard
from ctb_lint.model import Column, Expr, ObjectKind, Schema, Table, quoted
from ctb_lint.rule import INFO, Finding, Undecided, rule

_SAYS_NOTHING = re.compile(
    r"\((?P<c>\S+) IS NOT NULL\)|\((?P<d>\S+) <> ''\)|\(\S+ = lower\(\S+\)\)"
    r"|\((?:char_length|length)\((?:btrim\()?[^()]+\)?\) [<>]=? \d+\)"
)


@rule("E016", severity=INFO, doctrine=True, needs=("columns", "constraints", "trigger bodies"))
def unenforced_email(
    demand: ValidEmail, table: Table, schema: Schema
) -> Iterator[Finding | Undecided]:
    columns = _columns(demand, table, schema)
    if not columns:
        yield Undecided(f"no column of {table.name} looks like one of e-mail addresses")
    for column in columns:
        checks = (check.expr for check, _ in checks_on(schema, table, column))
        if any(expr and _may_say_form(expr) for expr in checks):
            continue
        if may_guard(schema, table, column.name):
            continue
        name = table.part(ObjectKind.COLUMN, column.name)
        yield Finding(
            message=f"{name} accepts what is no e-mail address",
            object=name,
            at=column.type_location or column.location,
            hint=f"add `CHECK ({quoted(column.name)} ~ '^[^@[:space:]]+@[^@[:space:]]+$')`",
            because=demand,
        )


def _columns(demand: ValidEmail, table: Table, schema: Schema) -> list[Column]:
    """The column that is named, or those that look like addresses and hold text."""
    if demand.column is not None:
        named = table.column(demand.column)
        return [named] if named else []
    return [
        column
        for column in table.columns
        if holds_email(column.name) and is_text(base_type(schema, column.type))
    ]


def _may_say_form(expr: Expr) -> bool:
    return expr.pattern is not None or not _SAYS_NOTHING.fullmatch(expr.canonical)


_SAYS = """-- file: SCHEMA_REFERENCE.md
    ### 1. users

    **Barton ID**: `BID-DATA-001`

    #### E - Enforcement

    - Email validation
"""

VALID = [
    f"""
    CREATE TABLE users (email text CHECK (email ~ '^[^@]+@[^@]+$'));
    {_SAYS}
    """,
    f"""
    CREATE TABLE users (email text, CHECK (email LIKE '%_@_%' AND length(email) < 255));
    {_SAYS}
    """,
    f"""
    CREATE DOMAIN address AS text CHECK (position('@' in VALUE) > 1);
    CREATE TABLE users (contact_email address);
    {_SAYS}
    """,
    # A function of the schema's own may do it.
    f"""
    CREATE FUNCTION is_email(text) RETURNS boolean IMMUTABLE LANGUAGE sql
        AS $$ SELECT $1 LIKE '%@%' $$;
    CREATE TABLE users ("eMail" text CHECK (is_email("eMail")));
    {_SAYS}
    """,
    # No column that looks like one of addresses: nobody can tell which is meant.
    f"""
    CREATE TABLE users (login text, email_count int, email_sent_at date);
    {_SAYS}
    """,
]

INVALID = [
    f"""
    CREATE TABLE users (email varchar(255) UNIQUE NOT NULL); --! E016
    {_SAYS}
    """,
    # Neither says anything of the form.
    f"""
    CREATE TABLE users (
        e_mail text CHECK (e_mail <> ''), --! E016
        work_email text CHECK (length(work_email) <= 255), --! E016
        email_address text CHECK (email_address = lower(email_address)) --! E016
    );
    {_SAYS}
    """,
]
