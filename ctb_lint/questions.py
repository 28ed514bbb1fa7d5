"""Questions that stand in a catalogue where only a person knows the answer.

A draft asks instead of inventing: ``**Business Purpose**: TBD: what is the table for?``. People
write such marks, too. What begins with one says nothing yet.
"""

from __future__ import annotations

import re

MARK = "TBD"
"""What a question begins with."""

_ASKS = re.compile(
    r"[\s*_~>([{?!-]*(?:tbd|tba|todo|fixme|to be (?:added|announced|de(?:cid|fin|termin)ed|done))\b"
    r"(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_NAMED = re.compile(r"[^:\n]{1,80}:[\s*_]*(?=\S)")


def question(text: str) -> str:
    """A question as a draft has it."""
    return f"{MARK}: {text}"


def asks(text: str) -> bool:
    """Whether a text says only that somebody has to say it."""
    return _ASKS.match(text) is not None


def asked_in(text: str) -> str | None:
    """What a sentence asks: all of it, or what it has behind its name (``Author: TBD: who?``);
    None where it says something. Empty where only the mark stands there."""
    said = text.lower()
    # Nearly all of a catalogue is asked, and asks nothing: this is the fastest way to say so.
    if not (
        "tbd" in said or "tba" in said or "todo" in said or "fixme" in said or "to be " in said
    ):
        return None
    match = _ASKS.match(text)
    if match is None:
        named = _NAMED.match(text)
        match = _ASKS.match(text, named.end()) if named else None
    return match["rest"].strip(" :*_-\u2013\u2014") if match else None


def questions_in(text: str) -> int:
    """How many questions a draft asks."""
    return len(re.findall(rf"\b{MARK}: ", text))
