"""What a catalogue refers to: links, and paths that stand as code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from ctb_lint.catalogue import Link, LinkKind
from ctb_lint.readers.catalogue.lines import Piece, codes
from ctb_lint.readers.catalogue.sentences import written
from ctb_lint.readers.catalogue.source import Source

_INLINE = re.compile(
    r"!?\[(?P<text>[^\[\]\n]{0,300})\]\(\s*(?:<(?P<angled>[^<>\n]{1,500})>|(?P<target>[^()\s<>]{1,500}))"
    r"(?:\s+[\"'(][^\"'()\n]{0,300}[\"')])?\s*\)"
)
_DEFINED = re.compile(r"\[(?P<text>[^\[\]\n]{1,300})\]:\s+<?(?P<target>[^\s<>]{1,500})>?")
_AUTO = re.compile(r"<(?P<target>https?://[^\s<>]{1,500})>")
_CODE = re.compile(r"`[^`\n]*`")
_PATH = re.compile(
    r"(?:\.{0,2}/)?(?:[\w.@{}*-]+/)+[\w.@{}*-]*(?:#[\w-]*)?"
    r"|[\w-][\w.-]{0,100}\.(?:md|sql|json|ya?ml|py|sh|ts|js|toml|txt|html|mmd)(?:#[\w-]*)?"
)
_NOT_IN_SLUGS = re.compile(r"[^\w\- ]")


def links_of(source: Source, piece: Piece) -> Iterable[Link]:
    """The links in a piece of text, in order of their kind and place."""
    text = piece.text
    if "`" not in text and "[" not in text and "<" not in text:
        return ()
    return _links(source, piece) if piece.end - piece.start == len(text) else ()


def _links(source: Source, piece: Piece) -> Iterator[Link]:
    text = piece.text
    if "[" in text or "<" in text:
        masked = _CODE.sub(lambda match: " " * len(match.group()), text)
        for pattern in (_INLINE, _DEFINED, _AUTO):
            for match in pattern.finditer(masked):
                group = "target" if match["target"] else "angled"
                target = Piece(
                    match[group], piece.start + match.start(group), piece.start + match.end(group)
                )
                shown = match.groupdict().get("text") or target.text
                yield Link(LinkKind.LINK, shown, written(source, target))
    for code in codes(piece) if "/" in text or "." in text else ():
        if ("/" in code.text or "." in code.text) and _PATH.fullmatch(code.text):
            yield Link(LinkKind.PATH, code.text, written(source, code))


def slug_of(heading: str, taken: dict[str, int]) -> str:
    """The anchor of a heading as GitHub makes it; ``taken`` counts those of the file so far."""
    text = unicodedata.normalize("NFC", heading.strip().lower())
    base = _NOT_IN_SLUGS.sub("", text.replace("`", "")).replace(" ", "-")
    count = taken.get(base, 0)
    taken[base] = count + 1
    return f"{base}-{count}" if count else base
