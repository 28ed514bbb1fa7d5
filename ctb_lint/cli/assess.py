"""Judges what was read: rules, then waivers, then the rules about waivers."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct, structs

from ctb_lint.applied import AppliedVersions
from ctb_lint.changed_files import CatalogueChange, FileChange
from ctb_lint.cli.scrubbing import without_passwords
from ctb_lint.demanded import demanded
from ctb_lint.differences import Difference, NotCompared
from ctb_lint.drift import Built, drift, united
from ctb_lint.engine import Judgement, Selection, judge, row_checks
from ctb_lint.evidence import Evidence, Source, SourceKind, Target
from ctb_lint.gate import waive
from ctb_lint.ledger import Judged
from ctb_lint.live import DatabaseFacts, LiveFacts, Server
from ctb_lint.model import QualifiedName, Schema
from ctb_lint.printed import Printed, printed
from ctb_lint.report import Failure, Reported, Skipped, Suppressed
from ctb_lint.rule import Rule, Severity
from ctb_lint.selection import platforms
from ctb_lint.shadow import Shadow
from ctb_lint.shares import Share, claimed_by, shared_out, stages_of
from ctb_lint.waivers import Waiver, WaiverUse

if TYPE_CHECKING:
    from ctb_lint.cli.auditing import Ask
    from ctb_lint.cli.database import Live
    from ctb_lint.cli.reading import Document
    from ctb_lint.config import Config
    from ctb_lint.readers.sql.reader import SqlRead


class Assessed(Struct, frozen=True):
    """What stands after waivers, over the whole of what was read. ``judged`` is what the ledger of
    claims is written from."""

    standing: tuple[Reported, ...]
    suppressed: tuple[Suppressed, ...]
    skipped: tuple[Skipped, ...]
    failures: tuple[Failure, ...]
    judged: Judged


class Bench(Struct, frozen=True, kw_only=True):
    """Who judges, and by what. ``waivers`` are those of the configuration; ``whole`` says that
    every history is read, so that those can be called unused."""

    rules: Mapping[str, Rule]
    chosen: Selection
    config: Config
    as_of: datetime.date
    waivers: tuple[Waiver, ...] = ()
    whole: bool = True

    @property
    def codes(self) -> dict[str, str]:
        """The code that each code and name of a rule stands for."""
        by_name = {rule.name: code for code, rule in self.rules.items()}
        return by_name | {code: code for code in self.rules}

    def about(self, *kinds: type[Any]) -> dict[str, Rule]:
        """The rules that judge one of these, by code."""
        return {c: one for c, one in self.rules.items() if not {*kinds}.isdisjoint(one.subjects)}


_CHANGES = frozenset({FileChange, CatalogueChange})
"""What there is only in a run that is held against another state."""


def may_need_database(rule: Rule) -> bool:
    """Whether only a run that looks at a database can say that the rule finds nothing."""
    kinds = (Difference, Server, LiveFacts, DatabaseFacts, AppliedVersions)
    return rule.of_rows or any(issubclass(subject, kinds) for subject in rule.subjects)


class Beyond(Struct, frozen=True):
    """What there is to judge beside the schema, in a run that is held against another state, by
    the name of the history."""

    file_changes: Mapping[str, tuple[FileChange, ...]] = {}
    catalogue: CatalogueChange | None = None


class Asked(Struct, frozen=True):
    """A database, and the histories that build it. ``ask`` asks about its rows, None where only
    its schema is looked at."""

    live: Live
    histories: tuple[str, ...]
    ask: Ask | None = None


def assess(
    read: SqlRead,
    bench: Bench,
    beyond: Beyond = Beyond(),  # noqa: B008 - frozen
    document: Document | None = None,
    shadows: Mapping[str, Shadow] = {},
    asked: Asked | None = None,
) -> Assessed:
    """Judges all that was read. ``shadows`` is what a server made of the histories."""
    plain = _migrations(read, bench, beyond, document)
    histories = tuple(
        structs.replace(one, shadow=shadows.get(one.database), applied=_applied(one, asked))
        for one in plain
    )
    sources = (*histories, *_document(read, bench, document))
    chosen = structs.replace(bench.chosen, reports=read.selected.__contains__)
    if asked:
        chosen = structs.replace(chosen, leaves_out=_leaves_out(bench, sources))
        live = _live(asked, read, bench, sources, document)
        live = _with_rows(live, asked, sources, bench, chosen, document)
        sources = (*sources, live)
    first = _judged(bench, bench.rules, sources, chosen, document)
    gone = _of_gone(bench, beyond, {source.database for source in sources}, chosen)
    findings, passed_over = without_passwords(
        (*first.findings, *gone.findings), first.skipped, read.texts.values()
    )
    unfollowed = any(shadow.unjudged for shadow in shadows.values())
    finished = not (read.failures or first.failures or unfollowed)
    runs = asked is not None and asked.live.facts is not None
    skipped = {skip.code for skip in first.skipped}

    def ran(waiver: Waiver, code: str) -> bool:
        """Whether the rule was judged wherever the waiver reaches. One about changes is judged
        only while the change is there."""
        reached = bench.whole or waiver.covers is not None
        off = chosen.severities.get(code, Severity.OFF) is Severity.OFF
        rule = bench.rules[code]
        passing = not _CHANGES.isdisjoint(rule.subjects)
        unseen = not runs and (waiver.live or may_need_database(rule))
        unseen = unseen or (rule.of_rows and not (asked and asked.ask))
        return finished and reached and not (off or passing or unseen) and code not in skipped

    waived = waive(findings, (*read.waivers, *bench.waivers), bench.codes, ran, bench.as_of)
    second = _of_waivers(bench, waived.uses, chosen)
    if asked and not runs:
        passed_over = (*passed_over, *_of_the_moment(bench, asked.live))
    return Assessed(
        standing=(*waived.standing, *second.findings),
        suppressed=waived.suppressed,
        skipped=passed_over,
        failures=(*first.failures, *gone.failures, *second.failures),
        judged=Judged(
            rules=bench.rules,
            severities=chosen.severities,
            sources=sources,
            findings=findings,
            verdicts=first.verdicts,
        ),
    )


def _of_the_moment(bench: Bench, live: Live) -> Iterator[Skipped]:
    """What a snapshot cannot tell, and the rules that would have to know it."""
    where = live.snapshot.path if live.snapshot else live.name
    yield Skipped("", where, "a snapshot has no rows: ctb-lint audit asks a database about them")
    for code, rule in bench.rules.items():
        off = bench.chosen.severities.get(code, Severity.OFF) is Severity.OFF
        if not off and only_running(rule):
            yield Skipped(code, where, "only a running database can tell")


def only_running(rule: Rule) -> bool:
    """Whether a rule has to know what only a running database tells of its schema."""
    types = (*rule.subjects, *(one.type for one in rule.parameters if not one.optional))
    return not _MOMENTARY.isdisjoint(types)


_MOMENTARY = frozenset({AppliedVersions, LiveFacts, Server})
"""What no snapshot has."""


def _of_gone(bench: Bench, beyond: Beyond, here: set[str], chosen: Selection) -> Judgement:
    """The findings about histories of which no file is left."""
    sources = tuple(
        Source(SourceKind.MIGRATIONS, name, Schema(), file_changes=changes)
        for name, changes in beyond.file_changes.items()
        if name not in here
    )
    return _judged(bench, bench.about(FileChange), sources, chosen)


def _migrations(
    read: SqlRead, bench: Bench, beyond: Beyond, document: Document | None
) -> Iterator[Source]:
    """The histories, each held against what the catalogue says of its tables."""
    standard = bench.config.standard
    schemas = [folded.schema for folded in read.folded]
    shares: tuple[Share, ...] = (Share(),) * len(schemas)
    if document:
        shares = shared_out(
            document.catalogue,
            document.schema,
            document.claims,
            schemas,
            assuming=[n for n, one in enumerate(read.folded) if not one.history.from_nothing],
        )
    for folded, share in zip(read.folded, shares, strict=True):
        name = folded.history.name
        yield Source(
            SourceKind.MIGRATIONS,
            name,
            folded.schema,
            folded.history,
            demanded(folded.schema, standard, share.claimed, share.stages),
            file_changes=beyond.file_changes.get(name, ()),
            catalogue_change=beyond.catalogue,
            differences=share.comparison.differences,
            compared=share.compared,
            not_compared=share.comparison.not_compared,
        )


def _document(read: SqlRead, bench: Bench, document: Document | None) -> Iterator[Source]:
    """What the document says, and the tables that it declares. It is the only history's, where
    there is one."""
    if document is None:
        return
    names = [folded.history.name for folded in read.folded]
    yield Source(
        SourceKind.CATALOGUE,
        names[0] if len(names) == 1 else "catalogue",
        document.schema,
        demands=demanded(
            document.schema,
            bench.config.standard,
            claimed_by(document.claims),
            stages_of(document.catalogue),
        ),
        catalogue=document.catalogue,
        mishaps=document.mishaps,
        claims=document.claims,
        documented=None if read.folded else document.documented,
    )


def _live(
    asked: Asked,
    read: SqlRead,
    bench: Bench,
    sources: tuple[Source, ...],
    document: Document | None,
) -> Source:
    """The database, held against the histories that build it and against the catalogue. It is
    theirs: what is found in both is one fault."""
    schema = asked.live.schema
    built = _built(asked, read, sources)
    share: Share | None = None
    if document:
        declared = (document.catalogue, document.schema, document.claims)
        (share,) = shared_out(*declared, [schema], SourceKind.LIVE)
    found = drift(schema, built, share)
    said = share or Share()
    alone = "catalogue" if document else asked.live.name
    return Source(
        SourceKind.LIVE,
        asked.histories[0] if asked.histories else alone,
        schema,
        demands=demanded(schema, bench.config.standard, said.claimed, said.stages),
        differences=found.differences,
        compared=found.compared,
        not_compared=(*found.not_compared, *_unread(read)),
        facts=asked.live.facts,
        lasting=asked.live.lasting,
    )


def _applied(source: Source, asked: Asked | None) -> AppliedVersions | None:
    """Which files of a history the database says it has had."""
    if asked is None or source.history is None or source.database not in asked.histories:
        return None
    return asked.live.applied.get(source.history.layout)


def _with_rows(
    live: Source,
    asked: Asked,
    sources: tuple[Source, ...],
    bench: Bench,
    chosen: Selection,
    document: Document | None,
) -> Source:
    """The database with what it answers about its rows."""
    if asked.ask is None:
        return live
    checks = row_checks(bench.rules, _evidence(bench, (*sources, live), document), chosen)
    return structs.replace(live, row_facts=asked.ask(checks))


def _unread(read: SqlRead) -> Iterator[NotCompared]:
    """What the migrations do not tell where not all of them could be read."""
    if read.failures:
        why = "not all of them could be read"
        yield NotCompared(source=SourceKind.MIGRATIONS, relation=None, fact="migrations", why=why)


def _built(asked: Asked, read: SqlRead, sources: tuple[Source, ...]) -> Built | None:
    """What the migrations make of a database; None where there are none, or not all of them could
    be read: what they lack would then seem to be nobody's. Where a server made something of them,
    it is in its words."""
    own = [folded for folded in read.folded if folded.history.name in asked.histories]
    if not own or read.failures:
        return None
    live, at = asked.live.schema, asked.live.major
    migrations = [
        source
        for source in sources
        if source.kind is SourceKind.MIGRATIONS and source.database in asked.histories
    ]
    forms = [
        printed(one.schema, one.shadow, live, at) if one.shadow else Printed(one.schema)
        for one in migrations
    ]
    return Built(
        united([form.schema for form in forms]),
        all(folded.history.from_nothing for folded in own),
        tuple(d for one in migrations for d in one.differences),
        forms[0].whole if len(forms) == 1 else frozenset(),
    )


def _leaves_out(bench: Bench, sources: tuple[Source, ...]) -> Callable[[QualifiedName], str | None]:
    """Why a relation is not judged: the configuration leaves it out, or a platform keeps it for
    itself."""
    own = {name.schema for source in sources for name in source.schema.names()}
    of_platform = platforms(bench.config, own)
    return lambda name: bench.chosen.leaves_out(name) or of_platform(name)


def _of_waivers(bench: Bench, uses: tuple[WaiverUse, ...], chosen: Selection) -> Judgement:
    """The findings about waivers. They cannot be waived."""
    source = Source(SourceKind.WAIVERS, "", Schema(), waivers=uses)
    return _judged(bench, bench.about(WaiverUse), (source,) if uses else (), chosen)


def _judged(
    bench: Bench,
    rules: Mapping[str, Rule],
    sources: tuple[Source, ...],
    chosen: Selection,
    document: Document | None = None,
) -> Judgement:
    return judge(rules, _evidence(bench, sources, document), chosen)


def _evidence(bench: Bench, sources: tuple[Source, ...], document: Document | None) -> Evidence:
    return Evidence(
        sources=sources,
        standard=bench.config.standard,
        target=Target(bench.config.pg_version, bench.config.pg_version_assumed),
        as_of=bench.as_of,
        catalogue=document.catalogue if document else None,
        surroundings=document.surroundings if document else None,
        commits=document.commits if document else None,
    )
