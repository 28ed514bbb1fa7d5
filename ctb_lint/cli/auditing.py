"""The rows of the database that a run looks at: how far it goes, and what came of it."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from ctb_lint.report import Failure, Rows
from ctb_lint.rows import Check, RowFact

if TYPE_CHECKING:
    from ctb_lint.live import Server
    from ctb_lint.readers.postgres.rows.effort import Progress, Record
    from ctb_lint.readers.postgres.target import Target

Ask = Callable[[Iterable[Check]], Mapping[Check, RowFact]]
"""What a database answers to questions about its rows."""

_NAMED = 3
_INTERRUPTED = "the run was interrupted"
_RIGHTS = "the role may not read"
_READ = (
    "connect as a role that may read it, such as a member of pg_read_all_data, with BYPASSRLS "
    "where policies hide rows"
)
_RESUME = "--resume FILE writes down how far a run gets, for the next to go on from there"


class RowOptions(Struct, frozen=True, kw_only=True):
    """How far a run goes that looks at rows; ``sample`` is the share of the rows, above 0 and
    below 1. ``accept_unfinished`` lets it pass though it did not look at all that it was to, and
    ``resume`` is the file in which it writes down how far it got."""

    max_seconds: float | None = None
    max_rows: int | None = None
    accept_unfinished: bool = False
    sample: float | None = None
    since: datetime.datetime | None = None
    resume: Path | None = None

    @property
    def partial(self) -> str | None:
        """The option by which a run looks at some of the rows only, if any."""
        given = {
            "--sample": self.sample,
            "--rows-since": self.since,
            "--accept-unfinished": self.accept_unfinished,
        }
        return next((option for option, value in given.items() if value), None)


def asking(
    options: RowOptions,
    target: Target,
    server: Server,
    created_at: str,
    known: Mapping[Check, RowFact],
) -> Ask:
    """Asks that database, as far as the options go. What is ``known`` is not asked again."""

    def ask(checks: Iterable[Check]) -> Mapping[Check, RowFact]:
        wanted = tuple(checks)
        if known and known.keys() >= {*wanted}:
            return {check: known[check] for check in wanted}
        from ctb_lint.cli.resuming import recording
        from ctb_lint.readers.postgres.connect import connected
        from ctb_lint.readers.postgres.rows.ask import ask as answers
        from ctb_lint.readers.postgres.rows.effort import Effort

        effort = Effort(
            max_seconds=options.max_seconds,
            max_rows=options.max_rows,
            sample=options.sample,
            since=options.since,
            created_at=created_at,
        )
        with recording(options.resume, server, effort) as kept, _shown() as show:

            def report(progress: Progress) -> None:
                kept.now_and_then()
                show(progress)

            try:
                facts: Mapping[Check, RowFact] = answers(
                    wanted, lambda: connected(target), effort, record=kept.record, report=report
                )
            except KeyboardInterrupt:
                # What was found by then is worth a report.
                facts = _stopped(wanted, kept.record)
            kept.finished = not any(fact.unfinished for fact in facts.values())
        return facts

    return ask


def _stopped(checks: Iterable[Check], record: Record) -> dict[Check, RowFact]:
    """What is known of all that was asked where somebody interrupted the run."""
    from ctb_lint.readers.postgres.rows.effort import key_of

    nothing = RowFact(rows=0, failing=0, unfinished=_INTERRUPTED)
    return {check: record.facts.get(key_of(check), nothing) for check in checks}


@contextmanager
def _shown() -> Iterator[Callable[[Progress], None]]:
    """Shows how far it is, where somebody looks."""
    if not (sys.stderr and sys.stderr.isatty()):
        yield lambda progress: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bars

    from ctb_lint.reporters.sanitise import visible

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("", total=None)

        def show(progress: Progress) -> None:
            expected = progress.expected and max(progress.expected, progress.looked)
            bars.update(
                task,
                description=visible(progress.what),
                completed=progress.looked,
                total=expected,
            )

        yield show


def rows_of(options: RowOptions | None, facts: Mapping[Check, RowFact] | None) -> Rows | None:
    """What a report says of the rows; None where nobody asked about them."""
    if options is None or facts is None:
        return None
    bounds = [fact.bound for fact in facts.values() if fact.bound is not None and not fact.failing]
    return Rows(
        checks=len(facts),
        unfinished=sum(fact.unfinished is not None for fact in facts.values()),
        sample=options.sample,
        bound=max(bounds, default=None),
        since=options.since,
    )


def left(options: RowOptions | None, facts: Mapping[Check, RowFact] | None) -> Iterator[Failure]:
    """What was not looked at, and why, where nobody accepts that. Ctrl-C is no acceptance."""
    if options is None or facts is None:
        return
    tables: dict[str, set[str]] = {}
    for check, fact in facts.items():
        accepted = options.accept_unfinished and fact.unfinished != _INTERRUPTED
        if fact.unfinished and not accepted:
            table = fact.unread or check.table
            tables.setdefault(fact.unfinished, set()).add(str(table))
    for why, names in sorted(tables.items()):
        first = sorted(names)[:_NAMED]
        more = len(names) - len(first)
        listed = ", ".join(first) + (f" and {more:,} more" if more else "")
        yield Failure(
            f"not all rows of {listed} were looked at: {why}",
            hint=f"{_READ if why.startswith(_RIGHTS) else _RESUME}; "
            "--accept-unfinished reports on the rest as it is",
            interrupted=why == _INTERRUPTED,
        )
