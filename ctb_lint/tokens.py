"""The tokens of id templates: what ``{db}``, ``{timestamp}`` and the others stand for."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence, Set
from functools import lru_cache

from msgspec import Struct

from ctb_lint import regular, regular_source
from ctb_lint.standard import Standard

Tokens = Mapping[str, str | Sequence[str]]
"""Tokens that differ from the standard's, by name: a regular expression, or the legal values."""


class FormatError(ValueError):
    """A template, a token or a value to mint from that cannot be used; the text says why."""


class Token(Struct, frozen=True):
    """What a token stands for: an expression and its description. ``shape`` is what a wrong value
    of it looks like, so that a wrong date can be told from no date at all."""

    source: str
    description: str
    shape: str = ""


_MONTH = "(?:0[1-9]|1[0-2])"
_YEAR = "[1-9][0-9]{3}"
_LEAP = "(?:[1-9][0-9](?:0[48]|[2468][048]|[13579][26])|(?:[2468][048]|[13579][26])00)"
_TIME = "(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]"


def _date(dash: str) -> str:
    """The days of the calendar, written with or without a dash."""
    days = (
        f"(?:0[13578]|1[02]){dash}(?:0[1-9]|[12][0-9]|3[01])"
        f"|(?:0[469]|11){dash}(?:0[1-9]|[12][0-9]|30)|02{dash}(?:0[1-9]|1[0-9]|2[0-8])"
    )
    return f"{_YEAR}{dash}(?:{days})|{_LEAP}{dash}02{dash}29"


_PLAIN = Token("[a-z0-9][a-z0-9_]*", "lower-case letters, digits and _")
_UPPER = Token("[A-Z][A-Z0-9]*", "a capital letter, then capital letters and digits")

TOKENS = {
    "db": _PLAIN,
    "subhive": _PLAIN,
    "app": Token("[a-z0-9](?:[a-z0-9_-]*[a-z0-9_])?", "lower-case letters, digits, _ and inner -"),
    "timestamp": Token(
        f"[0-9]{{10}}|[0-9]{{13}}|(?:{_date('')})(?:-?{_TIME}|T{_TIME}Z)",
        "epoch seconds or milliseconds, YYYYMMDDHHMMSS, YYYYMMDD-HHMMSS or YYYYMMDDTHHMMSSZ",
        "[0-9]{8}(?:-?[0-9]{6}|T[0-9]{6}Z)|[0-9]{8}",
    ),
    "random16": Token("[0-9A-Za-z]{16}", "16 letters and digits"),
    "ver": Token("[0-9]{1,3}(?:\\.[0-9]{1,3})*", "numbers of up to three digits, joined by dots"),
    "date": Token(
        f"{_date('')}|{_date('-')}",
        "YYYYMMDD or YYYY-MM-DD",
        "[0-9]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2}",
    ),
    "stage": Token("[a-z][a-z0-9_-]*", "a lower-case letter, then such letters, digits, _ and -"),
    "yyyy": Token(_YEAR, "a year of four digits"),
    "mm": Token(_MONTH, "a month from 01 to 12", "[0-9]{2}"),
    "nn": Token("[0-9]{2}", "two digits"),
    "nnn": Token("[0-9]{3,}", "three or more digits"),
    "system": _UPPER,
    "name": Token("[A-Z](?:[A-Z0-9-]*[A-Z0-9])?", "capital letters, digits and inner -"),
    "division": _UPPER,
}
"""The standard's tokens. Years run from 1000 to 9999."""


class Part(Struct, frozen=True):
    """A piece of a template: a literal (``token`` is None) or a token.

    ``values`` are the legal ones where they are listed; ``quick`` matches the same as ``node``,
    within ``sizes``.
    """

    token: str | None
    node: regular.Node
    description: str
    shape: regular.Node | None = None
    values: tuple[str, ...] = ()
    quick: re.Pattern[str] | None = None
    sizes: tuple[int, int] = (0, 0)
    own: bool = False
    """Whether the expression is the standard's: of no other is it known that an engine which tries
    again and again is safe on a short text."""

    def fits(self, text: str, start: int, end: int) -> bool:
        """Whether the part matches what stands between two positions."""
        if self.quick is not None:
            least, most = self.sizes
            within = least <= end - start <= most
            return within and self.quick.fullmatch(text, start, end) is not None
        if isinstance(self.node, regular.Text):
            return text[start:end] == self.node.value
        return regular.fits(self.node, text[start:end])

    def starts(self, text: str, ends: Set[int]) -> Set[int]:
        """The positions from which the part fits up to one of ``ends``."""
        if self.quick is None:
            return regular.starts(self.node, text, ends)
        least, most = self.sizes
        return {
            start
            for end in ends
            for start in range(max(end - most, 0), end - least + 1)
            if self.quick.fullmatch(text, start, end)
        }


@lru_cache(maxsize=64)
def standard_part(name: str) -> Part:
    token = TOKENS[name]
    node = regular_source.parsed(token.source)
    shape = regular_source.parsed(token.shape) if token.shape else None
    most = regular.longest(node)
    # Where little text is looked at, and the expression is our own, the library's engine is safe.
    quick = None if most is None else re.compile(regular.written(node))
    sizes = (regular.shortest(node), most or 0)
    return Part(name, node, token.description, shape, quick=quick, sizes=sizes, own=True)


def token_part(name: str, legal: str | Sequence[str]) -> Part:
    """A token of configuration: a regular expression, or the legal values.

    Raises FormatError where the name is no name, or nothing can fit.
    """
    if not (name.isascii() and name.isidentifier() and name == name.lower()):
        raise FormatError(f"{shown(name)} is no name of a token: letters a-z, digits and _")
    if isinstance(legal, str):
        try:
            node = regular_source.parsed(legal)
        except regular_source.PatternError as error:
            raise FormatError(f"the expression of {{{name}}} cannot be used: {error}") from None
        if not regular.shortest(node):
            raise FormatError(f"the expression of {{{name}}} also fits nothing at all")
        return Part(name, node, f"of the form {legal}")
    values = tuple(dict.fromkeys(legal))
    if not values or not all(value and value.isprintable() for value in values):
        raise FormatError(f"the legal values of {{{name}}} must be texts that are not empty")
    listed = ", ".join(values[:10]) + (", …" if len(values) > 10 else "")
    return Part(name, regular.one_of(values), f"one of {listed}", values=values)


def overrides_of(standard: Standard) -> Tokens:
    """The tokens that the configuration overrides, as the functions here take them.

    ``Standard.tokens`` holds an expression as one value between slashes.
    """
    return {name: _expression(legal) or legal for name, legal in standard.tokens}


def as_value(expression: str) -> tuple[str, ...]:
    """A token's expression as ``Standard.tokens`` holds it."""
    return (f"/{expression}/",)


def _expression(legal: tuple[str, ...]) -> str | None:
    slashed = len(legal) == 1 and len(legal[0]) > 1 and legal[0][0] == legal[0][-1] == "/"
    return legal[0][1:-1] if slashed else None


def shown(text: str) -> str:
    """The text for a message: in quotes, and cut where it is long."""
    return repr(text if len(text) <= 40 else f"{text[:39]}…")


def of_clock(token: str, now: datetime.datetime) -> str | None:
    """The token's value at that time, in UTC; None for a token that is no time."""
    forms = {"timestamp": "%Y%m%d%H%M%S", "date": "%Y%m%d", "yyyy": "%Y", "mm": "%m"}
    if token not in forms:
        return None
    if now.tzinfo is None:
        raise FormatError("the time to mint from has no time zone")
    return now.astimezone(datetime.UTC).strftime(forms[token])
