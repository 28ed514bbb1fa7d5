"""Which rules run, how severe they are, and what is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from ctb_lint.model import QualifiedName
from ctb_lint.rule import Rule, Severity
from ctb_lint.standard import PLATFORM_SCHEMAS
from ctb_lint.toml import ConfigError, Located, nearest
from ctb_lint.waivers import Waiver

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    from ctb_lint.config import Config
    from ctb_lint.engine import Selection
    from ctb_lint.standard import Standard

ALL = "ALL"
"""The selector of every rule."""
_EXACT = 100
"""The specificity of a full code or a name; of a prefix it is the length, of ALL 0."""


class Overrides(Struct, frozen=True, kw_only=True):
    """What the command line says; None or empty where it leaves the choice to the configuration.

    ``select`` takes the place of the configuration's; the other lists add to it.
    """

    profile: str | None = None
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = {}
    fail_on: str | None = None
    pg_version: int | None = None
    default_schema: str | None = None


class _Selector(Struct, frozen=True):
    """A code, prefix or name, with the rules that it stands for."""

    codes: frozenset[str]
    specificity: int


class _Vote(Struct, frozen=True, order=True):
    """What a selector says of a rule; the greatest wins. The more specific selector is greater,
    then the command line, then to ignore."""

    specificity: int
    command_line: bool
    ignores: bool
    extends: bool


def selected(config: Config, rules: Mapping[str, Rule], overrides: Overrides) -> Selection:
    """The selection that the engine works by. Raises ConfigError where a code or name is no
    rule's.

    A rule runs when the profile has it (``minimal``: doctrine, and what PostgreSQL refuses;
    ``recommended``: what is not off; ``strict``: all, those that are off as info) and ``select``,
    where it is given, names it. A full code or a name runs its rule whatever the profile says,
    with severity info where it would be off. ``extend-select`` adds to that, ``ignore`` takes
    away; of several selectors of one rule the most specific wins, as the longest prefix.
    """
    from ctb_lint.config import overridden
    from ctb_lint.engine import Selection

    config = overridden(config, overrides)
    severities = _configured_severities(config, rules, overrides)
    votes = _votes(config, rules, overrides)
    narrowed = overrides.select is not None or config.settings.select is not None
    chosen: dict[str, Severity] = {}
    for code, rule in rules.items():
        severity = severities.get(code, rule.severity)
        vote = max(votes[code], default=None)
        if _runs(rule, severity, vote, narrowed, config.settings.profile):
            shown = Severity.INFO if severity is Severity.OFF else severity
            # A severity of off that the user wrote is an order, not a default.
            if not (severity is Severity.OFF and code in severities):
                chosen[code] = shown
    return Selection(
        severities=chosen,
        ignores=_ignores(config, rules),
        leaves_out=cache(partial(left_out, config, config.standard)),
    )


def _runs(rule: Rule, severity: Severity, vote: _Vote | None, narrowed: bool, profile: str) -> bool:
    if vote and vote.ignores:
        return False
    if vote and vote.specificity == _EXACT:
        return True
    if narrowed and not vote:
        return False
    off = severity is Severity.OFF
    if vote and vote.extends:
        return profile == "strict" or not off
    in_profile = {"minimal": (rule.doctrine or rule.refused) and not off, "recommended": not off}
    return in_profile.get(profile, True)


def _votes(
    config: Config, rules: Mapping[str, Rule], overrides: Overrides
) -> dict[str, list[_Vote]]:
    ours, located = config.settings, config.located
    none = Located("", (), None)
    lists: list[tuple[str, Iterable[str], Located, bool]] = [
        ("extend-select", ours.extend_select, located, False),
        ("ignore", ours.ignore, located, False),
        ("--select", overrides.select or (), none, True),
        ("--extend-select", overrides.extend_select, none, True),
        ("--ignore", overrides.ignore, none, True),
    ]
    configured = _resolved("select", ours.select or (), rules, located)
    votes: dict[str, list[_Vote]] = {code: [] for code in rules}

    def add(key: str, selectors: Iterable[_Selector], command_line: bool) -> None:
        for selector in selectors:
            for code in selector.codes:
                ignores, extends = key.endswith("ignore"), "extend" in key
                votes[code].append(_Vote(selector.specificity, command_line, ignores, extends))

    if overrides.select is None:
        add("select", configured, False)
    for key, selectors, where, command_line in lists:
        add(key, _resolved(key, selectors, rules, where), command_line)
    return votes


def _resolved(
    key: str, selectors: Iterable[str], rules: Mapping[str, Rule], located: Located
) -> list[_Selector]:
    return [_selector(text, rules, (key,), located) for text in selectors]


def _selector(
    text: str, rules: Mapping[str, Rule], path: tuple[str, ...], located: Located
) -> _Selector:
    """The rules that a code, prefix or name stands for. Raises ConfigError where there is none."""
    if text == ALL:
        return _Selector(frozenset(rules), 0)
    exact = frozenset(code for code, rule in rules.items() if text in {code, rule.name})
    if exact:
        return _Selector(exact, _EXACT)
    begun = frozenset(code for code in rules if text and code.startswith(text))
    if begun:
        return _Selector(begun, min(len(text), _EXACT - 1))
    known = [*rules, *(rule.name for rule in rules.values()), *(code[0] for code in rules), ALL]
    message = f'{path[0]}: unknown rule "{text}"'
    hint = nearest(text, known) or "ctb-lint rules lists them all"
    # The key is itself the text where rules are keys, as in [severity].
    itself = len(path) > 1 and path[-1] == text
    raise located.error(message, path, None if itself else text, hint=hint)


def _configured_severities(
    config: Config, rules: Mapping[str, Rule], overrides: Overrides
) -> dict[str, Severity]:
    """The severities that the user set, by code; the most specific selector wins."""
    none = Located("", (), None)
    given = [(config.settings.severity, "severity", config.located, 0)]
    given.append((dict(overrides.severity), "--severity", none, 1))
    found: dict[str, tuple[int, int, Severity]] = {}
    for table, key, located, layer in given:
        for text, severity in table.items():
            selector = _selector(text, rules, (key, text), located)
            for code in selector.codes:
                # A prefix does not wake the rules that are off: that takes a code or a name.
                if selector.specificity < _EXACT and rules[code].severity is Severity.OFF:
                    continue
                new = (selector.specificity, layer, severity)
                found[code] = max(found.get(code, new), new, key=lambda entry: entry[:2])
    return {code: severity for code, (_, _, severity) in found.items()}


def _ignores(config: Config, rules: Mapping[str, Rule]) -> Callable[[str, str], bool]:
    """Whether a rule is ignored in a file: path relative to the configuration's folder, code."""
    ignored: list[tuple[GitIgnoreSpec, frozenset[str]]] = []
    for glob, selectors in config.settings.per_path_ignores.items():
        path = ("per-path-ignores", glob)
        chosen = [_selector(text, rules, path, config.located) for text in selectors]
        spec = pathspec_of((glob,), path, config.located)
        ignored.append((spec, frozenset().union(*(selector.codes for selector in chosen))))
    return lambda path, code: any(
        code in codes and spec.match_file(path) for spec, codes in ignored
    )


def pathspec_of(globs: Iterable[str], path: tuple[str, ...], located: Located) -> GitIgnoreSpec:
    """Globs as of ``.gitignore``. Raises ConfigError where one is none."""
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(globs)
    except ValueError as error:
        raise located.error(f"{path[0]}: invalid pattern: {error}", path) from None


def left_out(config: Config, standard: Standard, relation: QualifiedName) -> str | None:
    """Why a relation is not judged, or None."""
    ours, file = config.settings, config.file
    for excluded in ours.exclude_tables:
        if standard.names_table(excluded.table, relation):
            return f"excluded by {file}: {excluded.reason}"
    if relation.schema in (ours.exclude_schemas or ()):
        return f"schema {relation.schema} is in exclude-schemas of {file}"
    if ours.include_schemas and relation.schema not in ours.include_schemas:
        return f"schema {relation.schema} is not in include-schemas of {file}"
    included = any(standard.names_table(pattern, relation) for pattern in ours.include_tables)
    if ours.include_tables and not included:
        return f"{relation} is not in include-tables of {file}"
    return None


def platforms(config: Config, declared: Iterable[str]) -> Callable[[QualifiedName], str | None]:
    """Why a relation of a live database is not judged, or None: that of a schema which a platform
    keeps for itself, where the configuration does not speak of it and nothing of one's own
    declares anything in it (``declared``)."""
    ours = config.settings
    own = {*declared, *ours.include_schemas}
    schemas = PLATFORM_SCHEMAS if ours.exclude_schemas is None else {}

    def why(relation: QualifiedName) -> str | None:
        owner = None if relation.schema in own else schemas.get(relation.schema)
        if owner is None:
            return None
        return f"schema {relation.schema} is {owner}'s own: exclude-schemas = [] has it judged"

    return why


def waivers(config: Config, rules: Mapping[str, Rule]) -> tuple[Waiver, ...]:
    """The waivers of the configuration. Raises ConfigError where one names no rule."""
    names = {*rules, *(rule.name for rule in rules.values())}
    # Paths of findings are relative to the configuration's folder.
    shown = config.path.name if config.path else config.file or ""
    found: list[Waiver] = []
    for number, given in enumerate(config.settings.waive):
        path = ("waive", str(number))
        for text in given.rules:
            if text not in names:
                hint = nearest(text, names) or "ctb-lint rules lists them all"
                message = f'waive: unknown rule "{text}"'
                raise config.located.error(message, (*path, "rule"), hint=hint)
        found.append(
            Waiver(
                rules=given.rules,
                at=structs.replace(config.located.location(path), path=shown),
                reason=given.reason.strip(),
                object=given.object,
                owner=given.owner,
                expires=given.expires,
                live=given.live,
            )
        )
    return tuple(found)


def checked(overrides: Overrides, profiles: tuple[str, ...]) -> None:
    """Raises ConfigError where the command line names a profile that is none."""
    if overrides.profile is not None and overrides.profile not in profiles:
        message = f'--profile is "{overrides.profile}", expected one of {", ".join(profiles)}'
        raise ConfigError(message, hint=nearest(overrides.profile, profiles))
