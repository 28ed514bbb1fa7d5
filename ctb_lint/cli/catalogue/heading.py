"""The heading of a new entry where the configuration says how headings read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from ctb_lint.cli.trouble import RunError

if TYPE_CHECKING:
    from ctb_lint.cli.catalogue.sources import Sources
    from ctb_lint.drafting.entry import Draft


def headed(draft: Draft, given: Sources) -> Draft:
    """The draft with a heading by which its entry is found: as the last entry has it, else as the
    configured expression asks for. Raises RunError where that finds no such name."""
    from ctb_lint.heading_pattern import heading_pattern

    source = given.config.headings.entry
    if source is None:
        return draft
    pattern = heading_pattern(source)
    around = _like_the_last(draft, given)
    if around:
        before, behind = around
        end = len(before) + len(draft.name)
        if pattern.find(before + draft.name + behind) == (len(before), end):
            return structs.replace(draft, around=around)
    around = pattern.around(draft.name, draft.number)
    if around is None:
        raise RunError(
            f"catalogue.entry finds no heading of a table that is called {draft.name}",
            path=given.config.file,
            hint="let the group of the name match such a name, too",
        )
    return structs.replace(draft, around=around)


def _like_the_last(draft: Draft, given: Sources) -> tuple[str, str] | None:
    """What stands before and behind the name in the heading of the last entry, with the number of
    this one."""
    from ctb_lint.drafting.edits import line_end

    found = given.catalogue
    if found is None or not found.catalogue.entries:
        return None
    last = found.catalogue.entries[-1]
    text = found.texts[last.whole.path]
    start, end = last.whole.start, line_end(text, last.whole.start)
    if not start <= last.at.start <= last.at.end <= end:
        return None
    before, behind = text[start : last.at.start], text[last.at.end : end].rstrip(" \t#")
    if draft.number is not None and last.number is not None:
        before = before.replace(str(last.number), str(draft.number), 1)
    return before, behind
