"""The composition: configuration, reader, demands, engine, report. No logic of its own."""

from __future__ import annotations

import datetime
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from ctb_lint.cli.trouble import RunError
from ctb_lint.report import Failure, Input, Report, Skipped, Tool
from ctb_lint.rule import Rule, Severity

if TYPE_CHECKING:
    from ctb_lint.config import Config, ConfigError, Overrides
    from ctb_lint.engine import Judgement, Selection
    from ctb_lint.readers.sql.reader import SqlRead

STDIN = "-"
STDIN_NAME = "stdin.sql"
USUAL_FOLDERS = (
    "migrations",
    "db/migrations",
    "db/migrate",
    "database/migrations",
    "sql",
    "supabase/migrations",
    "prisma/migrations",
    "src/main/resources/db/migration",
)
"""Where migrations are looked for when neither the command line nor the configuration says."""


class Request(Struct, frozen=True, kw_only=True):
    """What the command line asks for; None where it leaves the choice to the configuration."""

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


def installed_rules() -> dict[str, Rule]:
    """All rules by code. Raises RunError where one of them cannot be loaded."""
    from ctb_lint.registry import RegistryError, load

    try:
        return load()
    except RegistryError as error:
        hint = "install ctb-lint and the packages that bring rules again"
        raise RunError(str(error), hint=hint) from error


def check(request: Request) -> Report:
    """Reads, judges and reports. Raises RunError where there is nothing to read or judge by."""
    from ctb_lint.config import ConfigError, selection

    rules = installed_rules()
    config = configuration(request)
    try:
        chosen = selection(config, rules, _overrides(request))
    except ConfigError as error:
        raise _trouble(error) from error
    if all(severity is Severity.OFF for severity in chosen.severities.values()):
        hint = "ctb-lint rules lists them; look at select, ignore and severity"
        raise RunError("no rule is selected: nothing would be checked", hint=hint)
    read = migrations(request, config)
    judgement = _judged(rules, read, chosen, config, request.as_of or datetime.date.today())
    return _report(read, judgement, config.fail_on)


def configuration(request: Request) -> Config:
    """The configuration (the named file, else the one that is found upward, else the defaults)
    with what the command line changes of it. Raises RunError where it cannot be used."""
    from ctb_lint.config import ConfigError, find, load, overridden

    try:
        path = Path(request.config) if request.config else find(Path.cwd())
        return overridden(load(path), _overrides(request))
    except ConfigError as error:
        raise _trouble(error) from error


def migrations(request: Request, config: Config) -> SqlRead:
    """What the reader makes of the paths that are asked for. Raises RunError where there are
    none."""
    from ctb_lint.readers.sql.discover import ConfiguredHistory
    from ctb_lint.readers.sql.reader import SqlOptions, read

    paths = _paths(request, config)
    standard = config.standard
    options = SqlOptions(
        base=config.base,
        default_schema=config.default_schema,
        pg_version=config.pg_version,
        watch=frozenset((*standard.id_columns, *standard.registry.columns[:2]))
        | _columns(key for key, _ in standard.value_sets),
        max_size=config.max_file_size,
        histories=tuple(
            ConfiguredHistory(one.name, one.path, one.layout, one.from_nothing)
            for one in config.histories
        ),
        exclude=config.exclude,
        stdin=_stdin(request),
    )
    return read(paths, options)


def _trouble(error: ConfigError) -> RunError:
    return RunError(error.message, path=error.path, line=error.line, hint=error.hint)


def _columns(keys: Iterable[str]) -> frozenset[str]:
    """The column names of column keys (``schema.table.column``, ``*.column``)."""
    return frozenset(key.rpartition(".")[2] for key in keys)


def _stdin(request: Request) -> tuple[bytes, str] | None:
    if STDIN not in request.paths:
        if request.stdin_filename:
            hint = "name - as the path to read standard input"
            raise RunError("--stdin-filename is given, but standard input is not read", hint=hint)
        return None
    if len(request.paths) > 1:
        raise RunError("standard input (-) cannot be read together with other paths")
    if sys.stdin is None:
        raise RunError("standard input is closed", hint="pipe the text in, or name a file")
    return sys.stdin.buffer.read(), request.stdin_filename or STDIN_NAME


def _paths(request: Request, config: Config) -> list[Path]:
    """The paths to read: those asked for, those configured, or the usual folders."""
    if request.paths:
        return [Path(path) for path in request.paths]
    configured = config.paths or tuple(history.path for history in config.histories)
    if configured:
        return [config.base / path for path in configured]
    usual = [config.base / folder for folder in USUAL_FOLDERS]
    found = [folder for folder in usual if _holds_sql(folder)]
    if not found:
        raise RunError(
            "no migrations found: no path is given, none is configured, and none of the usual "
            f"folders is here ({', '.join(USUAL_FOLDERS[:4])} …)",
            hint='run ctb-lint check PATH, or set paths = ["…"] in ctb-lint.toml',
        )
    return found


def _holds_sql(folder: Path) -> bool:
    """Whether there is a file of SQL below the folder."""
    return any(name.lower().endswith(".sql") for _, _, names in os.walk(folder) for name in names)


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


def _judged(
    rules: Mapping[str, Rule],
    read: SqlRead,
    chosen: Selection,
    config: Config,
    as_of: datetime.date,
) -> Judgement:
    from ctb_lint.demands import demands_of
    from ctb_lint.engine import judge
    from ctb_lint.evidence import Evidence, Source, SourceKind, Target

    standard = config.standard
    sources = tuple(
        Source(
            SourceKind.MIGRATIONS,
            folded.history.name,
            folded.schema,
            folded.history,
            demands_of(folded.schema, standard),
        )
        for folded in read.folded
    )
    evidence = Evidence(
        sources=sources,
        standard=standard,
        target=Target(config.pg_version),
        as_of=as_of,
    )
    return judge(rules, evidence, structs.replace(chosen, reports=read.selected.__contains__))


def _report(read: SqlRead, judgement: Judgement, fail_on: Severity) -> Report:
    from importlib.metadata import version

    from ctb_lint.history import Outcome

    places = {finding.at.path for finding in judgement.findings if finding.at}
    failures = tuple(
        Failure(message=one.message, path=one.path, line=one.line, hint=one.hint)
        for one in read.failures
    )
    if not failures and not any(file.path in read.selected for file in read.files):
        # Having looked at nothing is no pass.
        failures = (Failure("no file was checked", hint="name a file or folder of migrations"),)
    return Report(
        tool=Tool("ctb-lint", version("ctb-lint")),
        findings=judgement.findings,
        skipped=tuple(sorted({*judgement.skipped, *(Skipped("", *s) for s in read.skipped)})),
        failures=failures + judgement.failures,
        inputs=tuple(
            Input(f.path, f.sha256, f.size, f.statements, f.history, f.path in read.selected)
            for f in sorted(read.files, key=lambda file: file.path)
        ),
        fail_on=fail_on,
        not_understood=sum(
            statement.outcome is Outcome.NOT_UNDERSTOOD
            for folded in read.folded
            for file in folded.history.files
            if file.path in read.selected
            for statement in file.statements
        ),
        sources={path: text for path, text in read.texts.items() if path in places},
    )


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
