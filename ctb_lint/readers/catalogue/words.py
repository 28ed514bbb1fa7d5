"""What headings, labels and names of fields mean, however they are worded."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from functools import lru_cache

from ctb_lint.demands import Stage
from ctb_lint.headings import Headings

_NUMBER = re.compile(r"\s*(?:§\s*)?(?:\d{1,9}\.){0,5}(\d{1,9})(?:[.):]\s*|\s+(?=\S))")
_WORD = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*")
_EMPHASIS = re.compile(r"\*{1,3}|~~|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)")
_SYMBOLS = frozenset({"So", "Sk", "Cn", "Co", "Cf", "Me"})
_EMOJI_PARTS = "\u200d\ufe0e\ufe0f\u20e3"
_SECTION_WORDS = {
    "S": {"structure", "structures", "schema", "structural"},
    "T": {"traceability", "traceable", "tracing", "trace", "provenance"},
    "A": {
        "authentication", "authorization", "authorisation", "authn", "authz", "auth", "access",
        "access control", "permissions",
    },
    "M": {"migration", "migrations"},
    "P": {"purpose", "purposes"},
    "E": {"enforcement", "enforced"},
    "D": {"dependencies", "dependency", "dependence"},
}  # fmt: skip
_LETTER = re.compile(
    r"(?P<open>[(\[]?)(?P<letter>[STAMPED])(?P<close>[)\]]?)"
    r"(?P<mark>\s*[-–—:.|/=]|)(?:\s+|\Z|(?<=[-–—:|/=]))(?P<rest>.*)",
    re.DOTALL,
)
_LETTER_BEHIND = re.compile(r"(?P<rest>.{1,200}?)\s*[(\[](?P<letter>[STAMPED])[)\]]")
_FILLER = frozenset({"and", "or", "of", "the", "section", "und", "data", "control", "rules"})
FIELD_NAMES = {
    "barton-id": {"barton id", "barton", "bid", "barton identifier", "barton number"},
    "heir-id": {"heir id", "heir", "heir identifier"},
    "status": {"status", "state", "stage", "lifecycle", "life cycle"},
    "created": {
        "created", "creation date", "date created", "created on", "created at", "introduced",
        "since",
    },
    "author": {"author", "authors", "created by", "written by", "owner", "creator"},
    "modified": {
        "last modified", "modified", "last updated", "updated", "last change", "last changed",
        "changed", "last modification", "modification date", "last update",
    },
    "target": {
        "target date", "target", "planned for", "due", "due date", "target release", "eta",
        "expected",
    },
    "table": {"table", "table name", "relation"},
}  # fmt: skip
"""The names of an entry's header fields, in words; ``Headings.fields`` adds to them."""

DOCUMENT_FIELDS = {
    "review-schedule": {"review schedule", "review cycle", "reviewed", "review interval", "review"},
    "next-review": {"next review", "next review date", "review due", "next review due"},
    "updated": {
        "last updated",
        "updated",
        "last update",
        "last modified",
        "last changed",
        "last change",
    },
    "total": {"total tables", "tables", "tables in total", "number of tables", "total"},
    "maintainer": {"maintainer", "maintainers", "maintained by", "owner"},
    "schema-version": {"schema version", "version", "catalogue version", "catalog version"},
    "database": {"database", "primary database"},
    "ctb-version": {"ctb version"},
}
_FIELD_KEYS = {name: key for key, names in FIELD_NAMES.items() for name in names}
_DOCUMENT_KEYS = {name: key for key, names in DOCUMENT_FIELDS.items() for name in names}
_STAGES = {
    "active": Stage.ACTIVE,
    "planned": Stage.PLANNED,
    "built-in": Stage.BUILT_IN,
    "builtin": Stage.BUILT_IN,
    "built in": Stage.BUILT_IN,
}
_STAGE = re.compile(r"(?P<first>[^()\[\]]{1,60}?)\s*(?:[(\[](?P<second>[^()\[\]]{1,60})[)\]])?")


class _Shown(dict[int, str]):
    """What each character leaves of itself, by its code: nothing where it only adorns."""

    def __missing__(self, code: int) -> str:
        c = chr(code)
        adorns = c in _EMOJI_PARTS or (c not in "°§" and unicodedata.category(c) in _SYMBOLS)
        self[code] = "" if adorns else c
        return self[code]


_SHOWN = _Shown()


@lru_cache(maxsize=8192)  # the same names stand in every entry
def undressed(text: str) -> str:
    """The text without emoji and emphasis; code spans keep their marks."""
    if not text.isascii():
        text = text.translate(_SHOWN)
    if "*" in text or "_" in text or "~" in text:
        text = _EMPHASIS.sub("", text)
    return " ".join(text.split())


def numbered(text: str) -> tuple[int | None, str]:
    """The number that a heading begins with, and the rest of it; 3 of ``2.3 users``."""
    match = _NUMBER.match(text)
    if match is None or not text[match.end() :].strip():
        return None, text.strip()
    return int(match[1]), text[match.end() :].strip()


def words(text: str) -> tuple[str, ...]:
    """The words of a text in lower case: no marks, emoji or underscores."""
    return tuple(word.lower() for word in _WORD.findall(text))


@lru_cache(maxsize=8192)
def spoken(text: str) -> str:
    """The words of a text in one line."""
    return " ".join(words(text))


@lru_cache(maxsize=8192)
def speaks_of(text: str, phrases: tuple[str, ...]) -> bool:
    """Whether one of the phrases stands in the text, word by word."""
    said = f" {spoken(text)} "
    return any(f" {spoken(phrase)} " in said for phrase in phrases if spoken(phrase))


@lru_cache(maxsize=8192)
def stamped(text: str, *, label: bool = False) -> tuple[str, str] | None:
    """The STAMPED letter that a heading stands for and its title, or None.

    ``S - Structure``, ``S: Structure``, ``(S) Structure``, ``S Structure``, ``Structure (S)``,
    ``Structure``; behind a letter and a mark any title does. A ``label`` is a line of text, of
    which less is believed: the title must be the section's own.
    """
    plain = numbered(undressed(text))[1].rstrip(":").strip()
    if not plain or len(plain) > 200:
        return None
    match = _LETTER.fullmatch(plain)
    if match:
        letter, rest = match["letter"], match["rest"].strip(" -–—:.|/=")
        marked = bool(match["mark"].strip(" .")) or bool(match["open"] and match["close"])
        believed = not label and (not rest or marked)
        if believed or _titles(rest, letter):
            return letter, rest or plain
    match = _LETTER_BEHIND.fullmatch(plain)
    if match and (not label or _titles(match["rest"], match["letter"])):
        return match["letter"], match["rest"].strip()
    for letter in _SECTION_WORDS:
        if _titles(plain, letter, whole=True):
            return letter, plain
    return None


def _titles(text: str, letter: str, *, whole: bool = False) -> bool:
    """Whether the words are the section's: its first is, or with ``whole`` all of them are."""
    spoken = words(text)
    known = _SECTION_WORDS[letter]
    if not spoken:
        return False
    if whole:
        if text[-1] in ".!?" or (letter == "S" and spoken[0] == "schema"):
            return False
        return spoken[0] in known and all(word in known | _FILLER for word in spoken)
    return spoken[0] in known


def section_of(text: str, headings: Headings, *, label: bool = False) -> tuple[str, str] | None:
    """As ``stamped``, with the titles that the configuration adds."""
    if headings.sections:
        plain = numbered(undressed(text))[1].rstrip(":").strip()
        said = spoken(plain)
        for letter, titles in headings.sections.items():
            if said and any(said in (spoken(one), spoken(f"{letter} {one}")) for one in titles):
                return letter, plain
    return stamped(text, label=label)


def field_key(name: str, headings: Headings) -> str:
    """What the name of an entry's header field means; empty where it is no such field."""
    return added_key(name, headings, FIELD_NAMES) or _FIELD_KEYS.get(spoken(name), "")


def document_key(name: str, headings: Headings) -> str:
    """What the name of a field of the whole document means; empty where it is none."""
    return added_key(name, headings, DOCUMENT_FIELDS) or _DOCUMENT_KEYS.get(spoken(name), "")


def added_key(name: str, headings: Headings, keys: Container[str]) -> str:
    """Which of the keys a name means by the configuration; empty where it is none of them."""
    if not headings.fields:
        return ""
    said = spoken(name)
    return next(
        (
            key
            for key, names in headings.fields.items()
            if key in keys and any(said == spoken(other) for other in names)
        ),
        "",
    )


def stage_of(text: str, headings: Headings) -> Stage:
    """The stage that a status names: ``Active``, ``Planned``, ``Active (Built-in)``. UNKNOWN where
    it is none that is known."""
    plain = undressed(text).strip("`\"' .").lower()
    match = _STAGE.fullmatch(plain)
    if match is None:
        return Stage.UNKNOWN
    known = {spoken(word): stage for word, stage in headings.stages.items()}
    first, second = (
        known.get(spoken(part or ""), _STAGES.get((part or "").strip()))
        for part in (match["first"], match["second"])
    )
    if first is None:
        return Stage.UNKNOWN
    return second if second is Stage.BUILT_IN else first


def shortened(text: str) -> str:
    """The text for a message: cut where it is long."""
    return text if len(text) <= 60 else f"{text[:59]}…"
