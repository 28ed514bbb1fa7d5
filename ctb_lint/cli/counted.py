"""Which findings and debts a run counts: those that it is about, and that it could judge."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from msgspec import structs

from ctb_lint.report import Reported, Skipped
from ctb_lint.rule import Rule

if TYPE_CHECKING:
    from ctb_lint.baseline import Entry
    from ctb_lint.cli.assess import Bench
    from ctb_lint.cli.newness import Compared
    from ctb_lint.cli.request import Request
    from ctb_lint.readers.sql.reader import SqlRead


def within(state: Compared, bench: Bench) -> Callable[[Reported], bool]:
    """Whether a finding is in what the run is about: the named files, or those that changed."""
    own = bench.config.path.name if bench.config.path and bench.whole else None

    def about(finding: Reported) -> bool:
        if finding.at is None:
            return True
        path = finding.at.path
        return path == own or (path in state.read.selected and state.changed(path))

    return about


def counting(state: Compared, request: Request) -> Callable[[Reported], bool]:
    """Whether a finding that is new is reported: anywhere, or in the named files. A hook names
    all files of a commit, but those that are gone."""
    narrowed = bool(request.paths) and not request.staged

    def counts(finding: Reported) -> bool:
        return not narrowed or finding.at is None or finding.at.path in state.read.selected

    return counts


def judging(bench: Bench, request: Request, skipped: Iterable[Skipped]) -> Callable[[Entry], bool]:
    """Whether the rule of an entry ran, and was not skipped for its object: what cannot be judged
    is not paid."""
    ran = {code for code, severity in bench.chosen.severities.items() if severity != "off"}
    unknown = {(skip.code, skip.object) for skip in skipped}

    def judged(entry: Entry) -> bool:
        parts = entry.object.split(".")
        names = (".".join(parts[:length]) for length in range(1, len(parts) + 1))
        return (
            entry.rule in ran
            and not out_of_sight(entry, request, bench.rules)
            and not any((entry.rule, name) in unknown for name in names)
        )

    return judged


def out_of_sight(entry: Entry, request: Request, rules: Mapping[str, Rule]) -> bool:
    """Whether a run like this does not look where the debt is: in a database, or its rows."""
    rule = rules.get(entry.rule)
    if rule and rule.of_rows:
        return request.rows is None
    # What a snapshot leaves out it does not show to be mended.
    return entry.live and request.db is None


def stood_before(state: Compared, before: SqlRead, bench: Bench) -> tuple[Reported, ...]:
    """What stood in the earlier state, by the waivers that it had. Where it has no configuration
    it has those of today, and what is said of them was never said before."""
    from ctb_lint.cli.assess import assess
    from ctb_lint.config import ConfigError, waivers

    if state.config:
        try:
            held = waivers(state.config, bench.rules)
        except ConfigError:
            held = bench.waivers
        bench = structs.replace(bench, waivers=held)
        return assess(before, bench, document=state.former).standing
    own = bench.config.path.name if bench.config.path else None
    standing = assess(before, bench, document=state.former).standing
    return tuple(one for one in standing if one.at is None or one.at.path != own)
