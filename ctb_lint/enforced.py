"""Whether something may keep a column to what is asked of it, where no list and no bounds do.

What cannot be read is not absent: a check, a function or a trigger that may do it counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ctb_lint.allowed import VALUE, checks_on
from ctb_lint.model import (
    Column,
    Constraint,
    Function,
    QualifiedName,
    Schema,
    Table,
    Trigger,
)
from ctb_lint.regular import fits
from ctb_lint.regular_source import PatternError, parsed

_LENGTH = r"(?:char_length|character_length|length|octet_length)"
_MAX_DEPTH = 50
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")


def checks_that_may(
    schema: Schema, table: Table, column: Column, plainly_not: Callable[[str, str], bool]
) -> tuple[Constraint, ...]:
    """The enforced checks on the column of which ``plainly_not(canonical, name)`` does not say
    that they do nothing of what is asked; ``name`` is what the check calls the column by."""
    return tuple(
        check
        for check, name in checks_on(schema, table, column)
        if check.expr and not plainly_not(check.expr.canonical, name)
    )


def passes_empty(canonical: str, name: str, depth: int = 0) -> bool:
    """Whether a check is known to let an empty value of the column pass."""
    if depth > _MAX_DEPTH:
        return False
    terms = split(canonical, " OR ")
    if len(terms) > 1:
        others = [term for term in terms if not _is_null_test(term, name)]
        return any(passes_empty(term, name, depth + 1) for term in others)
    terms = split(canonical, " AND ")
    if len(terms) > 1:
        return all(passes_empty(term, name, depth + 1) for term in terms)
    return _passes_empty(canonical, name)


def _passes_empty(term: str, name: str) -> bool:
    """As above, of one term. What only speaks of other columns is nothing to this one."""
    column = "(?:value|VALUE)" if name == VALUE else re.escape(name)
    if not re.search(rf"(?<![\w\"]){column}(?![\w\"])", _QUOTED.sub(_kept_name, term)):
        return True
    shapes = (
        rf"{_LENGTH}\({column}\) <=? [1-9]\d*",
        rf"{column} IS NOT NULL",
        rf"{column} = (?:lower|upper|btrim)\({column}\)",
        rf"{column} <> '(?:[^']|'')+'",
        rf"{column} = ANY \(ARRAY\[(?:.*, )?''(?:, .*)?\]\)",
        rf"{column} ~~\*? '%+'",
    )
    if any(re.fullmatch(rf"\({shape}\)", term) for shape in shapes):
        return True
    pattern = re.fullmatch(rf"\({column} ~\*? '\^((?:[^']|'')*)\$'\)", term)
    return pattern is not None and _fits_empty(pattern[1].replace("''", "'"))


def _kept_name(match: re.Match[str]) -> str:
    """A quoted name stays, a constant does not."""
    return match[0] if match[0].startswith('"') else "''"


def _fits_empty(source: str) -> bool:
    try:
        return fits(parsed(source), "")
    except PatternError:
        return False


def _is_null_test(term: str, name: str) -> bool:
    return term in {f"({name} IS NULL)", f"({name.upper()} IS NULL)"}


def split(canonical: str, word: str) -> list[str]:
    """The terms of a canonical conjunction (`` AND ``) or disjunction (`` OR ``): the text itself
    where it is none."""
    if not (canonical.startswith("(") and canonical.endswith(")")):
        return [canonical]
    inner = canonical[1:-1]
    cuts = [-len(word)]
    depth = 0
    for match in re.finditer(rf"{_QUOTED.pattern}|[()]|{re.escape(word)}", inner):
        token = match[0]
        depth += {"(": 1, ")": -1}.get(token, 0)
        if depth < 0:
            return [canonical]
        if depth == 0 and token == word:
            cuts.append(match.start())
    if len(cuts) == 1:
        return [canonical]
    ends = [*cuts[1:], len(inner)]
    return [inner[cut + len(word) : end] for cut, end in zip(cuts, ends, strict=True)]


def functions_named(schema: Schema, name: QualifiedName) -> tuple[Function, ...]:
    """The functions of that name."""
    return tuple(one for one in schema.functions if one.name == name)


def live_triggers(table: Table, *events: str) -> Iterator[Trigger]:
    """The triggers of the table that fire on one of the events (``insert``, ``update``,
    ``delete``, ``truncate``) and are not switched off."""
    for trigger in table.triggers:
        if trigger.enabled != "disabled" and not {*events}.isdisjoint(trigger.events):
            yield trigger


def bodies(schema: Schema, trigger: Trigger) -> tuple[str, ...] | None:
    """The bodies of the functions that a trigger may call; None where one is not known."""
    found = [function.body for function in functions_named(schema, trigger.function)]
    known = [body for body in found if body]
    return tuple(known) if found and len(known) == len(found) else None


def may_guard(schema: Schema, table: Table, column: str) -> bool:
    """Whether a trigger on the rows that are written may look at the column: its function names
    it, or cannot be read."""
    word = re.compile(rf"(?<!\w){re.escape(column)}(?!\w)", re.IGNORECASE)
    for trigger in live_triggers(table, "insert", "update"):
        if trigger.level != "row":
            continue
        known = bodies(schema, trigger)
        if known is None or any(word.search(body) for body in known):
            return True
        if trigger.when and column in trigger.when.columns:
            return True
    return False
