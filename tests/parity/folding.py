"""Which statements change the model: watched while the reader folds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from ctb_lint.history import Statement
from ctb_lint.model import Location
from ctb_lint.readers.sql.fold import history
from ctb_lint.readers.sql.fold.context import Folding
from ctb_lint.readers.sql.made import Known
from ctb_lint.readers.sql.state import State
from ctb_lint.readers.sql.statements import Parsed

_MODEL = (
    "tables", "views", "enums", "domains", "types", "sequences", "functions", "schemas",
    "extensions", "unknown",
)  # fmt: skip


@contextmanager
def watched_fold() -> Iterator[dict[Location, bool]]:
    """For every statement folded inside, by its place: did it change the model?

    Comparing the state is cheap, since most objects are the very same before and after; freezing
    it into a Schema after each of thousands of statements would not be.
    """
    fold_statement = history.fold_statement
    changed: dict[Location, bool] = {}

    def watched(f: Folding, part: Parsed, known: Known | None = None) -> Statement:
        before = f.state.snapshot()
        statement = fold_statement(f, part, known)
        changed[statement.location] = not _same(before, f.state)
        return statement

    with patch.object(history, "fold_statement", watched):
        yield changed


def _same(before: State, after: State) -> bool:
    return all(getattr(before, name) == getattr(after, name) for name in _MODEL)
