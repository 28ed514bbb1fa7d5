"""What stands in the definitions that PostgreSQL prints, whatever the names and strings in them."""

from __future__ import annotations

import re

from ctb_lint.model import quoted

_QUOTED = re.compile(r"\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'")
_WHEN = re.compile(r"\bWHEN \((.*)\) EXECUTE (?:FUNCTION|PROCEDURE) ", re.DOTALL)


def condition(trigger: str) -> str | None:
    """The condition of a trigger, from ``pg_get_triggerdef``; None where it has none.

    >>> condition('CREATE TRIGGER "WHEN (x)" AFTER INSERT ON t FOR EACH ROW WHEN ((new.a > 0))'
    ...     " EXECUTE FUNCTION f(') EXECUTE FUNCTION ')")
    '(new.a > 0)'
    """
    found = _WHEN.search(_masked(trigger))
    return trigger[found.start(1) : found.end(1)] if found else None


def elements(constraint: str) -> str:
    """The elements of an exclusion constraint, from ``pg_get_constraintdef``: what its first
    parentheses hold.

    >>> elements('EXCLUDE USING gist (")" WITH =, f(a) WITH &&) WHERE ((b > 0))')
    '")" WITH =, f(a) WITH &&'
    """
    masked = _masked(constraint)
    start = masked.find("(")
    depth = 0
    for place in range(max(start, 0), len(masked)):
        depth += {"(": 1, ")": -1}.get(masked[place], 0)
        if depth == 0:
            return _QUOTED.sub(_needed, constraint[start + 1 : place])
    return ""


def _needed(part: re.Match[str]) -> str:
    """A name without double quotes where it needs none: PostgreSQL puts them round whatever is
    not plain ASCII, and round more words."""
    text = part[0]
    return quoted(text[1:-1].replace('""', '"')) if text.startswith('"') else text


def _masked(text: str) -> str:
    """The text with every name in double quotes and every string as underscores."""
    return _QUOTED.sub(lambda part: "_" * len(part[0]), text)
