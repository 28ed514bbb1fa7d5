"""The source line of a finding with its span underlined, to the exact terminal cell."""

from __future__ import annotations

from msgspec import Struct

from ctb_lint.model import Location
from ctb_lint.reporters.sanitise import visible

TAB = "    "
CUT = "…"
LINE_ENDS = ("\n", "\r")
"""What the reader counts lines by; a CRLF is one, and both of it end the text of a line."""


class Excerpt(Struct, frozen=True):
    """A line to show, as three parts, and the marks below it.

    ``indent`` is the number of cells before the marks. All is safe to print.
    """

    before: str
    marked: str
    after: str
    indent: int
    marks: str


def excerpt(text: str, at: Location, width: int) -> Excerpt | None:
    """The first line of the span, cut to ``width`` cells around it.

    None where the location lies outside the text.
    """
    if at.start > len(text):
        return None
    # No more than what can be shown is looked at: a file may be one line of ten megabytes.
    reach = 4 * width
    floor, ceiling = max(0, at.start - reach), min(len(text), at.start + reach)
    start = max(text.rfind(end, floor, at.start) + 1 for end in LINE_ENDS) or floor
    end = _line_end(text, at.start, ceiling)
    stop = min(max(at.start, at.end), end)
    before = _shown(text[start : at.start])
    marked = _shown(text[at.start : stop])
    after = _shown(text[stop:end].rstrip())
    cut_before = start == floor > 0 and text[floor - 1] not in LINE_ENDS
    cut_after = end == ceiling < len(text) and text[ceiling] not in LINE_ENDS
    return _fitted(
        CUT + before if cut_before else before,
        marked,
        after + CUT if cut_after else after,
        width,
        goes_on=bool(text[end : min(at.end, end + reach)].strip()),
    )


def cells(text: str) -> int:
    """How many cells of a terminal the text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _line_end(text: str, start: int, ceiling: int) -> int:
    found = [text.find(end, start, ceiling) for end in LINE_ENDS]
    return min((place for place in found if place >= 0), default=ceiling)


def _shown(text: str) -> str:
    return visible(text.replace("\t", TAB))


def _fitted(before: str, marked: str, after: str, width: int, goes_on: bool) -> Excerpt:
    """Cuts what does not fit: first around the span, then the span itself."""
    wanted = cells(marked)
    if cells(before) + wanted + cells(after) > width:
        context = max(width // 4, 1)
        if wanted > width - 2 * context:
            marked, after = _head(marked, width - 2 * context), ""
            wanted = cells(marked)
        before = _tail(before, max(context, width - wanted - cells(after)))
        after = _head(after, width - wanted - cells(before))
    marks = "^" * max(1, wanted) + (CUT if goes_on else "")
    return Excerpt(before, marked, after, cells(before), marks)


def _head(text: str, width: int) -> str:
    """As much of the beginning as fits, with a mark where something was cut."""
    if cells(text) <= width:
        return text
    kept, used = 0, 1
    for character in text:
        used += cells(character)
        if used > width:
            break
        kept += 1
    return text[:kept] + CUT


def _tail(text: str, width: int) -> str:
    """As much of the end as fits, with a mark where something was cut."""
    if cells(text) <= width:
        return text
    kept, used = len(text), 1
    for character in reversed(text):
        used += cells(character)
        if used > width:
            break
        kept -= 1
    return CUT + text[kept:]
