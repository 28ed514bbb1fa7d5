"""What a history makes on a server that its text cannot tell: what SQL builds at run time, and what
a condition leaves out there.

Only what the database agrees on is taken over. What the files make, and neither the server nor the
database has, a condition left out; what both have, and the files do not tell of, the files made.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from msgspec import structs

from ctb_lint.model import Constraint, Function, QualifiedName, Schema, Table

P = TypeVar("P")
_OBJECTS = ("tables", "views", "enums", "domains", "types")
_PARTS = ("columns", "constraints", "indexes", "triggers", "policies")


def as_agreed(own: Schema, made: Schema, there: Schema) -> Schema:
    """The schema of the files, but for what the server that they were applied to and the database
    that they are held against have alike."""
    parts: dict[str, Any] = {
        part: dict(_objects(getattr(own, part), getattr(made, part), getattr(there, part)))
        for part in _OBJECTS
    }
    parts["tables"] = {
        name: _table(table, made.tables.get(name), there.tables.get(name))
        for name, table in parts["tables"].items()
    }
    functions = _agreed(own.functions, made.functions, there.functions, _signature, _called)
    return structs.replace(own, **parts, functions=tuple(functions))


def _objects(
    own: Mapping[QualifiedName, P], made: Mapping[QualifiedName, P], there: Mapping[Any, P]
) -> Iterator[tuple[QualifiedName, P]]:
    yield from _agreed(
        own.items(), made.items(), there.items(), lambda pair: pair[0], lambda pair: pair[0].name
    )


def _table(own: Table, made: Table | None, there: Table | None) -> Table:
    if made is None or there is None:
        return own
    parts: dict[str, Any] = {
        part: tuple(
            _agreed(getattr(own, part), getattr(made, part), getattr(there, part), _part, _kind)
        )
        for part in _PARTS
    }
    return structs.replace(own, **parts)


def _agreed(
    own: Collection[P],
    made: Collection[P],
    there: Iterable[P],
    key: Callable[[P], Hashable],
    kind: Callable[[P], Hashable],
) -> Iterator[P]:
    """What the files tell of, less what nobody has, and what both others have. What is left on
    both sides of one kind may be one thing under two names, and stays as it is."""
    ours, known = {key(one) for one in own}, {key(one) for one in there}
    results = {key(one) for one in made}
    lost = {kind(one) for one in own if key(one) not in results}
    new = {kind(one) for one in made if key(one) not in ours}
    for one in own:
        if key(one) in results or key(one) in known or kind(one) in new:
            yield one
    for one in made:
        if key(one) not in ours and key(one) in known and kind(one) not in lost:
            yield one


def _part(one: Any) -> Hashable:
    return (one.kind, one.name) if isinstance(one, Constraint) else one.name


def _kind(one: Any) -> Hashable:
    """Parts of a table may have names that PostgreSQL made up."""
    return str(one.kind) if isinstance(one, Constraint) else type(one).__name__


def _signature(one: Function) -> Hashable:
    return one.name, one.arguments


def _called(one: Function) -> Hashable:
    return one.name.name
