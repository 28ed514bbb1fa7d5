"""The composition: configuration, readers, engine, gate, report. No logic of its own."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from ctb_lint.cli.counted import counting, judging, stood_before, within
from ctb_lint.cli.installed import installed_rules
from ctb_lint.cli.reported import report_of
from ctb_lint.cli.request import Request, configuration, overrides_of, unusable
from ctb_lint.cli.trouble import RunError
from ctb_lint.report import NewOnly, Report, Reported, order
from ctb_lint.rule import Severity
from ctb_lint.settings import FIRST_PG, LAST_PG

if TYPE_CHECKING:
    from ctb_lint.baseline import Entry
    from ctb_lint.cli.assess import Asked, Bench
    from ctb_lint.cli.database import Looked
    from ctb_lint.cli.newness import Compared
    from ctb_lint.config import Config
    from ctb_lint.ledger import Judged
    from ctb_lint.readers.sql.reader import SqlRead
    from ctb_lint.rows import Check, RowFact


class Outcome(Struct, frozen=True):
    """A report, and what a baseline is written from: all findings that stand, whether or not the
    report shows them, and the entries of the present baseline that are not paid. ``judged`` is
    what the ledger of claims is written from."""

    report: Report
    standing: tuple[Reported, ...]
    remaining: tuple[Entry, ...]
    read: SqlRead
    judged: Judged


def check(request: Request) -> Report:
    """Reads, judges and reports. Raises RunError where there is nothing to read or judge by."""
    return examine(request).report


def examine(request: Request, config: Config | None = None) -> Outcome:
    """As ``check``, with what the report leaves out. ``config`` is a configuration that no file
    holds yet, instead of the one that the request means."""
    from ctb_lint.cli.assess import Bench
    from ctb_lint.cli.database import look
    from ctb_lint.cli.newness import compared
    from ctb_lint.cli.protect import protected
    from ctb_lint.config import ConfigError, selection, waivers

    rules = installed_rules()
    config = config or configuration(request)
    try:
        chosen = selection(config, rules, overrides_of(request))
        waived = waivers(config, rules)
    except ConfigError as error:
        raise unusable(error) from error
    if all(severity is Severity.OFF for severity in chosen.severities.values()):
        hint = "ctb-lint rules lists them; look at select, ignore and severity"
        raise RunError("no rule is selected: nothing would be checked", hint=hint)
    looked = look(request, config)
    config = _for_server(config, looked)
    bench = Bench(
        rules=rules,
        chosen=chosen,
        config=config,
        as_of=request.as_of or datetime.date.today(),
        waivers=waived,
        whole=not request.paths,
    )
    with compared(request, config) as state:
        kept = structs.replace(state, read=protected(state.read, request, config), looked=looked)
        return _outcome(kept, bench, request)


def _for_server(config: Config, looked: Looked) -> Config:
    """The configuration with the server's version, where nobody says which is meant."""
    if not config.pg_version_assumed or looked.live is None:
        return config
    nearest = min(max(looked.live.major, FIRST_PG), LAST_PG)
    return structs.replace(config, settings=structs.replace(config.settings, pg_version=nearest))


def _outcome(state: Compared, bench: Bench, request: Request) -> Outcome:
    """What of all that was found counts: less known debt, less what was there before."""
    from ctb_lint.baseline import Whole, hold
    from ctb_lint.cli.assess import assess
    from ctb_lint.cli.auditing import left, rows_of
    from ctb_lint.cli.debts import baseline_bytes, baseline_path, entries_in, shown
    from ctb_lint.cli.grounds import grounds
    from ctb_lint.cli.shadowing import with_shadows
    from ctb_lint.gate import introduced, without_old

    state = with_shadows(state, request, bench)
    config, read = bench.config, state.read
    live = _live(state, request, config)
    found = assess(read, bench, state.beyond, state.document, state.shadows, live)
    facts = row_facts(found.judged)
    unfinished = (*state.absent, *state.unfollowed, *left(request.rows, facts))
    found = structs.replace(found, failures=(*found.failures, *unfinished))
    about = within(state, bench)
    path = None if request.no_baseline else baseline_path(config, request.baseline)
    name = shown(path, config) if path else ""
    raw = baseline_bytes(path, config) if path else b""
    entries = entries_in(raw, name) if path else ()
    standing, suppressed = found.standing, found.suppressed
    held, whole = None, None
    if path:
        finished = not read.failures and not found.failures
        histories = frozenset(folded.history.name for folded in read.folded)
        all_read = bench.whole and finished and histories
        whole = Whole(histories, judging(bench, request, found.skipped)) if all_read else None
        held = hold(entries, standing, name, whole, about)
        standing, suppressed = held.standing, (*suppressed, *held.suppressed)
    new_only = None
    if state.before:
        earlier = stood_before(state, state.before, bench)
        earlier = hold(entries, earlier, name, whole).standing if path else earlier
        standing, old = without_old(standing, earlier, state.changed)
        histories_read = [folded.history for folded in read.folded]
        standing = introduced(standing, state.changed, histories_read)
        new_only = NewOnly(state.since, len(old))
    counts = counting(state, request) if state.before else about
    report = report_of(
        state,
        bench,
        findings=tuple(sorted(filter(counts, standing), key=order)),
        suppressed=tuple(one for one in suppressed if about(one.finding)),
        skipped=found.skipped,
        failures=found.failures,
        new_only=new_only,
        debt=held.debt if held else None,
        time=clock() if request.db is not None else None,
        rows=rows_of(request.rows, facts),
        grounds=grounds(state, bench, (name, raw) if path else None),
    )
    return Outcome(report, found.standing, held.remaining if held else (), read, found.judged)


def _live(state: Compared, request: Request, config: Config) -> Asked | None:
    """The database with the histories that build it, where there is one."""
    from ctb_lint.cli.assess import Asked
    from ctb_lint.cli.database import histories_of

    if state.looked.live is None:
        return None
    names = [folded.history.name for folded in state.read.folded]
    histories = histories_of(request, config, names)
    target, ask = state.looked.target, None
    facts = state.looked.live.facts
    if request.rows and target and facts:
        from ctb_lint.cli.auditing import asking

        created_at = config.standard.created_at
        ask = asking(request.rows, target, facts.server, created_at, request.answered)
    return Asked(state.looked.live, histories, ask)


def row_facts(judged: Judged) -> Mapping[Check, RowFact] | None:
    """What a database answered about its rows."""
    return next((one.row_facts for one in judged.sources if one.row_facts is not None), None)


def clock() -> datetime.datetime:
    """The present time, to the second."""
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)
