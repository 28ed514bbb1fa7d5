"""A link leads to a heading that the catalogue does not have.

The browser stays at the top of the page, and the reader believes that the part was never written.
Mostly a heading was renamed, or numbered anew, and the link was forgotten.

Write the anchor of the heading as it is now: in lower case, a hyphen for each blank, marks left
out.

    [the orders](#1-orders)

Only links into the catalogue's own files are judged.
"""

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import unquote

from ctb_lint.catalogue import Catalogue, Link, LinkKind
from ctb_lint.claims import ClaimKind
from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.rule import WARNING, Finding, rule

_OWN_ANCHOR = re.compile(r"\b(?:id|name)\s*=\s*[\"']?([^\s\"'>]+)|\{\s*#([^\s}]+)[^}]*\}")
_NOT_SPOKEN = re.compile(r"[\W_]")
_NO_LETTER = re.compile(r"[\W\d_]")


@rule("T015", severity=WARNING, claims=(ClaimKind.LINK,))
def broken_link(catalogue: Catalogue) -> Iterator[Finding]:
    links = [(link, *_target(link)) for link in catalogue.links if "#" in link.target.text]
    if not links:
        return
    anchors: dict[str, dict[str, str]] = {path: {} for path in catalogue.paths}
    for heading in catalogue.headings:
        anchors[heading.at.path][_bare(heading.slug)] = heading.slug
    for path, written in _own_anchors(catalogue):
        anchors[path][_bare(written)] = written
    renumbered = {
        (path, _letters(slug)): slug for path in anchors for slug in anchors[path].values()
    }
    seen: set[tuple[str, str]] = set()
    for link, path, anchor in links:
        known = anchors.get(path)
        if known is None or not _bare(anchor) or _bare(anchor) in {"top", *known}:
            continue
        if (link.target.at.path, link.target.text) in seen:
            continue
        seen.add((link.target.at.path, link.target.text))
        yield Finding(
            message=f"the link to {link.target.text} leads nowhere: {path} has no such heading",
            object=ObjectId(ObjectKind.FILE, None, None, link.target.at.path),
            at=link.target.at,
            facet=link.target.text,
            hint=_hint(path, anchor, renumbered),
        )


def _target(link: Link) -> tuple[str, str]:
    """The file that a link leads to, as the catalogue's paths name it, and the anchor."""
    own = link.target.at.path
    place, _, anchor = link.target.text.partition("#")
    if link.kind is not LinkKind.LINK or "://" in place:
        return "", ""
    folder = posixpath.dirname(own)
    return (posixpath.normpath(posixpath.join(folder, place)) if place else own), unquote(anchor)


def _own_anchors(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """The anchors that are written out, with the paths of their files."""
    for heading in catalogue.headings:
        yield from ((heading.at.path, name) for name in _named(heading.text))
    inside = (sentence for entry in catalogue.entries for sentence in entry.sentences)
    for sentence in (*catalogue.sentences, *inside):
        yield from ((sentence.at.path, name) for name in _named(sentence.text))


def _named(text: str) -> list[str]:
    if "=" not in text and "#" not in text:
        return []
    return [first or second for first, second in _OWN_ANCHOR.findall(text)]


def _hint(path: str, anchor: str, renumbered: dict[tuple[str, str], str]) -> str:
    """What to type, where a heading differs in its number only."""
    near = renumbered.get((path, _letters(anchor))) if _letters(anchor) else None
    return f"write `#{near}`" if near else "name a heading that is there"


def _letters(anchor: str) -> str:
    return _NO_LETTER.sub("", anchor.casefold())


def _bare(anchor: str) -> str:
    """What of an anchor no two ways to make one differ in: its letters and digits."""
    return _NOT_SPOKEN.sub("", anchor.casefold())


VALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    # Our data

    See [the orders](#1-orders), [the figures](#-schema-statistics), [the second](#notes-1),
    [this file](SCHEMA_REFERENCE.md#our-data), [the top](#), [elsewhere](docs/README.md#migrations),
    `docs/README.md#nothing` and <https://example.org/#part>. `[no link](#at-all)`

    ## Notes

    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    ## 📈 Schema Statistics

    ## Notes
    """,
    # Anchors that are written out.
    """
    -- file: SCHEMA_REFERENCE.md
    # Our data

    Go to [the orders](#all-orders) or to [their lines](#lines).

    <a id="all-orders"></a>
    ## Orders

    ## Positions {#lines}
    """,
]

INVALID = [
    """
    -- file: SCHEMA_REFERENCE.md
    # Our data

    See [the orders](#2-orders), <!--! T015 -->
    [the old name](SCHEMA_REFERENCE.md#old-data) and <!--! T015 -->
    [the orders](#2-orders) again.

    ### 1. orders

    **Barton ID**: `BID-DATA-001`
    """,
]
