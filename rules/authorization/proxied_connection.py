"""A direct PostgreSQL client is demanded, and a connection is described that is none.

A pooler in transaction mode loses session settings, prepared statements, advisory locks and LISTEN
between two statements; an HTTP gateway or an MCP server decides by itself which statements get
through, and as whom. A migration that is run through one may stop half way.

Name the server itself. At Neon it is the host without `-pooler`:

    postgresql://app@ep-cool-name-123456.eu-central-1.aws.neon.tech/app?sslmode=require

The rule speaks only where the catalogue demands a direct client, or forbids what stands between.
"""

import re
from collections.abc import Iterator

from ctb_lint.catalogue import Catalogue, Connection, Sentence
from ctb_lint.claims import ClaimKind
from ctb_lint.model import Location, ObjectId, ObjectKind
from ctb_lint.rule import WARNING, Finding, Related, rule

_I = re.IGNORECASE
_BETWEEN = (
    r"(?:pgbouncer|pgcat|odyssey|supavisor|connection pool(?:er|ing)?|pooler|pooled (?:url|endpoint"
    r"|connection)|proxy|proxies|mcp|http api|rest api|data api|postgrest|http gateway)"
)
_NOT = r"(?:not|never|no|without|avoid|don't|instead of|rather than)"
_CLIENT = r"(?:pg|postgres\w*|psql|libpq|clients?|connect\w*|drivers?|psycopg\w*)"
_DIRECT = re.compile(
    rf"\bdirect(?:ly)?\b[^.;]{{0,40}}\b{_CLIENT}\b|\b{_CLIENT}\b[^.;]{{0,20}}\bdirect(?:ly)?\b", _I
)
_NO_DIRECT = re.compile(rf"\b{_NOT}\b(?:\W+\w+){{0,3}}?\W+direct(?:ly)?\b", _I)
_FORBIDS = re.compile(rf"\b{_NOT}\b(?:\W+\w+){{0,4}}?\W+{_BETWEEN}\b", _I)
_NAMES = re.compile(rf"\b{_BETWEEN}\b", _I)
_HOW = re.compile(
    r"\b(?:connect\w*|access\w*|client|method|endpoint|via|through|url|host|format)\b", _I
)
_WEB = re.compile(r"\b(?:https?|mcp|wss?)://[^\s`\"'<>)\]]+", _I)


@rule("A016", severity=WARNING, doctrine=True, claims=(ClaimKind.CONNECTION,))
def proxied_connection(catalogue: Catalogue) -> Iterator[Finding]:
    demanding = [(c, s) for c in catalogue.connections for s in c.sentences if _demands(s)]
    for connection, sentence in demanding[:1]:
        yield from _strings(catalogue, sentence)
        yield from _sentences(connection, sentence, catalogue)


def _demands(sentence: Sentence) -> bool:
    """Whether it asks for a direct client, or forbids what stands between."""
    text = sentence.text.replace("`", "").replace("*", "")
    if _NO_DIRECT.search(text):
        return False
    return _DIRECT.search(text) is not None or _FORBIDS.search(text) is not None


def _strings(catalogue: Catalogue, demanding: Sentence) -> Iterator[Finding]:
    for one in catalogue.connection_strings:
        if one.pooled and not one.forbidden:
            yield _finding(
                f"this connection goes through a pooler: {one.pooled}", one.at, demanding
            )


def _sentences(
    connection: Connection, demanding: Sentence, catalogue: Catalogue
) -> Iterator[Finding]:
    """What the same database's sentences say of the way to it; the URLs were looked at."""
    for sentence in connection.sentences:
        if any(sentence.at.covers(one.at) for one in catalogue.connection_strings):
            continue
        text = sentence.text.replace("`", "").replace("*", "")
        web = _WEB.search(text)
        named = _NAMES.search(text)
        if sentence is demanding or _FORBIDS.search(text) or not _HOW.search(text):
            continue
        if web or named:
            what = web[0] if web else named[0] if named else ""
            yield _finding(f"this connection goes through {what}", sentence.at, demanding)


def _finding(message: str, at: Location, demanding: Sentence) -> Finding:
    return Finding(
        message=message,
        object=ObjectId(ObjectKind.FILE, None, None, at.path),
        at=at,
        facet=message,
        hint="name the server itself, or take back the demand of a direct client",
        related=(Related("a direct client is demanded here", demanding.at),),
    )


_HEAD = """-- file: SCHEMA_REFERENCE.md
    # Connection Details

    **Neon PostgreSQL**:
"""

VALID = [
    f"""
    {_HEAD}
    - Format: `postgresql://user:password@host:5432/dbname`
    - **CRITICAL**: Use direct `pg` client, NOT Composio MCP

    **Firebase**:
    - Connection Method: REST API, `https://firebase.example.com`
    """,
    # Nobody demands a direct client, or it is said not to be needed.
    f"""
    {_HEAD}
    - URL: `postgresql://app@ep-cool-123-pooler.eu.aws.neon.tech/app`
    - Connection Method: PgBouncer
    """,
    f"""
    {_HEAD}
    - URL: `postgresql://app@db.example.com:6432/app`
    - Do not use a direct connection
    """,
    # What is named to be kept away from.
    f"""
    {_HEAD}
    - Connect directly, with psql
    - Never connect to `postgresql://app@ep-cool-123-pooler.eu.aws.neon.tech/app`
    """,
]

INVALID = [
    f"""
    {_HEAD}
    - URL: `postgresql://app@ep-cool-123-pooler.eu.aws.neon.tech/app` <!--! A016 -->
    - **CRITICAL**: Use direct `pg` client, NOT Composio MCP
    - Connection Method: Composio MCP <!--! A016 -->

    ## Running Migrations

    ```bash
    psql postgres://app@db.example.com:6432/app -f 001.sql <!--! A016 -->
    ```
    """,
    f"""
    {_HEAD}
    - Client: psycopg, directly
    - URL: `postgresql://app@pgbouncer.example.com/app` <!--! A016 -->
    """,
    f"""
    {_HEAD}
    - Never go through a pooler
    - Endpoint: `https://db.example.com/sql` <!--! A016 -->
    """,
]
