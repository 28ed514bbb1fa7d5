"""``ctb-lint claims``: what the catalogue says, entry by entry, and how each of it ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ctb_lint.cli import options
from ctb_lint.cli.trouble import RunError, chosen, sentence

if TYPE_CHECKING:
    from ctb_lint.claims import Ruling
    from ctb_lint.cli.run import Outcome

FORMATS = ("text", "json")
COULD_NOT_FINISH = 2


def claims(
    tables: options.Tables = None,
    catalogue: options.Catalogue = None,
    db: options.Db = None,
    snapshot: options.Snapshot = None,
    allow_plaintext: options.AllowPlaintext = False,
    history: options.Histories = None,
    verdict: options.Verdicts = None,
    format: options.ClaimsFormat = "text",  # noqa: A002  # the option's name
    config: options.ConfigFile = None,
    as_of: options.AsOf = None,
) -> Callable[[], int]:
    """List what the catalogue claims: held, broken, skipped, or not understood."""

    def action() -> int:
        import sys

        from ctb_lint.claims import Verdict
        from ctb_lint.cli.database import refuse_urls
        from ctb_lint.cli.given import beside_db, beside_snapshot, date_of
        from ctb_lint.cli.output import emit
        from ctb_lint.cli.reading import needs_catalogue
        from ctb_lint.cli.request import Request, configuration
        from ctb_lint.cli.run import examine
        from ctb_lint.ledger import ledger
        from ctb_lint.reporters import ledger as phrased

        form = chosen("--format", format, FORMATS)
        wanted = {chosen("--verdict", one, tuple(Verdict)) for one in verdict or ()}
        refuse_urls([snapshot])
        about = {"--allow-plaintext": allow_plaintext, "--history": history}
        beside_snapshot(snapshot, {"--db": db is not None}, {"--allow-plaintext": allow_plaintext})
        beside_db(db, {}, {} if snapshot is not None else about)
        request = Request(
            catalogue=tuple(catalogue or ()),
            config=config,
            as_of=date_of(as_of),
            no_baseline=True,
            db=db,
            snapshot=snapshot,
            allow_plaintext=allow_plaintext,
            histories=tuple(history or ()),
        )
        settled = configuration(request)
        needs_catalogue(request, settled)
        outcome = examine(request, settled)
        rulings = _about(ledger(outcome.judged), tables or [], outcome)
        shown = tuple(one for one in rulings if not wanted or one.verdict in wanted)
        render = {"text": phrased.text, "json": phrased.json}[form]
        emit(render(rulings, shown, outcome.report), utf8=form == "json")
        for failure in outcome.report.failures:
            sys.stderr.write(sentence(failure))
        return COULD_NOT_FINISH if outcome.report.failures else 0

    return action


def _about(rulings: tuple[Ruling, ...], tables: list[str], outcome: Outcome) -> tuple[Ruling, ...]:
    """Those of the named tables; all where none is named. Raises RunError where the catalogue
    claims nothing, or has no entry of that name."""
    if not rulings:
        raise _nothing_claimed(outcome)
    if not tables:
        return rulings
    known = {one.claim.entry for one in rulings if one.claim.entry}
    chosen_ones = set()
    for table in tables:
        found = {name for name in known if table in {name.name, str(name)}}
        if not found:
            listed = ", ".join(sorted(name.name for name in known))
            raise RunError(f"the catalogue has no entry {table}", hint=f"it has {listed}")
        chosen_ones |= found
    return tuple(one for one in rulings if one.claim.entry in chosen_ones)


def _nothing_claimed(outcome: Outcome) -> RunError:
    """Why: nobody could read it, or nothing stands in it."""
    files = next((one.catalogue.paths for one in outcome.judged.sources if one.catalogue), ())
    for failure in () if files else outcome.report.failures:
        return RunError(failure.message, path=failure.path, line=failure.line, hint=failure.hint)
    hint = "name a catalogue with --catalogue FILE; docs/catalogue.md says how one looks"
    return RunError(f"there is no claim in {' and '.join(files)}", hint=hint)
