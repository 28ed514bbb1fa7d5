"""Formats of ids: a template such as ``{db}-{subhive}-{app}-{timestamp}-{random16}`` mints, parses
and checks ids, and becomes the PostgreSQL expression that checks them in rows.
"""

from __future__ import annotations

import datetime
import difflib
import itertools
import random as randomness
import re
import string
from collections.abc import Mapping, Sequence, Set
from functools import cached_property, lru_cache

from msgspec import Struct, structs

from ctb_lint import regular
from ctb_lint.tokens import (
    TOKENS,
    FormatError,
    Part,
    Tokens,
    of_clock,
    overrides_of,
    shown,
    standard_part,
    token_part,
)

__all__ = [
    "MAX_LENGTH",
    "MAX_TEMPLATE",
    "TOKENS",
    "FormatError",
    "Part",
    "Template",
    "Tokens",
    "compile_template",
    "overrides_of",
    "spans_of",
]

MAX_LENGTH = 255
"""No id is longer, in characters; of hostile ids nothing more is read."""
_SHORT = 64
_MOST_LOOSE = 2
"""Of so many parts without a bound, which may hold what separates them from the next, all ways to
part a short text are soon tried."""
RANDOM = "random16"
"""The token that chance fills."""
MAX_TEMPLATE = 200
"""No template is longer, in characters."""


class Template(Struct, frozen=True, dict=True):
    """A compiled template."""

    text: str
    parts: tuple[Part, ...]

    @property
    def tokens(self) -> tuple[str, ...]:
        """The names of the tokens, in order."""
        return tuple(part.token for part in self.parts if part.token)

    @property
    def pattern(self) -> str:
        """The Python expression, with a group for every token. It is for reading and for use on
        trusted text; ``parse`` takes bounded time on any."""
        pieces = [
            f"(?P<{part.token}>{regular.written(part.node)})"
            if part.token
            else regular.written(part.node)
            for part in self.parts
        ]
        return rf"\A{''.join(pieces)}\Z"

    @property
    def postgres_pattern(self) -> str:
        """The expression for PostgreSQL's ``~``; it matches what ``pattern`` matches.

        ``parse`` agrees with both on texts of up to MAX_LENGTH characters. A bound within the
        expression would make it fifteen times slower: ask for ``char_length`` beside it.
        """
        return _postgres_pattern(self.parts)

    @property
    def shortest(self) -> int:
        """The length of the shortest legal id, in characters."""
        return _shortest(self.parts)

    @property
    def longest(self) -> int | None:
        """The length of the longest legal id, in characters; None where a token has no bound but
        MAX_LENGTH."""
        sizes = [regular.longest(part.node) for part in self.parts]
        return None if None in sizes else sum(size or 0 for size in sizes)

    def fits(self, text: str) -> bool:
        """Whether the text is an id of this format."""
        if len(text) <= _SHORT and self._whole:
            return self._whole.match(text) is not None
        return 0 < len(text) <= MAX_LENGTH and _fits(self.parts, text)

    @cached_property
    def _whole(self) -> re.Pattern[str] | None:
        """The expression, where the library's engine is safe and quick on a short text."""
        loose = sum(
            regular.longest(one.node) is None and regular.may_hold(one.node, after.values[0][0])
            for one, after in itertools.pairwise(self.parts)
            if after.token is None
        )
        if loose > _MOST_LOOSE or not all(one.own for one in self.parts if one.token):
            return None
        return re.compile("".join(f"({regular.written(one.node)})" for one in self.parts) + r"\Z")

    @cached_property
    def _is_greedy(self) -> bool:
        """Whether that engine, too, gives the left parts as long as the right ones let them."""
        return all(regular.longest_first(part.node) for part in self.parts)

    def parse(self, text: str) -> dict[str, str] | None:
        """The value of every token, or None where the text is no id of this format.

        It is read from the right: a part that may hold the separator takes what the parts to its
        right leave over.
        """
        if len(text) <= _SHORT and self._whole and self._is_greedy:
            match = self._whole.match(text)
            values = match.groups() if match else None
        else:
            spans = spans_of(self.parts, text) if 0 < len(text) <= MAX_LENGTH else None
            values = tuple(text[start:end] for start, end in spans) if spans else None
        if values is None:
            return None
        named = zip(self.parts, values, strict=True)
        return {part.token: value for part, value in named if part.token}

    def mint(
        self, values: Mapping[str, str], now: datetime.datetime, random: randomness.Random
    ) -> str:
        """A new id. ``values`` gives the tokens that neither the clock nor chance nor a list of
        one legal value gives; ``now`` has a time zone; ``random`` should be
        ``secrets.SystemRandom()``.

        Raises FormatError where a value is missing, is of no token, or does not fit.
        """
        for name in values:
            if name not in self.tokens:
                raise FormatError(f"{self.text} has no token {{{name}}}")
        text = "".join(self._minted(part, values, now, random) for part in self.parts)
        if len(text) > MAX_LENGTH:
            raise FormatError(f"the id would be {len(text)} characters long, over {MAX_LENGTH}")
        return text

    def _minted(
        self,
        part: Part,
        values: Mapping[str, str],
        now: datetime.datetime,
        random: randomness.Random,
    ) -> str:
        if part.token is None:
            return part.values[0]
        value = values.get(part.token)
        if value is None and len(part.values) == 1:
            value = part.values[0]
        if value is None:
            value = of_clock(part.token, now)
        if value is None and part.token == RANDOM:
            value = "".join(random.choice(self._alphabet) for _ in range(16))
        if value is None:
            raise FormatError(f"{self.text} needs a value for {{{part.token}}}")
        if len(value) > MAX_LENGTH or not regular.fits(part.node, value):
            raise FormatError(f"{{{part.token}}} cannot be {shown(value)}: {part.description}")
        return value

    @property
    def _alphabet(self) -> str:
        """Letters of one case, so that no two minted ids differ in case only."""
        fixed = "".join(part.values[0] for part in self.parts if part.token is None)
        capital = fixed.isupper() and not {"db", "subhive", "app", "stage"} & set(self.tokens)
        return string.digits + (string.ascii_uppercase if capital else string.ascii_lowercase)


def compile_template(
    template: str, tokens: Tokens | None = None, *, as_written: Sequence[str] = ()
) -> Template:
    """The template, ready to mint, parse and check.

    ``tokens`` overrides the standard's tokens and adds others. ``as_written`` names tokens that
    may also stand in an id as they stand in the template: the ``{date}`` of a linked process.
    Raises FormatError where the template or a token cannot be used.
    """
    frozen = tuple(
        (name, legal if isinstance(legal, str) else tuple(legal))
        for name, legal in sorted((tokens or {}).items())
    )
    return _compiled(template, frozen, tuple(as_written))


@lru_cache(maxsize=256)
def _compiled(
    template: str,
    tokens: tuple[tuple[str, str | tuple[str, ...]], ...],
    as_written: tuple[str, ...],
) -> Template:
    overrides = dict(tokens)
    parts = tuple(
        _token_part(template, piece, overrides, piece in as_written)
        if is_token
        else Part(None, regular.Text(piece), f"'{piece}'", values=(piece,))
        for is_token, piece in _pieces(template)
    )
    names = [part.token for part in parts if part.token]
    if not names:
        raise FormatError(f"the template {shown(template)} has no token")
    for name in names:
        if names.count(name) > 1:
            raise FormatError(f"the template {template} has {{{name}}} twice")
    for left, right in itertools.pairwise(parts):
        sizes = (regular.longest(left.node), regular.longest(right.node))
        if left.token and right.token and None in sizes:
            raise FormatError(
                f"nothing separates {{{left.token}}} from {{{right.token}}} in {template}"
            )
    return Template(template, parts)


def _pieces(template: str) -> list[tuple[bool, str]]:
    """The template's literals (False) and the names of its tokens (True)."""
    if not template or len(template) > MAX_TEMPLATE:
        raise FormatError(f"a template has 1 to {MAX_TEMPLATE} characters, not {len(template)}")
    if not template.isprintable():
        raise FormatError(f"the template {template!r} has characters that no id can have")
    pieces: list[tuple[bool, str]] = []
    rest = template
    while rest:
        literal, brace, rest = rest.partition("{")
        if "}" in literal:
            raise FormatError(f"the template {template} has a }} without its {{")
        if literal:
            pieces.append((False, literal))
        name, closing, after = rest.partition("}")
        if brace and (not closing or "{" in name):
            raise FormatError(f"the template {template} has a {{ without its }}")
        if brace:
            pieces.append((True, name))
            rest = after
    return pieces


def _token_part(
    template: str, name: str, overrides: Mapping[str, str | tuple[str, ...]], as_written: bool
) -> Part:
    legal = overrides.get(name)
    if legal is None and name not in TOKENS:
        near = difflib.get_close_matches(name, [*TOKENS, *overrides], 1)
        hint = f"; did you mean {{{near[0]}}}?" if near else ""
        raise FormatError(f"the template {template} has the unknown token {{{name}}}{hint}")
    part = standard_part(name) if legal is None else token_part(name, legal)
    if as_written:
        node = regular.Choice((part.node, regular.Text(f"{{{name}}}")))
        return structs.replace(part, node=node, quick=None)
    return part


def spans_of(parts: Sequence[Part], text: str) -> list[tuple[int, int]] | None:
    """Where each part stands, the left ones as long as the right ones let them; None where the
    text does not match."""
    reach: list[Set[int]] = [{len(text)}]
    for part in reversed(parts):
        reach.append(part.starts(text, reach[-1]))
        if not reach[-1]:
            return None
    reach.reverse()
    if 0 not in reach[0]:
        return None
    spans: list[tuple[int, int]] = []
    start = 0
    for part, ends in zip(parts, reach[1:], strict=True):
        fitting = (end for end in sorted(ends, reverse=True) if end >= start)
        end = next(end for end in fitting if part.fits(text, start, end))
        spans.append((start, end))
        start = end
    return spans


@lru_cache(maxsize=256)
def _shortest(parts: tuple[Part, ...]) -> int:
    return sum(regular.shortest(part.node) for part in parts)


@lru_cache(maxsize=64)
def _postgres_pattern(parts: tuple[Part, ...]) -> str:
    return f"^{''.join(regular.written(part.node) for part in parts)}$"


@lru_cache(maxsize=4096)
def _fits(parts: tuple[Part, ...], text: str) -> bool:
    """Whether the parts match the text; migrations write the same process id in every row."""
    ends: Set[int] = {len(text)}
    for part in reversed(parts):
        ends = part.starts(text, ends)
    return 0 in ends
