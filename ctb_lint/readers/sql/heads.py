"""Files that the configuration puts at the head of a history: dumps, and histories of one file."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from ctb_lint.readers.sql.layout import HistoryFiles


def with_heads(found: Sequence[HistoryFiles], heads: Sequence[HistoryFiles]) -> list[HistoryFiles]:
    """The histories with the entries of each head before those of the first history at its root.

    A head whose root has no history becomes one. No other history keeps a file of a head.
    """
    taken = {entry.file for head in heads for entry in head.entries}
    freed = [replace(h, entries=tuple(e for e in h.entries if e.file not in taken)) for h in found]
    freed = [history for history in freed if history.entries or history.skipped]
    for head in heads:
        own = next((i for i, history in enumerate(freed) if history.root == head.root), None)
        if own is None:
            freed.append(head)
        else:
            freed[own] = replace(freed[own], entries=(*head.entries, *freed[own].entries))
    return freed
