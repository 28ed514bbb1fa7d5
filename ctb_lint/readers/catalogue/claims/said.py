"""A sentence of rules with who says it, and the demands that are made of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeVar

from msgspec import Struct

from ctb_lint.demands import Demand, Origin, Strength
from ctb_lint.readers.catalogue.claims.speaker import Speaker

D = TypeVar("D", bound=Demand)


class Said(Struct, frozen=True, kw_only=True):
    """``plain`` is the text without emphasis and without the words that make a value optional,
    ``columns`` are those that it names. A ``SHOULD`` is one of its own words, or a value that is
    only held to something where there is one."""

    plain: str
    columns: tuple[str, ...]
    speaker: Speaker
    origin: Origin
    strength: Strength = Strength.MUST

    def demand(self, kind: type[D], column: str | None = None, **more: Any) -> D:
        """A demand of this sentence on its table or one of its columns."""
        given: dict[str, Any] = {"strength": self.strength, **more}
        return kind(
            table=self.speaker.table,
            column=column,
            origin=self.origin,
            stage=self.speaker.stage,
            **given,
        )

    def each(self, kind: type[D], **more: Any) -> Iterator[D]:
        """The same demand on every column that is named."""
        for column in self.columns:
            yield self.demand(kind, column, **more)


class Phrase(Struct, frozen=True):
    """One family of wordings: what ``demands`` finds in a sentence that has all of ``words``."""

    words: tuple[re.Pattern[str], ...]
    demands: Callable[[Said], Iterator[Demand]]

    def may_stand_in(self, text: str) -> bool:
        """Whether a text has the words without which nothing is demanded."""
        return all(pattern.search(text) for pattern in self.words)


def phrase(*words: re.Pattern[str]) -> Callable[[Callable[[Said], Iterator[Demand]]], Phrase]:
    """Makes a phrase of a function that is only asked about sentences with all of these words."""
    return partial(Phrase, words)
