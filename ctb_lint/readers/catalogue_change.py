"""Which sections of the catalogue differ between two states. Pure: two texts in.

No Markdown library yet: a section is what stands below a heading of hash signs, up to the next.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from ctb_lint.history import CatalogueChange
from ctb_lint.model import Location

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*\Z")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


def catalogue_change(
    path: str, before: str | None, after: str, statements: Iterable[Location]
) -> CatalogueChange:
    """What happened to the catalogue, beside the statements that are new in the migrations.

    ``before`` is its former text, None where there was none; ``path`` is how it is shown.
    """
    was, now = Counter(sections(before or "")), Counter(sections(after))
    differs = {*(was - now), *(now - was)}
    return CatalogueChange(path, tuple(sorted(differs)), tuple(sorted(statements)))


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
