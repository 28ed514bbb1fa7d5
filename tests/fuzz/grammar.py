"""SQL made of pieces: every kind of statement, over few names, so that they meet."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import strategies as st

from ctb_lint.readers.sql.kinds import KINDS as KNOWN
from ctb_lint.readers.sql.kinds import Treatment

_PIECE = re.compile(r"\{(\w+)\}")
_STANDS_FOR = {"↵": "\n", "␛": "\x1b", "⇐": "\u202e"}


def _choices(text: str) -> dict[str, tuple[str, ...]]:
    """The templates of ``grammar.txt``, by the piece or kind of statement that they make."""
    for sign, meaning in _STANDS_FOR.items():
        text = text.replace(sign, meaning if meaning != "\n" else "\0")
    found: dict[str, list[str]] = {}
    for line in text.split("\n"):
        if line.startswith("[") and line.endswith("]"):
            templates = found.setdefault(line[1:-1], [])
        elif line and not line.startswith("#"):
            templates.append(line.replace("\0", "\n"))
    return {name: tuple(templates) for name, templates in found.items()}


_CHOICES = _choices(Path(__file__).with_name("grammar.txt").read_text(encoding="utf-8"))
KINDS = {name: templates for name, templates in _CHOICES.items() if name[:1].isupper()}
"""Templates of each kind of statement, by PostgreSQL's node."""
_FOLDED = sorted(name for name, kind in KNOWN.items() if kind.treatment is Treatment.FOLDS)
_CHOICES["b"] = tuple(name for name in _CHOICES["n"] if not re.search(r'^\w+\.|"\."', name))
"""Names without a schema."""
_CHOICES["x"] = tuple(
    template for kind, own in KINDS.items() if kind != "DoStmt" for template in own
)
"""What may stand in a block."""


@st.composite
def statements(draw: st.DrawFn) -> str:
    """One statement of any kind, without a semicolon; most are of kinds that change the schema."""
    kind = draw(st.one_of(*(st.sampled_from(kinds) for kinds in (_FOLDED, _FOLDED, sorted(KINDS)))))
    text = draw(st.sampled_from(KINDS[kind]))
    at = 0
    while (piece := _PIECE.search(text, at)) is not None:
        chosen = draw(st.sampled_from(_CHOICES[piece[1]]))
        text = text[: piece.start()] + chosen + text[piece.end() :]
        at = piece.start()
    return text


def filled(template: str) -> str:
    """A template with the first choice of every piece: plain SQL."""
    while (piece := _PIECE.search(template)) is not None:
        template = template[: piece.start()] + _CHOICES[piece[1]][0] + template[piece.end() :]
    return template


def histories() -> st.SearchStrategy[str]:
    """Several statements, one after another; most find some tables there."""
    between = st.sampled_from(_CHOICES["between"])
    parts = st.lists(st.tuples(statements(), between), min_size=1, max_size=6)
    before = st.sampled_from(("", *_CHOICES["prelude"], *_CHOICES["prelude"]))
    later = parts.map(lambda pairs: "".join(one + stop for one, stop in pairs))
    return st.builds("{}\n{}".format, before, later)
