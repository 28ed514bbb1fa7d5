"""Checklists of what tables need to go Active, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from ctb_lint.catalogue import SECTION_TITLES
from ctb_lint.readiness import Checklist, Item, Mark
from ctb_lint.reporters.json_report import encoded
from ctb_lint.reporters.sanitise import visible
from ctb_lint.reporters.words import counted

_SIGNS = {
    Mark.DONE: "[x]",
    Mark.OPEN: "[ ]",
    Mark.OPTIONAL: "[~]",
    Mark.WAIVED: "[-]",
    Mark.UNJUDGED: "[?]",
}


def text(lists: Sequence[Checklist]) -> Iterator[str]:
    """The lists, each below its table, and how many tables are ready."""
    if not lists:
        yield "No table of the catalogue is Planned.\n"
        return
    for one in lists:
        yield f"{visible(str(one.table))} ({one.stage}): {_verdict(one)}\n"
        for letter, items in groupby(one.items, key=lambda item: item.letter):
            yield f"\n  {letter} - {SECTION_TITLES[letter]}\n"
            for item in items:
                yield from _lines(item)
        yield "\n"
    ready = sum(one.ready for one in lists)
    yield f"{ready} of {counted(len(lists), 'table')} ready to go Active.\n"


def _verdict(one: Checklist) -> str:
    return "ready" if one.ready else f"not ready, {counted(one.open, 'open item')}"


def _lines(item: Item) -> Iterator[str]:
    code = f"{item.code} " if item.code else ""
    place = f" ({visible(item.at.path)}:{item.at.line})" if item.at else ""
    yield f"    {_SIGNS[item.mark]} {code}{visible(item.text)}{place}\n"
    if item.hint:
        said = "waived" if item.mark is Mark.WAIVED else "hint"
        yield f"        = {said}: {visible(item.hint)}\n"


def json(lists: Sequence[Checklist], failures: Sequence[str]) -> Iterator[str]:
    """One object: the tables with their items, and why not all could be judged."""
    tables = [_table(one) for one in lists]
    yield encoded({"tables": tables, "failures": list(failures)}) + "\n"


def _table(one: Checklist) -> dict[str, Any]:
    return {
        "table": str(one.table),
        "stage": str(one.stage),
        "ready": one.ready,
        "open": one.open,
        "items": [_item(item) for item in one.items],
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "letter": item.letter,
        "mark": str(item.mark),
        "text": item.text,
        "code": item.code,
        "hint": item.hint,
        "path": item.at.path if item.at else None,
        "line": item.at.line if item.at else None,
    }
