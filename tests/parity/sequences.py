"""Whole histories made of templates, over so few names that their statements meet."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from hypothesis import strategies as st

_PIECE = re.compile(r"\{(\w+)\}")
_REPEATED = re.compile(r"(\d+)\*")


def _choices(text: str) -> dict[str, tuple[str, ...]]:
    """The templates of ``sequences.txt``, by the piece or kind of statement that they make."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.startswith("[") and line.endswith("]"):
            templates = found.setdefault(line[1:-1], [])
        elif line and not line.startswith("#"):
            repeated = _REPEATED.match(line)
            times, begin = (int(repeated[1]), repeated.end()) if repeated else (1, 0)
            templates += times * [line[begin:]]
    return {name: tuple(templates) for name, templates in found.items()}


_CHOICES = _choices(Path(__file__).with_name("sequences.txt").read_text(encoding="utf-8"))
FIRST = ("PRELUDE", "PRELUDE", "CREATE TABLE")
"""The kinds of statements that stand at the head."""
OFTEN = (
    *(name for name in _CHOICES if name[0].isupper() and name != "PRELUDE"),
    *("CREATE TABLE", "CREATE TABLE", "INDEX", *4 * ("ALTER TABLE",)),
)
"""The kinds of the others, as often as they are drawn."""

Chooser = Callable[[Sequence[str]], str]


def statement(kinds: Sequence[str], choose: Chooser) -> str:
    """One statement of one of the kinds, without a semicolon."""
    text = choose(_CHOICES[choose(kinds)])
    while (piece := _PIECE.search(text)) is not None:
        text = text[: piece.start()] + choose(_CHOICES[piece[1]]) + text[piece.end() :]
    return " ".join(text.split())


@st.composite
def _statements(draw: st.DrawFn, kinds: Sequence[str]) -> str:
    return statement(kinds, lambda choices: draw(st.sampled_from(choices)))


def histories() -> st.SearchStrategy[list[str]]:
    """Histories of 5 to 70 statements, of which the server refuses about two in three: what makes
    tables stands at their head."""
    first = st.lists(_statements(FIRST), min_size=3, max_size=10)
    later = st.lists(_statements(OFTEN), min_size=2, max_size=60)
    return st.builds(lambda one, other: [*one, *other], first, later)
