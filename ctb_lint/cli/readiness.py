"""``ctb-lint readiness``: what a Planned table still needs to go Active."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ctb_lint.cli import options
from ctb_lint.cli.trouble import RunError, chosen, nearest, sentence

if TYPE_CHECKING:
    from ctb_lint.catalogue import Entry
    from ctb_lint.cli.request import Request
    from ctb_lint.config import Config
    from ctb_lint.readers.catalogue.reader import CatalogueRead
    from ctb_lint.readiness import Checklist
    from ctb_lint.report import Failure

FORMATS = ("text", "json")
COULD_NOT_FINISH = 2


def readiness(
    tables: options.ReadyTables = None,
    format: options.ReadinessFormat = "text",  # noqa: A002  # the option's name
    catalogue: options.Catalogue = None,
    config: options.ConfigFile = None,
    as_of: options.AsOf = None,
) -> Callable[[], int]:
    """Tell what Planned tables still need to go Active, as a checklist."""

    def action() -> int:
        from ctb_lint.cli.given import date_of
        from ctb_lint.cli.output import emit
        from ctb_lint.cli.reading import document, needs_catalogue
        from ctb_lint.cli.request import Request, configuration
        from ctb_lint.reporters import readiness as phrased

        form = chosen("--format", format, FORMATS)
        request = Request(
            catalogue=tuple(catalogue or ()),
            config=config,
            as_of=date_of(as_of),
            no_baseline=True,
            all_findings=True,
        )
        settled = configuration(request)
        needs_catalogue(request, settled)
        read = document(request, settled)
        assert read is not None
        entries = _entries(tables or (), read)
        lists, failures = _judged(entries, read, request, settled)
        told = [failure.message for failure in failures]
        json = form == "json"
        emit(phrased.json(lists, told) if json else phrased.text(lists), utf8=json)
        for failure in failures:
            sys.stderr.write(sentence(failure))
        if failures:
            return COULD_NOT_FINISH
        return int(not all(one.ready for one in lists))

    return action


def _entries(tables: Sequence[str], read: CatalogueRead) -> list[Entry]:
    """The entries of the named tables, else of all that are Planned. Raises RunError where one is
    not there."""
    from ctb_lint.demands import Stage

    first = {entry.table: entry for entry in reversed(read.catalogue.entries)}
    entries = list(first.values())[::-1]
    if not tables:
        return [entry for entry in entries if entry.stage is Stage.PLANNED]
    wanted: list[Entry] = []
    for table in tables:
        found = [one for one in entries if table in {one.name, str(one.table)}]
        if not found:
            near = nearest(table, (entry.name for entry in entries))
            meant = f"; did you mean {near}?" if near else ""
            hint = "ctb-lint catalogue new drafts the entry of a table of the migrations"
            raise RunError(f"the catalogue has no entry {table!r}{meant}", hint=hint)
        wanted += [one for one in found if one not in wanted]
    return wanted


def _judged(
    entries: Sequence[Entry], read: CatalogueRead, request: Request, config: Config
) -> tuple[list[Checklist], tuple[Failure, ...]]:
    """The checklists, judged as if all these tables were Active, and what could not be judged."""
    from msgspec import structs

    from ctb_lint.cli.catalogue.files import place
    from ctb_lint.cli.run import examine
    from ctb_lint.demands import Stage
    from ctb_lint.drafting.edits import spliced
    from ctb_lint.ledger import ledger
    from ctb_lint.readiness import activated, checklists

    if not entries:
        return [], ()
    words = [word for word, stage in config.headings.stages.items() if stage is Stage.PLANNED]
    edits = list(activated(entries, read.catalogue, read.texts, words))
    texts = {
        path: spliced(text, [edit for edit in edits if edit.path == path])
        for path, text in read.texts.items()
    }
    overlay: dict[Path, bytes] = {
        place(config, path): text.encode("utf-8")
        for path, text in texts.items()
        if text != read.texts[path]
    }
    outcome = examine(structs.replace(request, overlay=overlay), config)
    rulings = ledger(outcome.judged)
    report = outcome.report
    active = next((one.catalogue for one in outcome.judged.sources if one.catalogue), None)
    if active is None:
        return [], report.failures
    ready = [(active.entry(entry.table) or entry, entry.stage) for entry in entries]
    lists = checklists(ready, report.findings, rulings, report.suppressed)
    return list(lists), report.failures
