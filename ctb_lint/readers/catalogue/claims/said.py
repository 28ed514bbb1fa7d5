"""A sentence of rules with who says it, and the demands that are made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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


Phrase = Callable[[Said], Iterator[Demand]]
"""What one family of wordings demands; nothing where a sentence has none of them."""
