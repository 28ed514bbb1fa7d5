"""Passwords that stand in a text: where they are, and the text without them.

A placeholder is none: ``user:password@host``, ``${DB_PASSWORD}``, ``<secret>``, ``%s``. What is
found is never repeated: callers get places, not passwords.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum

from msgspec import Struct

from ctb_lint.model import Location


class Carrier(StrEnum):
    """In what a password stands; the words complete "in …"."""

    ROLE = "a statement about a role"
    MAPPING = "the options of a user mapping"
    URL = "a URL"
    STRING = "a connection string"
    VARIABLE = "an environment variable"


class Password(Struct, frozen=True):
    """A password and its place, without the password. ``whose`` is the user or role that it is of,
    empty where none is named; ``hashed`` says that it is a hash, such as ``SCRAM-SHA-256$…``."""

    carrier: Carrier
    at: Location
    whose: str = ""
    hashed: bool = False


class Span(Struct, frozen=True):
    """A password from one offset to another (exclusive). ``guessable`` says that it is one of the
    words that examples use: a placeholder, unless it is run as it stands."""

    carrier: Carrier
    start: int
    end: int
    whose: str = ""
    hashed: bool = False
    guessable: bool = False


_LITERAL = (
    r"(?:''(?P<doubled>[^']{1,500})''|[eE]?'(?P<single>(?:[^'\\]|''|\\.){1,500})'"
    r"|\$(?P<tag>\w{0,60})\$(?P<dollar>.{1,500}?)\$(?P=tag)\$)"
)
_SET = re.compile(rf"\bpassword\s+{_LITERAL}", re.IGNORECASE | re.DOTALL)
_SETTER = re.compile(
    r"\b(?:(?:create|alter)\s+(?:role|user|group)\b(?!\s+mapping\b)(?:\s+if\s+not\s+exists\b)?"
    r"(?:\s+(?P<role>\"[^\"]+\"|[\w$]+))?|(?P<options>options)\s*\()",
    re.IGNORECASE,
)
_REACH = 2000
"""How far before its password a statement may begin, in characters."""
_URL = re.compile(r"://(?P<user>[^\s/:@'\"<>`|]{0,200}):(?P<word>[^\s/'\"<>`|]{1,500})@")
_PARAMETER = re.compile(
    r"://[^\s'\"<>`]{0,500}[?&](?:ssl)?password=(?P<word>[^\s&'\"<>`]+)", re.IGNORECASE
)
_PAIR = re.compile(
    r"\b(?:ssl)?password\s*=\s*(?:''(?P<doubled>[^']{1,500})''|\\?'(?P<single>[^'\\]{1,500})"
    r"|\"(?P<double>[^\"]{1,500})\"|(?P<word>[^\s'\"`;,&()\[\]]{1,500}+)(?![,(\[)]))",
    re.IGNORECASE,
)
_BESIDE = re.compile(r"\b(?:host|hostaddr|dbname|port|sslmode)\s*=", re.IGNORECASE)
_USER = re.compile(r"\buser\s*=\s*['\"]*(?P<user>[\w.$-]+)", re.IGNORECASE)
_NEAR = 300
_VARIABLE = re.compile(
    r"\b(?:PG|POSTGRES_|POSTGRESQL_|DB_|DATABASE_|NEON_)PASSWORD\s*[=:]\s*"
    r"(?:\"(?P<double>[^\"\n]+)\"|'(?P<single>[^'\n]+)'|(?P<word>[^\s'\"`;&|)]+))"
)
_FILLED_IN = re.compile(
    r"\$\{.*\}|\$\(.*\)|\$\w+|%\w*%|%[sLI]|%\(\w+\)s|\{\{.*\}\}|\{.*\}|<.*>|\[.*\]|:'?\w+'?|:\"\w+\""
    r"|@\{.*\}|#\{.*\}|__\w+__|\?",
    re.IGNORECASE | re.DOTALL,
)
_EXAMPLE = re.compile(
    r"(?:(?:your|my|the|a|some|user|db|database|secure|strong|new|old|app|role)[-_ ]*)*"
    r"(?:password|passwd|passwort|pass|pwd|pw|secret|changeme|change[-_]me|placeholder|example"
    r"|redacted|dummy)(?:[-_ ]*here)?|(.)\1*|\.{2,}|\u2026+",
    re.IGNORECASE,
)
_LOCAL = re.compile(r"(?:localhost|127\.[\d.]+|\[::1\]|host\.docker\.internal)(?=$|[:/?\s'\"`)])")
_HASHES = re.compile(r"SCRAM-SHA-256\$.*|md5[0-9a-f]{32}", re.IGNORECASE)


def may_hold(text: str) -> bool:
    """Whether anything in a text is like a password; if not, neither is anything in its parts."""
    return "://" in text or "password" in text.lower()


def passwords(text: str) -> tuple[Span, ...]:
    """The passwords of a text, in its order; none where it only has placeholders."""
    if not may_hold(text):
        return ()
    named, address = "password" in text.lower(), "://" in text
    found: dict[int, Span] = {}
    if named:
        for span in (*_set(text), *_pairs(text), *_variables(text)):
            found.setdefault(span.start, span)
    if address:
        for span in _urls(text):
            found.setdefault(span.start, span)
    return tuple(found[start] for start in sorted(found))


def located(
    text: str, place: Callable[[int, int], Location], *, runs: bool
) -> tuple[Password, ...]:
    """The passwords of a text with their places. ``runs`` says that the text is run as it stands,
    so that a word such as ``changeme`` is a password and no example."""
    return tuple(
        Password(span.carrier, place(span.start, span.end), span.whose, span.hashed)
        for span in passwords(text)
        if runs or not span.guessable
    )


def masked(text: str) -> str:
    """The text with an asterisk for every character of a password, as long as before."""
    spans = passwords(text)
    if not spans:
        return text
    pieces, last = [], 0
    for span in spans:
        if span.start >= last:
            pieces += [text[last : span.start], "*" * (span.end - span.start)]
            last = span.end
    return "".join((*pieces, text[last:]))


def _set(text: str) -> Iterator[Span]:
    """``PASSWORD '…'`` of a role, and of the options of a user mapping."""
    for match in _SET.finditer(text):
        before = text[max(0, match.start() - _REACH) : match.start()]
        before = before[before.rfind(";") + 1 :]
        setters = [*_SETTER.finditer(before)]
        if not setters:
            continue
        setter = setters[-1]
        carrier = Carrier.MAPPING if setter["options"] else Carrier.ROLE
        group = next(name for name in ("doubled", "single", "dollar") if match[name])
        whose = (setter["role"] or "").strip('"')
        yield from _span(carrier, match, group, whose)


def _pairs(text: str) -> Iterator[Span]:
    """``host=… password=…``."""
    for match in _PAIR.finditer(text):
        start, end = max(0, match.start() - _NEAR), match.end() + _NEAR
        line = text[text.rfind("\n", start, match.start()) + 1 or start : end].split("\n")[0]
        if "://" in line[: match.start() - start] or not _BESIDE.search(line):
            continue
        user = _USER.search(line)
        group = next(name for name in ("doubled", "single", "double", "word") if match[name])
        whose = user["user"] if user else ""
        yield from _no_example(_span(Carrier.STRING, match, group, whose))


def _variables(text: str) -> Iterator[Span]:
    for match in _VARIABLE.finditer(text):
        group = next(name for name in ("double", "single", "word") if match[name])
        yield from _no_example(_span(Carrier.VARIABLE, match, group, ""))


def _urls(text: str) -> Iterator[Span]:
    for match in _URL.finditer(text):
        word, user = match["word"], match["user"]
        local = _LOCAL.match(text, match.end()) is not None and word.lower() in {
            user.lower(), "postgres", "root", "admin", "test", "dev", "local",
        }  # fmt: skip
        if not local:
            yield from _no_example(_span(Carrier.URL, match, "word", user))
    for match in _PARAMETER.finditer(text):
        yield from _no_example(_span(Carrier.URL, match, "word", ""))


def _no_example(spans: Iterator[Span]) -> Iterator[Span]:
    return (span for span in spans if not span.guessable)


def _span(carrier: Carrier, match: re.Match[str], group: str, whose: str) -> Iterator[Span]:
    value = match[group]
    if _FILLED_IN.fullmatch(value):
        return
    start, end = match.span(group)
    hashed = _HASHES.fullmatch(value) is not None
    guessable = _EXAMPLE.fullmatch(value) is not None
    yield Span(carrier, start, end, whose, hashed, guessable)


def scrubber(texts: Iterable[str]) -> Callable[[str], str]:
    """Takes the passwords that stand in these texts out of any other: out of a message that quotes
    a piece of one. A short one goes only where it stands in quotes."""
    words = {text[span.start : span.end] for text in texts for span in passwords(text)}
    if not words:
        return masked
    quoted = (rf"(?<=['\"`]){re.escape(word)}(?=['\"`])" for word in words if len(word) < _LONG)
    plain = (re.escape(word) for word in words if len(word) >= _LONG)
    # Of two that begin alike, the longer one first.
    pattern = re.compile("|".join(sorted((*plain, *quoted), key=len, reverse=True)))

    def scrub(text: str) -> str:
        return pattern.sub(lambda match: "*" * len(match[0]), masked(text))

    return scrub


_LONG = 5
