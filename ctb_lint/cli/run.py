"""The composition: configuration, readers, engine, gate, report. No logic of its own."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, structs

from ctb_lint.cli.trouble import RunError, safe
from ctb_lint.passwords import masked
from ctb_lint.report import (
    Failure,
    Input,
    NewOnly,
    Report,
    Reported,
    RuleInfo,
    Skipped,
    Tool,
    order,
)
from ctb_lint.rule import Rule, Severity
from ctb_lint.settings import FIRST_PG, LAST_PG

if TYPE_CHECKING:
    from ctb_lint.baseline import Entry
    from ctb_lint.cli.assess import Asked, Bench
    from ctb_lint.cli.auditing import RowOptions
    from ctb_lint.cli.database import Looked
    from ctb_lint.cli.newness import Compared
    from ctb_lint.config import Config, ConfigError, Overrides
    from ctb_lint.ledger import Judged
    from ctb_lint.readers.sql.reader import SqlRead
    from ctb_lint.rows import Check, RowFact


class Request(Struct, frozen=True, kw_only=True):
    """What the command line asks for; None where it leaves the choice to the configuration.
    ``overlay`` are the files, by absolute path, as fixes would have them. ``db`` names the database
    to look at, ``options.ENVIRONMENT`` for the one that the environment names; ``histories`` are
    those that build it, and ``rows`` how its rows are looked at, None where they are not;
    ``answered`` is what an earlier part of the same run was told of them. ``snapshot`` is the file
    that stands for a database."""

    paths: tuple[str, ...] = ()
    config: str | None = None
    profile: str | None = None
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    fail_on: str | None = None
    pg_version: int | None = None
    default_schema: str | None = None
    stdin_filename: str | None = None
    as_of: datetime.date | None = None
    since: str | None = None
    staged: bool = False
    all_findings: bool = False
    baseline: str | None = None
    no_baseline: bool = False
    released: str | None = None
    protect: bool = False
    catalogue: tuple[str, ...] = ()
    shadow: bool = False
    shadow_db: str | None = None
    overlay: Mapping[Path, bytes] = {}
    db: str | None = None
    snapshot: str | None = None
    allow_plaintext: bool = False
    histories: tuple[str, ...] = ()
    rows: RowOptions | None = None
    answered: Mapping[Check, RowFact] = {}

    @property
    def asks_database(self) -> bool:
        """Whether the run is about a database, too, or a snapshot of one."""
        return self.db is not None or self.snapshot is not None


def installed_rules() -> dict[str, Rule]:
    """All rules by code. Raises RunError where one of them cannot be loaded."""
    from ctb_lint.registry import RegistryError, load

    try:
        return load()
    except RegistryError as error:
        hint = "install ctb-lint and the packages that bring rules again"
        raise RunError(str(error), hint=hint) from error


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
        chosen = selection(config, rules, _overrides(request))
        waived = waivers(config, rules)
    except ConfigError as error:
        raise _trouble(error) from error
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


def configuration(request: Request) -> Config:
    """The configuration (the named file, else the one that is found upward, else the defaults)
    with what the command line changes of it. Raises RunError where it cannot be used."""
    from ctb_lint.config import ConfigError, find, load, overridden

    try:
        path = Path(request.config) if request.config else find(Path.cwd())
        return _released(overridden(load(path), _overrides(request)), request.released)
    except ConfigError as error:
        raise _trouble(error) from error


def _released(config: Config, version: str | None) -> Config:
    """The configuration with what the command line says is released."""
    from ctb_lint.cli.protect import NONE

    if version is None:
        return config
    known = None if version == NONE else version
    histories = tuple(structs.replace(one, released=None) for one in config.histories)
    settings = structs.replace(config.settings, released=known, histories=histories)
    return structs.replace(config, settings=settings)


def _trouble(error: ConfigError) -> RunError:
    return RunError(error.message, path=error.path, line=error.line, hint=error.hint)


def _overrides(request: Request) -> Overrides:
    from ctb_lint.config import Overrides

    return Overrides(
        profile=request.profile,
        select=request.select,
        ignore=request.ignore,
        extend_select=request.extend_select,
        fail_on=request.fail_on,
        pg_version=request.pg_version,
        default_schema=request.default_schema,
    )


def _outcome(state: Compared, bench: Bench, request: Request) -> Outcome:
    """What of all that was found counts: less known debt, less what was there before."""
    from ctb_lint.baseline import Whole, hold
    from ctb_lint.cli.assess import assess
    from ctb_lint.cli.auditing import left, rows_of
    from ctb_lint.cli.debts import baseline_bytes, baseline_path, entries_in, shown
    from ctb_lint.cli.grounds import grounds
    from ctb_lint.cli.reading import absent_catalogue
    from ctb_lint.cli.shadowing import with_shadows
    from ctb_lint.gate import introduced, without_old

    state = with_shadows(state, request, bench)
    config, read = bench.config, state.read
    live = _live(state, request, config)
    found = assess(read, bench, state.beyond, state.document, state.shadows, live)
    facts = row_facts(found.judged)
    absent = absent_catalogue(state.document, request, config)
    unfinished = (*absent, *state.unfollowed, *left(request.rows, facts))
    found = structs.replace(found, failures=(*found.failures, *unfinished))
    about = _about(state, bench)
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
        whole = Whole(histories, _judged(bench, request, found.skipped)) if all_read else None
        held = hold(entries, standing, name, whole, about)
        standing, suppressed = held.standing, (*suppressed, *held.suppressed)
    new_only = None
    if state.before:
        earlier = _earlier(state, state.before, bench)
        earlier = hold(entries, earlier, name, whole).standing if path else earlier
        standing, old = without_old(standing, earlier, state.changed)
        histories_read = [folded.history for folded in read.folded]
        standing = introduced(standing, state.changed, histories_read)
        new_only = NewOnly(state.since, len(old))
    counts = _counts(state, request) if state.before else about
    report = _report(
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


def _about(state: Compared, bench: Bench) -> Callable[[Reported], bool]:
    """Whether a finding is in what the run is about: the named files, or those that changed."""
    own = bench.config.path.name if bench.config.path and bench.whole else None

    def about(finding: Reported) -> bool:
        if finding.at is None:
            return True
        path = finding.at.path
        return path == own or (path in state.read.selected and state.changed(path))

    return about


def _judged(bench: Bench, request: Request, skipped: Iterable[Skipped]) -> Callable[[Entry], bool]:
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


def _counts(state: Compared, request: Request) -> Callable[[Reported], bool]:
    """Whether a finding that is new is reported: anywhere, or in the named files. A hook names
    all files of a commit, but those that are gone."""
    narrowed = bool(request.paths) and not request.staged

    def counts(finding: Reported) -> bool:
        return not narrowed or finding.at is None or finding.at.path in state.read.selected

    return counts


def _earlier(state: Compared, before: SqlRead, bench: Bench) -> tuple[Reported, ...]:
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


def _report(state: Compared, bench: Bench, **parts: Any) -> Report:
    from importlib.metadata import version

    from ctb_lint.history import Outcome as Ending

    read, config = state.read, bench.config
    about = {path for path in read.selected if state.changed(path)}
    failures = tuple(
        safe(Failure(message=one.message, path=one.path, line=one.line, hint=one.hint))
        for one in read.failures
    )
    live = state.looked.live
    failures = (*state.looked.failures, *failures)
    nothing = not (live or state.before) and not any(file.path in about for file in read.files)
    if nothing and not failures:
        # Having looked at nothing is no pass.
        failures = (Failure("no file was checked", hint="name a file or folder of migrations"),)
    shown: list[Reported] = [*parts["findings"], *(one.finding for one in parts["suppressed"])]
    places = {one.at.path for one in shown if one.at}
    skipped = {*parts.pop("skipped"), *(Skipped("", *pair) for pair in read.skipped)}
    return Report(
        tool=Tool("ctb-lint", version("ctb-lint")),
        skipped=tuple(sorted(skipped)),
        failures=failures + parts.pop("failures"),
        inputs=tuple(
            Input(f.path, f.sha256, f.size, f.statements, f.history, f.path in about)
            for f in sorted(read.files, key=lambda file: file.path)
        ),
        fail_on=config.fail_on,
        not_understood=sum(
            statement.outcome is Ending.NOT_UNDERSTOOD
            for folded in read.folded
            for file in folded.history.files
            if file.path in about
            for statement in file.statements
        ),
        sources={
            path: masked(text) for path, text in _texts(state, config).items() if path in places
        },
        rules=_described(bench.rules, {one.code for one in shown}),
        base=_prefix(config.base),
        database=live.about if live else None,
        snapshot=live.snapshot if live else None,
        **parts,
    )


def _texts(state: Compared, config: Config) -> dict[str, str]:
    """The text of everything that a finding can be in."""
    own = {config.path.name: config.located.text} if config.path else {}
    return own | dict(state.read.texts)


def _described(rules: Mapping[str, Rule], codes: set[str]) -> tuple[RuleInfo, ...]:
    return tuple(
        RuleInfo(
            code=code,
            name=rule.name,
            severity=rule.severity,
            doctrine=rule.doctrine,
            summary=rule.summary,
            documentation=rule.documentation,
        )
        for code, rule in sorted(rules.items())
        if code in codes
    )


def _prefix(base: Path) -> str:
    """The way from the root of the repository to the base folder; empty where there is none."""
    base = base.absolute()
    for folder in (base, *base.parents):
        if (folder / ".git").exists():
            return base.relative_to(folder).as_posix() if base != folder else ""
    return ""


def clock() -> datetime.datetime:
    """The present time, to the second."""
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)


def unfinished(failure: Failure) -> Report:
    """The report of a run that could not begin."""
    from importlib.metadata import version

    return Report(
        tool=Tool("ctb-lint", version("ctb-lint")),
        findings=(),
        skipped=(),
        failures=(failure,),
        inputs=(),
        fail_on=Severity.ERROR,
    )
