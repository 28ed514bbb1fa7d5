"""Remembers what was found in large values that cannot be hashed."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class _Held:
    """A value as the key of a cache: equal only to itself."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.value is self.value


def once(find: Callable[P, T]) -> Callable[P, T]:
    """Remembers what a function found in the last few values: each is asked about often. Its
    arguments are told apart by identity."""

    @lru_cache(maxsize=4)
    def held(*keys: _Held) -> T:
        values: Any = [key.value for key in keys]
        return find(*values)  # type: ignore[call-arg]  # the arguments that found was given

    @wraps(find)
    def found(*arguments: P.args, **_: P.kwargs) -> T:
        values: tuple[Any, ...] = arguments
        return held(*map(_Held, values))

    return found
