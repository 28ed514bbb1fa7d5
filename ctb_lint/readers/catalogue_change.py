"""Which sections of the catalogue differ between two states. Pure: texts in.

No Markdown library yet: a section is what stands below a heading of hash signs, up to the next.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from msgspec import structs

from ctb_lint.catalogue import Catalogue
from ctb_lint.changed_files import CatalogueChange
from ctb_lint.model import Location, QualifiedName

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*\Z")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


def catalogue_change(
    path: str, before: Iterable[str], after: Iterable[str], statements: Iterable[Location]
) -> CatalogueChange:
    """What happened to the catalogue, beside the statements that are new in the migrations.

    ``before`` are the former texts of its files, ``after`` those of now; ``path`` is how it is
    shown.
    """
    was, now = (Counter(chain.from_iterable(map(sections, texts))) for texts in (before, after))
    differs = {*(was - now), *(now - was)}
    return CatalogueChange(path, tuple(sorted(differs)), tuple(sorted(statements)))


def with_entries(
    change: CatalogueChange,
    before: Mapping[QualifiedName, str],
    after: Mapping[QualifiedName, str],
) -> CatalogueChange:
    """The change with what became of entries, whose texts in the two states these are."""
    names = before.keys() | after.keys()
    changed = (name for name in names if before.get(name) != after.get(name))
    return structs.replace(change, entries=frozenset(names), changed=frozenset(changed))


def entry_texts(catalogue: Catalogue, texts: Mapping[str, str]) -> dict[QualifiedName, str]:
    """The text of each table's entries, white space at the ends of lines left out."""
    found: dict[QualifiedName, str] = {}
    for entry in catalogue.entries:
        at = entry.whole
        lines = texts.get(at.path, "")[at.start : at.end].splitlines()
        text = "\n".join(line.rstrip() for line in lines).strip()
        found[entry.table] = f"{found[entry.table]}\n{text}" if entry.table in found else text
    return found


def sections(text: str) -> Iterator[str]:
    """Each section of a Markdown text, under all the headings that it stands below."""
    above: list[tuple[int, str]] = []
    lines: list[str] = []
    fence = ""
    for line in text.splitlines():
        opened = _FENCE.match(line)
        heading = None if fence or opened else _HEADING.match(line)
        if heading is None:
            fence = _still_open(fence, opened[1] if opened else "", line)
            lines.append(line.rstrip())
            continue
        yield from _section(above, lines)
        level = len(heading[1])
        above = [one for one in above if one[0] < level] + [(level, heading[2] or "")]
        lines = []
    yield from _section(above, lines)


def _still_open(fence: str, mark: str, line: str) -> str:
    """The mark that closes the block of code that the next line stands in; empty outside."""
    if not fence:
        return mark
    closes = mark.startswith(fence) and line.strip() == mark
    return "" if closes else fence


def _section(above: list[tuple[int, str]], lines: list[str]) -> Iterator[str]:
    body = "\n".join(lines).strip()
    if above or body:
        yield "\n".join([*(title for _, title in above), body])
