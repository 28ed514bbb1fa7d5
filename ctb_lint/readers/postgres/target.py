"""Which database is meant, and whether it may be connected to. Nothing here does any I/O."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from contextlib import suppress

from msgspec import Struct

from ctb_lint.readers.postgres.trouble import Cause, ReadTrouble, Secrets

VARIABLES = ("DATABASE_URL", "NEON_DATABASE_URL")
"""The environment variables that may name the database, the first to be asked first."""

_ENCRYPTED = frozenset({"require", "verify-ca", "verify-full"})
_MODES = _ENCRYPTED | {"disable", "allow", "prefer"}
_URL = re.compile(r"(postgres(?:ql)?)(?:\+\w+)?(://.*)", re.DOTALL)
_OTHER_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_OF_OTHER_DRIVERS = frozenset(
    {
        "connection_limit", "pgbouncer", "pool_timeout", "prepared_statement_cache_size", "schema",
        "socket_timeout", "statement_cache_size",
    }
)  # fmt: skip
"""Parameters that Prisma and asyncpg take from a URL and libpq refuses; none is about security."""
_PLACEHOLDERS = frozenset(
    {"host", "hostname", "your-host", "your_host", "yourhost", "db-host", "db_host"}
)
_PLACEHOLDER_MARKS = ("<", ">", "${", "{{")
_USUAL = {"connect_timeout": "10", "fallback_application_name": "ctb-lint"}
_SECRET = ("password", "sslpassword", "oauth_client_secret")


class Target(Struct, frozen=True):
    """A database that may be connected to. ``parameters`` are those of libpq, sorted; ``secrets``
    hold what nothing may show, and its repr does not.

    ``origin`` says who named it (``--db``, ``DATABASE_URL``, the service). ``local`` says that all
    its hosts are this machine's; ``allow_plaintext`` that someone let it go without TLS.
    """

    parameters: tuple[tuple[str, str], ...]
    secrets: Secrets
    origin: str
    local: bool
    allow_plaintext: bool = False


def choose_target(
    db: str | None,
    environ: Mapping[str, str],
    defaults: Mapping[str, str],
    *,
    allow_plaintext: bool = False,
) -> Target:
    """The database that is meant: ``db`` (the option ``--db``), else DATABASE_URL, else
    NEON_DATABASE_URL, else the service that PGSERVICE names.

    ``defaults`` are libpq's for whatever is not said, with those of the environment and the
    service. Raises ReadTrouble where none is meant, or two are, where it is not one, or where the
    connection could go without TLS over a network and that is not allowed.
    """
    text, origin = _named(db, environ)
    given = {} if text is None else _parsed(text, origin)
    whole = {**_USUAL, **defaults, **given}
    _refuse_odd(whole, given, origin)
    local = _is_local(whole)
    if "options" not in given and whole.get("options", "") == environ.get("PGOPTIONS", ""):
        # They would be sent when the session starts, which poolers refuse.
        given["options"] = ""
    given["sslmode"] = _ssl_mode(given, whole, environ, origin, local, allow_plaintext)
    given["client_encoding"] = "UTF8"
    usual = {name: whole[name] for name in _USUAL}
    parameters = {**usual, **given}
    return Target(
        parameters=tuple(sorted((k, v) for k, v in parameters.items() if k not in _SECRET)),
        secrets=Secrets({name: whole[name] for name in _SECRET if name in whole}),
        origin=origin,
        local=local,
        allow_plaintext=allow_plaintext,
    )


def _refuse(message: str, hint: str) -> ReadTrouble:
    return ReadTrouble(message, hint, Cause.TARGET)


# Which -----------------------------------------------------------------------------------------


def _named(db: str | None, environ: Mapping[str, str]) -> tuple[str | None, str]:
    """What names the database, None for a service, and who says so."""
    if db is not None:
        return db.strip(), "--db"
    found = {name: environ.get(name, "").strip() for name in VARIABLES}
    found = {name: text for name, text in found.items() if text}
    if len(set(found.values())) > 1:
        raise _refuse(
            f"{' and '.join(found)} are both set, and differ: it is not clear which database "
            "is meant",
            "unset one of them, or name the database with --db",
        )
    for name, text in found.items():
        return text, name
    if environ.get("PGSERVICE"):
        return None, f"the service {environ['PGSERVICE']}"
    raise _refuse(
        "no database is named",
        f"use --db URL, or set {' or '.join(VARIABLES)}, or name a service in PGSERVICE",
    )


def _parsed(text: str, origin: str) -> dict[str, str]:
    """The parameters that a URL or a connection string names. What libpq has to say of one that
    it cannot read may quote the password, and is not passed on."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    url = _URL.fullmatch(text)
    other = None if url else _OTHER_URL.match(text)
    if other:
        raise _refuse(
            f"{origin} is a URL of {other[1]}, not of PostgreSQL",
            "give one of the form postgresql://USER@HOST:PORT/DATABASE",
        )
    if url:
        text = _for_libpq(url[1] + url[2], origin)
    found = {}
    with suppress(ProgrammingError):
        found = {key: str(value) for key, value in conninfo_to_dict(text).items()}
    if found:
        return found
    raise _refuse(
        f"{origin} is neither a URL nor a connection string that PostgreSQL's library can read",
        "give one of the form postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with every special "
        "character in it percent-encoded",
    )


def _for_libpq(url: str, origin: str) -> str:
    """The URL without what belongs to other drivers."""
    start = url.find("?", url.find("@") + 1)
    base, query = (url, "") if start < 0 else (url[:start], url[start + 1 :])
    authority, _, path = base.partition("://")[2].partition("/")
    if authority.count("@") > 1 or "@" in path:
        raise _refuse(
            f"{origin} has an @ or a / too many: where its host begins is not clear",
            "percent-encode every special character in the password: @ is %40, / is %2F, "
            "# is %23, ? is %3F",
        )
    kept = [p for p in query.split("&") if p.partition("=")[0] not in _OF_OTHER_DRIVERS]
    rest = "&".join(part for part in kept if part)
    return f"{base}?{rest}" if rest else base


def _refuse_odd(whole: Mapping[str, str], given: Mapping[str, str], origin: str) -> None:
    hosts = _hosts(whole)
    if any(host.lower() in _PLACEHOLDERS for host in hosts) or any(
        mark in value for mark in _PLACEHOLDER_MARKS for value in (*hosts, whole.get("dbname", ""))
    ):
        raise _refuse(
            f"{origin} is a placeholder, as documentation has it: it names no database",
            "put the real URL there",
        )
    ports = [port for port in _list(whole.get("port", "")) if port]
    if not all(port.isascii() and port.isdigit() for port in ports):
        raise _refuse(
            f"{origin} has a port that is no number",
            "percent-encode every special character in the password",
        )
    if given.get("service"):
        raise _refuse(
            f"{origin} names a service",
            "set PGSERVICE to its name instead, and nothing else",
        )


# TLS -------------------------------------------------------------------------------------------


def _ssl_mode(
    given: Mapping[str, str],
    whole: Mapping[str, str],
    environ: Mapping[str, str],
    origin: str,
    local: bool,
    allow_plaintext: bool,
) -> str:
    mode = whole.get("sslmode") or "prefer"
    if mode not in _MODES:
        raise _refuse(
            f"{origin} has an sslmode that PostgreSQL does not know",
            f"use one of {', '.join(sorted(_ENCRYPTED))}",
        )
    if local or allow_plaintext or mode in _ENCRYPTED:
        return mode
    if "sslmode" in given or environ.get("PGSSLMODE") or mode != "prefer":
        hosts = ", ".join(_hosts(whole))
        raise _refuse(
            f"sslmode={mode} lets the connection to {hosts} go without TLS",
            "use sslmode=require, or better verify-full; --allow-plaintext lets it go without",
        )
    return "require"


def _is_local(whole: Mapping[str, str]) -> bool:
    """Whether every host is this machine: a socket, or a loopback address. A name that merely
    resolves to one is none, but for localhost."""
    addresses = _list(whole.get("hostaddr", ""))
    return all(_is_loopback(one) for one in (addresses or _hosts(whole) or [""]))


def _hosts(whole: Mapping[str, str]) -> list[str]:
    return _list(whole.get("host", "")) or _list(whole.get("hostaddr", ""))


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")] if text else []


def _is_loopback(host: str) -> bool:
    if not host or host[0] in "/@" or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
