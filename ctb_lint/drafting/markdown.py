"""Pieces of Markdown, written so that they are read as they are meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ctb_lint.index_rows import row_of

_TICKS = re.compile(r"`+")


def code(text: str) -> str:
    """A code span; one that holds backticks has longer ones around it."""
    runs = {len(run) for run in _TICKS.findall(text)}
    mark = next("`" * size for size in range(1, len(runs) + 2) if size not in runs)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{mark}{pad}{one_line(text)}{pad}{mark}"


def fenced(text: str, language: str) -> str:
    """A block of code; its fence is longer than any run of backticks in it."""
    longest = max((len(run) for run in _TICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def one_line(text: str) -> str:
    """The text in one line."""
    return " ".join(text.split())


def items(texts: Iterable[str]) -> str:
    """A list."""
    return "\n".join(f"- {text}" for text in texts)


def numbered(texts: Iterable[str]) -> str:
    """A numbered list."""
    return "\n".join(f"{number}. {text}" for number, text in enumerate(texts, 1))


def labelled(label: str, texts: Sequence[str], none: str = "None") -> str:
    """A label with the list below it, or with a word where there is nothing to list."""
    return f"**{label}**:\n{items(texts)}" if texts else f"**{label}**: {none}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table."""
    rule = "|" + "|".join("-" * (len(cell) + 2) for cell in head) + "|"
    return "\n".join([row_of(head), rule, *(row_of(row) for row in rows)])


def blocks(parts: Iterable[str]) -> str:
    """Parts with a blank line between them; empty ones are left out."""
    return "\n\n".join(part for part in parts if part)
