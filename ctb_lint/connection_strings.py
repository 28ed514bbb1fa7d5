"""How a text says to connect to PostgreSQL: URLs, lists of parameters, PGSSLMODE. Without the
passwords that may stand there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote

from msgspec import Struct

from ctb_lint.model import Location

_PLAINTEXT = frozenset({"disable", "allow", "prefer", "false", "off", "no", "0"})
_LOCAL = re.compile(r"localhost|127(?:\.\d+){3}|::1|host\.docker\.internal|[/@].*|")
_POOLS = re.compile(
    r".*-pooler(?:\..*)?|(?:.*[.-])?(?:pooler|pgbouncer|pgcat|supavisor|odyssey)(?:[.-].*)?",
    re.IGNORECASE,
)
_POOL_PORTS = frozenset({"6432", "6543"})


class ConnectionString(Struct, frozen=True):
    """One way to connect. ``hosts`` and ``ports`` are as written, ``parameters`` those behind the
    question mark or between blanks, in lower case and without passwords; ``forbidden`` says that
    the words before it on its line tell not to use it."""

    at: Location
    hosts: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    forbidden: bool = False

    @property
    def local(self) -> bool:
        """Whether all hosts that it names are this machine: loopback, or a socket."""
        return bool(self.hosts) and all(_LOCAL.fullmatch(host) for host in self.hosts)

    @property
    def plaintext(self) -> str | None:
        """The parameter that rules TLS out or lets a connection do without; None where there is
        none: what is not said is not known."""
        for name, value in self.parameters:
            if name in {"sslmode", "ssl", "usessl"} and value in _PLAINTEXT:
                return f"{name}={value}"
        return None

    @property
    def pooled(self) -> str | None:
        """What shows that it leads to a pooler and not to PostgreSQL itself; None for nothing."""
        for host in self.hosts:
            if _POOLS.fullmatch(host):
                return f"the host {host}"
        for port in self.ports:
            if port in _POOL_PORTS:
                return f"the port {port}"
        return "pgbouncer=true" if ("pgbouncer", "true") in self.parameters else None


_NOT = re.compile(
    r"\b(?:not|never|no|don't|avoid|without|instead of|rather than|forbidden|wrong)\b",
    re.IGNORECASE,
)
_URL = re.compile(
    r"(?:jdbc:)?\bpostgres(?:ql)?(?:\+\w{1,20})?://"
    r"(?P<rest>(?:<[\w .-]{1,40}>|\{\{[^{}\n]{1,60}\}\}|[^\s`\"'<>|]|(?!)){1,500}+)",
    re.IGNORECASE,
)
_USERINFO = re.compile(r"^[^/?#]*@")
_END = re.compile(r"[.,;:)\]}]+$")
_HOST = re.compile(r"(\[[^\]]*\]|[^:,]*)(?::([^,]*))?(?:,|$)")
_MODE = re.compile(r"\b(?:sslmode|PGSSLMODE)\s*=\s*['\"]*(?P<mode>[\w-]+)")
_PAIR = re.compile(
    r"\b(?P<name>host|hostaddr|port|dbname|sslmode)\s*=\s*['\"]*(?P<value>[^\s'\"`,;)]+)"
)
_SHELL_HOST = re.compile(r"(?:\s-h\s*|--host[= ])(?P<host>[\w.-]+)")
_SECRET = frozenset({"password", "sslpassword", "passfile"})
_REACH = 500


def connection_strings(
    text: str, place: Callable[[int, int], Location]
) -> tuple[ConnectionString, ...]:
    """Those of a text, in its order, each at its place."""
    found = []
    if "://" in text:
        found += [_of_url(text, match, place) for match in _URL.finditer(text)]
    if "sslmode" in text.lower():
        found += _of_parameters(text, place)
    return tuple(sorted(found, key=lambda one: one.at.start))


def _of_url(
    text: str, match: re.Match[str], place: Callable[[int, int], Location]
) -> ConnectionString:
    rest = _END.sub("", match["rest"])
    end = match.start("rest") + len(rest)
    server, _, query = _USERINFO.sub("", rest).partition("?")
    hosts: list[str] = []
    ports: list[str] = []
    for host in _HOST.finditer(server.partition("/")[0]):
        if host[0] or not hosts:
            hosts.append(unquote(host[1]).strip("[]"))
            ports += [host[2]] if host[2] else []
    parameters = [pair.partition("=")[::2] for pair in query.partition("#")[0].split("&") if pair]
    # A socket's folder may be the parameter ``host``.
    hosts = [unquote(value) for name, value in parameters if name == "host"] or hosts
    return ConnectionString(
        place(match.start(), end),
        tuple(hosts),
        tuple(ports),
        tuple(_plain(parameters)),
        _is_forbidden(text, match.start()),
    )


def _plain(parameters: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for name, value in parameters:
        if name.lower() not in _SECRET:
            yield name.lower(), value.lower()


def _of_parameters(text: str, place: Callable[[int, int], Location]) -> Iterator[ConnectionString]:
    """``host=… sslmode=…`` and ``PGSSLMODE=… psql -h …``; not the parameters of a URL, and no
    mode alone that prose speaks of."""
    for match in _MODE.finditer(text):
        start = _line_start(text, match.start())
        line = text[start : match.end() + _REACH].split("\n", 1)[0]
        before = line[: match.start() - start].rsplit(None, 1)
        if "://" in (before[-1] if before else "") or text[match.start() - 1 : match.start()] in {
            "?", "&",
        }:  # fmt: skip
            continue
        pairs = {pair["name"]: pair["value"] for pair in _PAIR.finditer(line)}
        host = _SHELL_HOST.search(line)
        hosts = [pairs[name] for name in ("host", "hostaddr") if name in pairs]
        hosts += [host["host"]] if host else []
        variable = match[0].startswith("PG")
        if variable or hosts or "dbname" in pairs:
            yield ConnectionString(
                place(match.start(), match.end()),
                tuple(hosts),
                (pairs["port"],) if "port" in pairs else (),
                (("sslmode", match["mode"].lower()),),
                _is_forbidden(text, match.start()),
            )


def _is_forbidden(text: str, start: int) -> bool:
    return _NOT.search(text, _line_start(text, start), start) is not None


def _line_start(text: str, offset: int) -> int:
    """Where the line of an offset begins, as far back as is looked."""
    floor = max(0, offset - _REACH)
    return max(text.rfind("\n", floor, offset) + 1, floor)
