"""Real SQL of this repository, and what spoils it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from ctb_lint.registry import load
from tests.examples import files_of

ROOT = Path(__file__).resolve().parents[2]


@cache
def corpus() -> tuple[str, ...]:
    """Every example of every rule, and every migration of the example projects."""
    examples = [e for rule in load().values() for e in (*rule.valid, *rule.invalid)]
    texts = {text for example in examples for text in files_of(example).values()}
    for path in (ROOT / "examples").rglob("*.sql"):
        texts.add(path.read_text(encoding="utf-8"))
    return tuple(sorted(text for text in texts if text.strip()))


_ODD = (
    "'", '"', "$$", "$x$", ";", "(", ")", "/*", "*/", "--", "\\", "\\.\n", "\r", "\r\n", "\n", "\t",
    "{{ x }}", "${X}", "\x1b[2J", "\x85", "\u2028", "\u202e", "\ufeff", "é", "日本", "😀",
    "\x7f", "\x01",
    "[", "]", ",", "::", "E'\\", "U&'", "BEGIN ATOMIC", "COPY a FROM stdin;\n", "CREATE TABLE ",
    "0x",
    "1e", "%s", ":name", "`a`", "#", "ALTER TABLE a ", "DO $$ BEGIN ", " END $$;", "\x0b", "\x0c",
    "\xa0", "\u3000", "GO\n", "\\i x\n", " NOT NULL ", "\n\\.\n", "'\n'", "$1", "->>",
)  # fmt: skip


@st.composite
def spoiled(draw: st.DrawFn) -> str:
    """A text of the corpus, or two, after some accidents."""
    text = draw(st.sampled_from(corpus()))
    for _ in range(draw(st.integers(0, 5))):
        at = draw(st.integers(0, len(text)))
        to = min(len(text), at + draw(st.integers(0, 40)))
        accident = draw(st.sampled_from(("cut", "drop", "double", "odd", "splice", "any", "swap")))
        if accident == "cut":
            text = text[:at]
        elif accident == "drop":
            text = text[:at] + text[to:]
        elif accident == "double":
            text = text[:to] + text[at:]
        elif accident == "odd":
            text = text[:at] + draw(st.sampled_from(_ODD)) + text[at:]
        elif accident == "splice":
            text = text[:at] + draw(st.sampled_from(corpus())) + text[at:]
        elif accident == "any":
            text = text[:at] + draw(_CHARACTERS) + text[to:]
        else:
            text = text[to:] + text[:at]
    return text


_CHARACTERS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@st.composite
def encoded(draw: st.DrawFn) -> bytes:
    """The bytes of a spoiled text, in some encoding, with bytes changed."""
    text = draw(spoiled())
    encoding = draw(
        st.sampled_from(("utf-8", "utf-8-sig", "utf-16", "utf-32", "latin-1", "cp1252"))
    )
    data = bytearray(text.encode(encoding, "replace"))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(data)))
        data[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=4))
    return bytes(data)
