"""A connection is described that does without TLS, or may.

On its way to the server everything can be read and changed: the password, the queries, the rows.
`sslmode=disable` rules TLS out; `allow` and `prefer` ask for it and go on without it when somebody
on the way says that there is none.

Demand it, and where you can let the server prove who it is:

    postgresql://app@db.example.com/app?sslmode=require
    postgresql://app@db.example.com/app?sslmode=verify-full&sslrootcert=system

Loopback addresses and sockets need none. A URL that says nothing of TLS is not reported: what the
server or the driver demands is not known.
"""

import re
from collections.abc import Iterator

from ctb_lint.catalogue import Connection, Sentence
from ctb_lint.claims import ClaimKind
from ctb_lint.connection_strings import ConnectionString
from ctb_lint.model import Location, ObjectId, ObjectKind
from ctb_lint.rule import ERROR, Finding, rule

_HINT = "demand it with `sslmode=require` or stronger"
_NAMED = re.compile(r"\b(?:ssl|tls)\b", re.IGNORECASE)
_NONE = re.compile(
    r"\W*(?:(?:disabled?|off|none|false|prefer(?:red)?|allow(?:ed)?|optional)\b"
    r"|no\b(?! (?:plaintext|exceptions?))|not (?:required|needed|used|enforced)\b)",
    re.IGNORECASE,
)
_POSTGRES = re.compile(r"\b(?:postgres\w*|neon\w*|pg|psql|database_url)\b", re.IGNORECASE)


@rule("A014", severity=ERROR, doctrine=True, claims=(ClaimKind.CONNECTION,))
def connection_without_tls(subject: ConnectionString | Connection) -> Iterator[Finding]:
    if isinstance(subject, ConnectionString):
        if subject.plaintext and not subject.local and not subject.forbidden:
            host = subject.hosts[0] if subject.hosts else "the server"
            told = f"a connection to {host} may do without TLS: {subject.plaintext}"
            yield _finding(told, subject.at, f"{host} {subject.plaintext}")
        return
    if not _POSTGRES.search(" ".join((subject.name, *(one.text for one in subject.sentences)))):
        return
    for sentence in subject.sentences:
        if _does_without(sentence) and sentence.value:
            told = f"connections to {subject.name or 'PostgreSQL'} may do without TLS: "
            yield _finding(told + sentence.value.text, sentence.at, subject.name)


def _does_without(sentence: Sentence) -> bool:
    """Whether it reads ``SSL Mode: prefer`` or ``TLS: off``."""
    if not (sentence.name and sentence.value and _NAMED.search(sentence.name)):
        return False
    return _NONE.match(sentence.value.text) is not None


def _finding(message: str, at: Location, facet: str) -> Finding:
    return Finding(
        message=message,
        object=ObjectId(ObjectKind.FILE, None, None, at.path),
        at=at,
        facet=facet,
        hint=_HINT,
    )


_HEAD = """-- file: SCHEMA_REFERENCE.md
    # Connection Details

    **Neon PostgreSQL**:
"""

VALID = [
    f"""
    {_HEAD}
    - Format: `postgresql://user:password@host:5432/dbname`
    - SSL Mode: Required
    - URL: `postgres://app@db.example.com/app?sslmode=verify-full`
    - On your machine: `postgres://postgres@localhost/app?sslmode=disable`
    - Socket: `postgres:///app?host=/var/run/postgresql&sslmode=disable`
    - Never use `postgres://app@db.example.com/app?sslmode=prefer`
    """,
    # Another database's.
    """
    -- file: SCHEMA_REFERENCE.md
    # Connection Details

    **Redis**:
    - TLS: off
    """,
    "-- PGSSLMODE=require psql -h db.example.com -f 001.sql",
]

INVALID = [
    f"""
    {_HEAD}
    - Format: `postgresql://user:password@host:5432/dbname?sslmode=prefer` <!--! A014 -->
    - SSL Mode: Optional <!--! A014 -->

    ```bash
    PGSSLMODE=disable psql -h db.example.com app <!--! A014 -->
    psql "host=db.example.com dbname=app sslmode=allow" <!--! A014 -->
    ```
    """,
    """
    -- Apply with psql postgres://app@db.example.com/app?sslmode=disable --! A014
    CREATE TABLE orders (id int);
    """,
]
