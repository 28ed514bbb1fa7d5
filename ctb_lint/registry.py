"""Finds the rules: every module of every package in the entry-point group ``ctb_lint.rules``.

There is no privileged path: the rules that come with ctb-lint are found as a third party's are.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from importlib.metadata import entry_points
from types import ModuleType

from ctb_lint.rule import Example, Rule, complete

GROUP = "ctb_lint.rules"


class RegistryError(Exception):
    """The rules cannot be loaded: nothing may be judged with some of them missing."""


def load() -> dict[str, Rule]:
    """All rules by code, sorted.

    Raises RegistryError where a package or module cannot be imported, a rule is not one, or two
    rules share a code or a name.
    """
    packages = sorted({point.value for point in entry_points(group=GROUP)})
    if not packages:
        raise RegistryError(f"no package offers rules under the entry point {GROUP!r}")
    return collect(rule for package in packages for rule in rules_in(package))


def collect(rules: Iterable[Rule]) -> dict[str, Rule]:
    """The rules by code, sorted. Raises RegistryError where a code or a name is used twice."""
    found: dict[str, Rule] = {}
    names: dict[str, Rule] = {}
    for rule in rules:
        for taken in (found.get(rule.code), names.get(rule.name)):
            if taken:
                raise RegistryError(
                    f"{rule.module} and {taken.module} are both {rule.code} {rule.name}"
                    if taken.code == rule.code
                    else f"{rule.module} and {taken.module} are both named {rule.name}"
                )
        found[rule.code] = names[rule.name] = rule
    return dict(sorted(found.items()))


def rules_in(package: str) -> Iterator[Rule]:
    """The rules of all modules of a package, in the order of their module names."""
    root = _imported(package)
    search = getattr(root, "__path__", None)
    if search is None:
        yield from _rules_of(root)
        return
    walked = pkgutil.walk_packages(search, f"{package}.", onerror=_cannot_import)
    for found in sorted(walked, key=lambda module: module.name):
        if not found.ispkg:
            yield from _rules_of(_imported(found.name))


def _imported(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except Exception as error:  # whatever a rule's module raises, it must not vanish silently
        raise RegistryError(f"the rules in {name} cannot be imported: {error}") from error


def _cannot_import(name: str) -> None:
    _imported(name)


def _rules_of(module: ModuleType) -> Iterator[Rule]:
    bare = [value for value in vars(module).values() if isinstance(value, Rule)]
    own = [rule for rule in bare if rule.module == module.__name__]
    for rule in own:
        try:
            yield complete(
                rule,
                module.__doc__ or "",
                _examples(module, "VALID"),
                _examples(module, "INVALID"),
            )
        except (TypeError, NameError) as error:
            raise RegistryError(f"{module.__name__} is not a rule: {error}") from error


def _examples(module: ModuleType, name: str) -> tuple[Example, ...]:
    given = getattr(module, name, ())
    return tuple(Example(item) if isinstance(item, str) else item for item in given)
