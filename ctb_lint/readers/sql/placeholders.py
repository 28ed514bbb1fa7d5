"""Placeholders of templates and of psql, which make a statement something other than SQL."""

from __future__ import annotations

import re

from msgspec import Struct

from ctb_lint.readers.sql.quotes import Mark, blanked, quoted_parts

_PLACEHOLDER = re.compile(
    r"\$\{[^{}\n\r]{1,200}\}"
    r"|\{\{[^\n\r]{0,200}?\}\}|\{%[^\n\r]{0,200}?%\}|\{\#[^\n\r]{0,200}?\#\}"
    r"|<%=?[\s\S]{0,200}?%>"
    r"|%\([A-Za-z_]\w*\)s"
    r"|(?<![:\w\[\])\"'])(?<!\d ):(?![:=])(?:[A-Za-z_]\w*|'\w+'|\"\w+\")"
    r"|(?<![\w@<>#&|~!?*/%^`+=-])@[A-Za-z_]\w*@(?![\w@>])"
)
_SLICE = 200
"""How far back the bracket of an array slice is looked for."""
_QUOTES = {Mark.COMMENT, Mark.STRING, Mark.DOLLAR}


class Placeholder(Struct, frozen=True):
    """A place that something else fills in: 0-based character offsets (end exclusive)."""

    start: int
    end: int
    text: str


def find_placeholders(text: str) -> tuple[Placeholder, ...]:
    """The placeholders of a text in order: ``${name}``, ``{{ name }}``, ``{% … %}``,
    ``%(name)s``, ``:name`` (psql's, quoted or not), ``@name@``, ``<%= name %>``.

    Those in strings, comments and dollar quotes do not count, those in quoted names do. Array
    slices, casts and named arguments are none.
    """
    if not any(c in text for c in "{%:@"):
        return ()
    bare = _bare(text)
    found = []
    for match in _PLACEHOLDER.finditer(bare):
        if match.group().startswith(":") and _in_brackets(bare, match.start()):
            continue
        found.append(Placeholder(match.start(), match.end(), text[match.start() : match.end()]))
    return tuple(found)


def _bare(text: str) -> str:
    """The text with strings and comments as spaces, but for psql's ``:'name'``."""
    spans = []
    for mark, start, end in quoted_parts(text):
        is_variable = (
            mark is Mark.STRING
            and text[start] == "'"
            and text[start - 1 : start] == ":"
            and text[start - 2 : start - 1] not in {":", "]"}
            and re.fullmatch(r"'\w+'", text[start:end]) is not None
        )
        if mark in _QUOTES and not is_variable:
            spans.append((start, end))
    return blanked(text, spans)


def _in_brackets(text: str, at: int) -> bool:
    """Whether the offset lies inside ``[…]``, where a colon divides the bounds of a slice."""
    opened = text.rfind("[", max(0, at - _SLICE), at)
    return opened >= 0 and "]" not in text[opened:at] and ";" not in text[opened:at]
