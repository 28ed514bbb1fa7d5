"""Which tables are looked at at once for the values that they share, so that few looks answer many
questions and none holds a snapshot for long."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations

from msgspec import Struct

from ctb_lint.model import QualifiedName
from ctb_lint.readers.postgres.rows.shapes import ColumnShape, Shape
from ctb_lint.rows import Overlap

_MOST = 100
"""So many tables, and the same number of others, are looked at at once: a transaction may lock some
thousand tables and indexes, and no more."""
_AFFORDABLE = 1_000_000
"""So many rows are looked at in one transaction where the tables cannot be cut into ranges."""


class Part(Struct, frozen=True):
    """One of the tables, and the column whose values are meant. Those of one ``kind`` all compare
    the same way; None where that is not known."""

    shape: Shape
    column: ColumnShape
    name: tuple[QualifiedName, str]
    kind: tuple[int, str] | None

    @property
    def is_sorted(self) -> bool:
        return self.column.builtin and self.shape.index_on(self.column.name) is not None


class Question(Struct, frozen=True):
    """What is asked of the first of the parts; the others are of one kind."""

    check: Overlap
    parts: tuple[Part, ...]


class Look(Struct, frozen=True):
    """Tables that are looked at at once, to find the values of each of the first ``asked`` that
    one of those behind it has, too: only of those behind all of ``asked`` where they are ``apart``.
    """

    parts: tuple[Part, ...]
    asked: int
    apart: bool = True

    @property
    def halves(self) -> tuple[Look, ...]:
        """Smaller looks that together hold the same tables against each other."""
        if not self.apart:
            half = len(self.parts) // 2
            ends = self.parts[:half], self.parts[half:]
            own = (Look(one, len(one) - 1, apart=False) for one in ends if len(one) > 1)
            return (*own, Look(self.parts, half))
        first, others = self.parts[: self.asked], self.parts[self.asked :]
        if len(first) > len(others):
            half = len(first) // 2
            return tuple(Look((*one, *others), len(one)) for one in (first[:half], first[half:]))
        half = len(others) // 2
        return tuple(Look((*first, *one), len(first)) for one in (others[:half], others[half:]))

    def behind(self, number: int) -> int:
        """The last of the parts that a part is not held against."""
        return self.asked - 1 if self.apart else number

    def check(self, number: int) -> Overlap:
        """What this asks of one of the parts."""
        held_against = self.parts[self.behind(number) + 1 :]
        return Overlap((self.parts[number].name, *(part.name for part in held_against)))


Size = Callable[[QualifiedName], float]
Answers = tuple[Look, list[tuple[int, Overlap]]]
"""A look, with the numbers of the parts that are asked about and the checks for which they are."""


def looks(size: Size, questions: Iterable[Question]) -> Iterator[Answers]:
    """How to find the answers."""
    alike: defaultdict[object, list[Question]] = defaultdict(list)
    for question in questions:
        first, second = question.parts[:2]
        if first.kind is not None and first.kind == second.kind:
            alike[first.kind].append(question)
        else:
            yield from _alone(size, question)
    for group in alike.values():
        every = {part.name: part for one in group for part in one.parts}
        order = sorted(every)
        place = {name: number for number, name in enumerate(order)}
        together = {
            one.parts[0].name: one
            for one in group
            if [part.name for part in one.parts] == order[place[one.parts[0].name] :]
        }
        if len(together) < 2:
            together = {}
        for one in group:
            if together.get(one.parts[0].name) is not one:
                yield from _alone(size, one)
        checks = {name: one.check for name, one in together.items()}
        yield from _together(size, [every[name] for name in order], checks)


def _together(
    size: Size,
    parts: Sequence[Part],
    checks: Mapping[tuple[QualifiedName, str], Overlap],
) -> Iterator[Answers]:
    """Looks that hold every table against all behind it."""
    if not checks:
        return
    blocks = [tuple(parts[at : at + _MOST]) for at in range(0, len(parts), _MOST)]
    looks = [Look(block, len(block) - 1, apart=False) for block in blocks if len(block) > 1]
    looks += [Look((*one, *other), len(one)) for one, other in combinations(blocks, 2)]
    for look in chain.from_iterable(_affordable(size, one) for one in looks):
        names = enumerate(part.name for part in look.parts[: look.asked])
        answers = [(number, checks[name]) for number, name in names if name in checks]
        if answers:
            yield look, answers


def _alone(size: Size, question: Question) -> Iterator[Answers]:
    """Looks for one question, each at as many tables as can be looked at at once."""
    first, *others = question.parts
    for at in range(0, len(others), _MOST):
        for look in _affordable(size, Look((first, *others[at : at + _MOST]), 1)):
            yield look, [(0, question.check)]


def _affordable(size: Size, look: Look) -> Iterator[Look]:
    """The look, in parts where it would hold a snapshot for long. What holds two tables against
    each other has no parts."""
    if len(look.parts) == 2 or _is_affordable(size, look.parts):
        yield look
    else:
        for half in look.halves:
            yield from _affordable(size, half)


def _is_affordable(size: Size, parts: Sequence[Part]) -> bool:
    """Whether a look at all of the tables holds no snapshot for long."""
    if all(part.is_sorted for part in parts) and len({part.kind for part in parts}) == 1:
        return True
    return sum(size(part.shape.name) for part in parts) <= _AFFORDABLE
