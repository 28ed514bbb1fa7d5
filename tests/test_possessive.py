"""Repetitions that give nothing back, on every Python that the project is for.

Where a group is repeated so (``(?:…)*+``) and its last try fails, ``re`` of Python 3.11.2 goes on
where that try had got to, and not where it began: ``(?:a|-(?!-))*+`` takes all of ``a--``. A last
alternative that no text is, ``(?!)``, is tried where the others began."""

from __future__ import annotations

import importlib
import pkgutil
import re
import re._parser as parser
from collections.abc import Iterator
from typing import Any

import ctb_lint_rules
import pytest

import ctb_lint

NO_TEXT = repr(list(parser.parse("(?!)")))
ONE_CHARACTER = {"IN", "LITERAL", "NOT_LITERAL", "ANY", "RANGE", "CATEGORY"}


def patterns() -> dict[str, re.Pattern[Any]]:
    """All that stand in modules, by what they are."""
    found = {}
    for package in (ctb_lint, ctb_lint_rules):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                for value in vars(importlib.import_module(module.name)).values():
                    for one in value if isinstance(value, tuple | list) else (value,):
                        if isinstance(one, re.Pattern):
                            found[one.pattern] = one
    return found


def repeated(tree: Any) -> Iterator[list[Any]]:
    """What is repeated in an expression and gives nothing back."""
    for part in tree if isinstance(tree, list | tuple | parser.SubPattern) else ():
        if isinstance(part, tuple) and part and str(part[0]) == "POSSESSIVE_REPEAT":
            yield list(part[1][2])
        yield from repeated(part)


def ends_where_it_began(body: list[Any]) -> bool:
    if len(body) == 1 and str(body[0][0]) == "BRANCH":
        return repr(list(body[0][1][1][-1])) == NO_TEXT
    return len(body) == 1 and str(body[0][0]) in ONE_CHARACTER


def test_a_group_that_gives_nothing_back_ends_with_what_no_text_is() -> None:
    wrong, seen = [], 0
    for text, pattern in patterns().items():
        bodies = list(repeated(parser.parse(text, pattern.flags & ~re.DEBUG)))
        seen += len(bodies)
        if not all(ends_where_it_began(body) for body in bodies):
            wrong.append(text)
    assert wrong == []
    assert seen > 50


@pytest.mark.parametrize("text", ["a--", "a-", "a-a--a", ""])
def test_such_a_group_takes_what_it_may_and_no_more(text: str) -> None:
    for expression in ("(?:a|-(?!-)|(?!))*+", "(?:a-(?!-)|a|(?!))*+"):
        found = re.match(expression, text)
        assert found
        assert "--" not in found.group()
    assert not ends_where_it_began(next(repeated(parser.parse("(?:a|-(?!-))*+"))))
    assert ends_where_it_began(next(repeated(parser.parse("(?:a|-(?!-)|(?!))*+"))))
