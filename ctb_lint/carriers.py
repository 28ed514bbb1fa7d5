"""Which columns could hold what ties two tables together, where no foreign key says so.

Of names people make references: ``user_id`` and ``owner_id`` of users, ``created_by`` behind an
edge that says "creates". What could carry an edge is no more than that; nothing enforces it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations

from msgspec import Struct

from ctb_lint.datatypes import family, same_family_for_foreign_key
from ctb_lint.model import Column, ConstraintKind, QualifiedName, Schema, Table
from ctb_lint.standard import Standard

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W_A-Za-z\d]+")
_MARKS = frozenset({"id", "ids", "uuid", "guid", "key", "ref", "fk", "by"})
"""The last words of columns that refer to something."""
_ANYTHING = frozenset({"entiti", "object", "subject", "target", "sourc", "item", "record", "row"})
"""Stems of words in references that may lead to any table."""
_NO_REFERENCES = frozenset({"date/time", "boolean", "json", "binary", "bits"})
"""Families of types that keys are not of."""
_VERB_ENDINGS = ("ing", "ed", "e")
_SHORTEST = 3


class Carrier(Struct, frozen=True):
    """A column that could hold a key of ``target``. ``key`` is the target's primary key, None where
    a foreign key of the column could not point at it."""

    table: QualifiedName
    column: str
    target: QualifiedName
    key: str | None = None


class Carriers:
    """Looks for carriers among the tables of a schema."""

    def __init__(self, schema: Schema, standard: Standard) -> None:
        self._own = {standard.unique_id, standard.process_id, standard.layer, standard.created_at}
        self._own |= {standard.registry.unique_id, standard.registry.process_id}
        self._tables: defaultdict[tuple[str, ...], set[QualifiedName]] = defaultdict(set)
        """The tables by their names and all parts of those."""
        self._whole = {words_of(name.name) for name in schema.tables}
        for name in schema.tables:
            for part in _parts(words_of(name.name)):
                self._tables[part].add(name)

    def between(self, one: Table, other: Table, label: str = "") -> tuple[Carrier, ...]:
        """The columns of either table that could refer to the other, those that are named after
        it first. ``label`` is what is written at the edge."""
        pairs = [(one, other)] if one.name == other.name else [(one, other), (other, one)]
        found = [carrier for pair in pairs for carrier in self._of(*pair, label)]
        return tuple(carrier for _, carrier in sorted(found, key=lambda ranked: ranked[0]))

    def _of(self, holder: Table, target: Table, label: str) -> Iterator[tuple[int, Carrier]]:
        keys = list(_keys(target))
        taken = {
            name for key in holder.constraints_of(ConstraintKind.FOREIGN) for name in key.columns
        }
        for column in holder.columns:
            if column.name in self._own | taken or _is_own_key(holder, column):
                continue
            if family(column.type) in _NO_REFERENCES:
                continue
            fitting = [key.name for key in keys if _fits(column, key)]
            rank = self._rank(column, holder, target, fitting, label)
            if rank is not None:
                key = next((name for name in fitting if _is_primary(target, name)), None)
                yield rank, Carrier(holder.name, column.name, target.name, key)

    def _rank(
        self, column: Column, holder: Table, target: Table, fitting: list[str], label: str
    ) -> int | None:
        """How surely a column is a reference to the target, 0 most; None where it is none."""
        words = words_of(column.name)
        named = words_of(target.name.name)
        # What is only called after the table, as a count of it, has to be of a key's type as well.
        if _names(words, named) and (fitting or _is_marked(words) or words == named):
            return 0
        stems = set(_stems(label)) - {*named, *words_of(holder.name.name)}
        if _is_marked(words) and any(words[0].startswith(stem) for stem in stems):
            return 1
        if column.name in fitting and column.name not in {"id", "name", "code"}:
            return 2
        if _is_marked(words) and words[0] in _ANYTHING and len(words) == 2:
            return 3
        free = _is_marked(words) and not self._names_another(words, holder, target)
        return 4 if free and fitting else None

    def _names_another(self, words: tuple[str, ...], holder: Table, target: Table) -> bool:
        """Whether the column is named after some other table."""
        named = [part for part in _parts(words) if part in self._whole]
        stem = words[:-1]
        named += [stem] if not set(stem) <= _MARKS else []
        return any(self._tables.get(part, set()) - {holder.name, target.name} for part in named)


def shared_key(one: Table, other: Table) -> Carrier | None:
    """The primary key of a table whose rows have the keys of the other's, as one-to-one
    relationships are often made; None where the types of the two do not fit."""
    ends = [table.primary_key.columns if table.primary_key else () for table in (one, other)]
    if len(ends[0]) != 1 or len(ends[1]) != 1:
        return None
    column, key = one.column(ends[0][0]), other.column(ends[1][0])
    if column is None or key is None or not _fits(column, key):
        return None
    return Carrier(one.name, column.name, other.name, key.name)


@lru_cache(maxsize=1 << 14)
def words_of(name: str) -> tuple[str, ...]:
    """The stems of a name's words: the same for singular and plural."""
    return tuple(_stem(word.lower()) for word in _WORD.findall(name))


def _names(column: tuple[str, ...], table: tuple[str, ...]) -> bool:
    """Whether a column is named after a table: it has the table's whole name in it, or a part of
    that and the mark of a reference."""
    if set(table) <= _MARKS:
        return False
    if _holds(column, table):
        return True
    stem = column[:-1]
    return _is_marked(column) and _holds(table, stem) and not set(stem) <= _MARKS


def _holds(words: tuple[str, ...], part: tuple[str, ...]) -> bool:
    return part in set(_parts(words))


def _parts(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Every run of words."""
    for start, stop in combinations(range(len(words) + 1), 2):
        yield words[start:stop]


def _is_marked(words: tuple[str, ...]) -> bool:
    return len(words) > 1 and words[-1] in _MARKS


def _stems(label: str) -> Iterator[str]:
    """What the names of columns begin with that are made of a verb: ``own`` of ``owns``."""
    for word in words_of(label):
        ending = next((end for end in _VERB_ENDINGS if word.endswith(end)), "")
        stem = word[: len(word) - len(ending)]
        if len(stem) >= _SHORTEST:
            yield stem


def _stem(word: str) -> str:
    """``addresses`` and ``address``, ``movies`` and ``movie``, ``companies`` and ``company``."""
    if len(word) <= _SHORTEST:
        return word
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    word = word.removesuffix("e")
    return f"{word[:-1]}i" if word.endswith("y") and len(word) > _SHORTEST else word


def _keys(table: Table) -> Iterable[Column]:
    """The columns that foreign keys can point at: those that are a key alone, the primary key
    first."""
    kinds = (ConstraintKind.PRIMARY, ConstraintKind.UNIQUE)
    alone = (c.columns[0] for k in kinds for c in table.constraints_of(k) if len(c.columns) == 1)
    return [column for name in alone if (column := table.column(name))]


def _fits(column: Column, key: Column) -> bool:
    return same_family_for_foreign_key(column.type, key.type) != "refused"


def _is_own_key(holder: Table, column: Column) -> bool:
    """Whether the column is the number of the table's own rows."""
    return _is_primary(holder, column.name) and set(words_of(column.name)) <= _MARKS


def _is_primary(table: Table, column: str) -> bool:
    return table.primary_key is not None and table.primary_key.columns == (column,)
