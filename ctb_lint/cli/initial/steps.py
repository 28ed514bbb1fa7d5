"""The steps of init, in their order: look, check, plan, ask, write, say what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from ctb_lint.cli.initial import wording
from ctb_lint.cli.initial.asking import Answers, Terminal, Usual, at_terminal
from ctb_lint.cli.initial.configuration import TABLE, configuration
from ctb_lint.cli.initial.facts import BASELINE, Facts, told
from ctb_lint.cli.initial.first import in_short
from ctb_lint.cli.initial.look import git_facts, look
from ctb_lint.cli.initial.origin import origin
from ctb_lint.cli.initial.plan import CONFIG, PROJECT, NewFile, planned
from ctb_lint.cli.initial.postgres import suggested
from ctb_lint.cli.initial.writing import write_all
from ctb_lint.cli.output import emit
from ctb_lint.cli.trouble import RunError
from ctb_lint.reporters.words import counted
from ctb_lint.settings import ASSUMED_PG

if TYPE_CHECKING:
    from ctb_lint.cli.run import Outcome
    from ctb_lint.config import Config, ConfigError

COULD_NOT = 2


class Wishes(Struct, frozen=True, kw_only=True):
    """What the command line asks for."""

    paths: tuple[str, ...] = ()
    yes: bool = False
    pyproject: bool = False
    pg_version: int | None = None


def set_up(wishes: Wishes) -> int:
    """Sets ctb-lint up in the working directory, and returns the exit code: 0 where that is done,
    was done before or is declined, 2 where the first check did not finish.

    With ``--yes`` nobody is asked. Without it, and without a terminal to ask at, the plan is shown,
    nothing is written, and RunError is raised: silence is no consent, and a script that goes on
    would take the project for set up. RunError is raised, too, where it cannot be done.
    """
    folder = Path.cwd()
    existing = _configured(folder)
    if existing:
        git = git_facts(existing.absolute().parent)
        _say(wording.already(existing, git, origin()))
        return 0
    project = _project_file(folder) if wishes.pyproject else None
    facts = look(folder, wishes.paths)
    _say(told(facts))
    asks = not wishes.yes and at_terminal()
    answers: Answers = Terminal() if asks else Usual()
    version, because = _version(facts, wishes.pg_version, answers)

    def text(baseline: bool, table: str = "") -> str:
        return configuration(facts, version, because, baseline=baseline, table=table)

    outcome = _first_check(text(facts.baseline))
    _say(["", *in_short(outcome.report)])
    if asks and outcome.report.findings:
        _say([wording.to_see_all(facts, version)])
    kept = _baseline(facts, outcome, answers)
    keeps = facts.baseline or kept is not None
    plan = planned(
        facts,
        text(keeps, "" if project is None else TABLE),
        origin(),
        baseline=kept,
        debt=len(outcome.standing),
        project=project,
    )
    if project is not None:
        _fits_behind(project, plan.files)
    files = _agreed(plan.files, answers)
    if not asks and not wishes.yes:
        raise RunError(
            "nothing was written: there is no terminal to ask at",
            hint="ctb-lint init --yes writes these files",
        )
    if not any(one.path in {CONFIG, PROJECT} for one in files):
        _say(["", "nothing is written"])
        return 0
    write_all(files)
    _say(wording.ending(files, plan, facts))
    return COULD_NOT if outcome.report.failures else 0


# What is there --------------------------------------------------------------------------------


def _configured(folder: Path) -> Path | None:
    """The configuration that holds for the folder already. Raises RunError where it cannot be
    used."""
    from ctb_lint.config import ConfigError, find, load

    try:
        found = find(folder)
        load(found)
    except ConfigError as error:
        raise _trouble(error) from error
    return found


def _project_file(folder: Path) -> bytes:
    path = folder / PROJECT
    hint = f"leave --pyproject out: the configuration then stands in {CONFIG}"
    if path.is_symlink():
        raise RunError("is a symlink, and is not changed", path=PROJECT, hint=hint)
    try:
        return path.read_bytes()
    except OSError as error:
        raise RunError(f"cannot be read: {error.strerror}", path=PROJECT, hint=hint) from error


def _fits_behind(project: bytes, files: Iterable[NewFile]) -> None:
    """Raises RunError where the text with the table behind it says something else."""
    from ctb_lint.config import ConfigError
    from ctb_lint.toml import document

    added = next(one.text for one in files if one.path == PROJECT)
    try:
        _, before = document(project, PROJECT)
        _, after = document(project + added.encode(), PROJECT)
        own = after["tool"].pop("ctb-lint")
        parsed = document(added.encode(), PROJECT)[1]["tool"]["ctb-lint"]
    except ConfigError as error:
        hint = f"leave --pyproject out: the configuration then stands in {CONFIG}"
        raise RunError(
            f"nothing can be put behind it: {error.message}", path=PROJECT, hint=hint
        ) from error
    if not before.get("tool"):
        before["tool"] = {}
    if (after, own) != (before, parsed):
        raise RunError("nothing can be put behind it", path=PROJECT, hint=f"write {CONFIG}")


# The first check ------------------------------------------------------------------------------


def _version(facts: Facts, wished: int | None, answers: Answers) -> tuple[int, str]:
    """The version of PostgreSQL, and who says so."""
    if wished is not None:
        return wished, "as --pg-version said"
    hinted = suggested(facts.postgres)
    usual, because = hinted or (ASSUMED_PG, "the default: no file says which")
    if not hinted:
        _say(["PostgreSQL: no file says which"])
    given = answers.version(usual)
    return (usual, because) if given == usual else (given, "as it was answered")


def _first_check(text: str) -> Outcome:
    """What the planned configuration finds. Nothing of it has to be written for that."""
    from ctb_lint.cli.request import Request
    from ctb_lint.cli.run import examine

    return examine(Request(), _parsed(text))


def _parsed(text: str) -> Config:
    from ctb_lint.config import ConfigError, parse

    try:
        return parse(text, CONFIG)
    except ConfigError as error:
        raise _trouble(error) from error


def _trouble(error: ConfigError) -> RunError:
    return RunError(error.message, path=error.path, line=error.line, hint=error.hint)


def _baseline(facts: Facts, outcome: Outcome, answers: Answers) -> str | None:
    """The text of the baseline; None where there is no need of one, or it is declined."""
    from ctb_lint.baseline import entries_of, written

    report = outcome.report
    if report.failures:
        _say(["the first check did not finish: no baseline is written"])
        return None
    if facts.baseline:
        if report.findings:
            more = counted(len(report.findings), "finding")
            _say([f"{BASELINE} is there already, and lacks {more}: it stays as it is"])
        return None
    number = len(outcome.standing)
    if not number:
        return None
    question = (
        f"write {counted(number, 'known finding')} into {BASELINE}, so that only new ones fail?"
    )
    return written(entries_of(outcome.standing)) if answers.agrees(question, True) else None


# The end ----------------------------------------------------------------------------------------


def _agreed(files: Iterable[NewFile], answers: Answers) -> list[NewFile]:
    """The files that are to be written: each is shown, and each but the baseline is asked for,
    which was before."""
    kept: list[NewFile] = []
    for file in files:
        _say(wording.shown(file))
        if file.path == BASELINE or answers.agrees(f"write {file.shown}?", file.wanted):
            kept.append(file)
        elif file.path in {CONFIG, PROJECT}:
            return []
    return kept


def _say(lines: Iterable[str]) -> None:
    def ended() -> Iterator[str]:
        for line in lines:
            yield f"{line}\n"

    emit(ended())
