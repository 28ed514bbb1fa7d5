"""What the document says besides its entries, and the headers of those."""

from __future__ import annotations

from collections.abc import Iterator

from ctb_lint.catalogue import Catalogue, Entry, Sentence
from ctb_lint.claims import Claim, ClaimKind
from ctb_lint.demands import Demand, RequiredColumn, Role
from ctb_lint.diagram import Diagram
from ctb_lint.model import Location
from ctb_lint.readers.catalogue.claims.phrases import Reading, demands_plainly, read_phrase
from ctb_lint.readers.catalogue.claims.speaker import Speaker, code_spans, origin_at

_HEADER = {
    "barton-id": ClaimKind.BARTON_ID,
    "heir-id": ClaimKind.HEIR_ID,
    "status": ClaimKind.STATUS,
    "created": ClaimKind.CREATED,
    "author": ClaimKind.AUTHOR,
    "modified": ClaimKind.MODIFIED,
    "target": ClaimKind.TARGET,
}
_RUNNERS = frozenset({"bash", "sh", "shell", "console", "zsh", "python", "py"})


def header(entry: Entry) -> Iterator[Claim]:
    """The fields of an entry's header that are known."""
    for field in entry.header.fields:
        kind = _HEADER.get(field.key)
        if kind and field.value.text:
            text = f"{field.name}: {field.value.text}"
            yield Claim(kind=kind, text=text, at=field.at, entry=entry.table)


def document(catalogue: Catalogue) -> Iterator[Claim]:
    """Index, statistics, layers, diagrams, connections, links, runners and the footer."""
    for kind, text, at in _said(catalogue):
        beyond = "only a connection can tell" if kind is ClaimKind.CONNECTION else None
        yield Claim(kind=kind, text=text, at=at, beyond=beyond)
    for diagram in catalogue.diagrams:
        yield from _drawn(diagram)


def _said(catalogue: Catalogue) -> Iterator[tuple[ClaimKind, str, Location]]:
    for row in catalogue.index:
        yield ClaimKind.INDEX_ROW, row.name.text, row.at
    for statistic in (*catalogue.statistics, *catalogue.footer.totals):
        yield ClaimKind.STATISTIC, f"{statistic.name}: {statistic.value.text}", statistic.at
    for layer in catalogue.layers:
        names = ", ".join(one.text for one in layer.tables)
        yield ClaimKind.LAYER_LIST, f"{layer.name}: {names}", layer.at
    for connection in catalogue.connections:
        for sentence in connection.sentences:
            yield ClaimKind.CONNECTION, f"{connection.name}: {sentence.text}", sentence.at
    review = catalogue.footer.next_review
    if review:
        yield ClaimKind.REVIEW, f"next review: {review.text}", review.at
    for link in catalogue.links:
        yield ClaimKind.LINK, link.target.text, link.target.at
    for block in catalogue.blocks:
        if block.entry is None and block.language in _RUNNERS and _sends_sql(block.text):
            first = next((line.strip() for line in block.text.splitlines() if line.strip()), "")
            yield ClaimKind.RUNNER, first, block.at


def _drawn(diagram: Diagram) -> Iterator[Claim]:
    for entity in diagram.entities:
        yield Claim(kind=ClaimKind.ENTITY, text=entity.name, at=entity.at)
        for attribute in entity.attributes:
            text = f"{entity.name}.{attribute.name} {attribute.type}"
            yield Claim(kind=ClaimKind.ATTRIBUTE, text=text, at=attribute.at)
    for edge in diagram.edges:
        text = f"{edge.left} – {edge.right}: {edge.label}"
        yield Claim(kind=ClaimKind.EDGE, text=text, at=edge.at)


def _sends_sql(program: str) -> bool:
    """Whether a program sends SQL to a server."""
    sends = ("psql", "psycopg", "cursor.execute", "asyncpg", "sqlalchemy")
    return any(word in program for word in sends)


def required(catalogue: Catalogue, speakers: list[Speaker]) -> Iterator[Claim]:
    """What is required of all tables: of every governed one that is declared."""
    # They all know the same tables.
    known = frozenset(speakers[0].governed) if speakers else ()
    governed = [one for one in speakers if one.table in known]
    for sentence in catalogue.required:
        readings = [_required(sentence, one) for one in governed]
        understood = [one for one in readings if one]
        demands = tuple(d for one in understood for d in one.demands)
        beyond = next((one.beyond for one in understood if one.beyond), None)
        yield Claim(
            kind=ClaimKind.REQUIRED,
            text=sentence.text,
            at=sentence.at,
            demands=demands,
            beyond=beyond or (None if governed else "no table is governed"),
            understood=bool(understood) or not governed,
        )


def _required(sentence: Sentence, speaker: Speaker) -> Reading | None:
    origin = origin_at(sentence.at)
    roles = dict(zip(speaker.ids, (Role.UNIQUE_ID, Role.PROCESS_ID), strict=True))
    standard = speaker.standard
    asked = dict(zip(standard.id_columns, speaker.ids, strict=True))
    asked |= {standard.layer: standard.layer, standard.created_at: standard.created_at}
    roles |= {standard.layer: Role.LAYER, standard.created_at: Role.CREATED_AT}
    found: list[Demand] = [
        RequiredColumn(
            table=speaker.table,
            column=asked[span],
            origin=origin,
            stage=speaker.stage,
            role=roles[asked[span]],
        )
        for span in code_spans(sentence.text)
        if span in asked
    ]
    reading = read_phrase(sentence.text, speaker, origin)
    if not found or not demands_plainly(sentence.text):
        return reading
    return Reading((*found, *reading.demands) if reading else tuple(found))
