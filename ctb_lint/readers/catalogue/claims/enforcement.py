"""The Enforcement section, and value sets and ranges of the Columns list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

from ctb_lint.catalogue import Entry, Sentence, SentenceKind
from ctb_lint.claims import Claim, ClaimKind
from ctb_lint.demands import Demand, Layer, NotNull, Unique, ValueSet
from ctb_lint.readers.catalogue.claims.phrases import Reading, read_phrase
from ctb_lint.readers.catalogue.claims.speaker import Speaker, origin_at

_FEW = 3
_ENDS = re.compile(r"(?<=[.;])\s+(?=[`A-Z])")
_ONLY_NAMES = re.compile(r"(?:`[^`]+`(?:\s*(?:,|and|&)\s*)?)+\.?")


def enforcement(entry: Entry, speaker: Speaker) -> Iterator[Claim]:
    """Each sentence of the section is a claim, also those that nobody understands."""
    section = entry.section("E")
    sentences = section.sentences if section else ()
    for sentence, following in zip_longest(sentences, sentences[1:]):
        for text in _texts(sentence):
            reading = _reading(text, sentence, speaker)
            if reading or not (following and _introduces(sentence, following)):
                yield rule_claim(text, sentence, entry, reading)


def _introduces(sentence: Sentence, following: Sentence) -> bool:
    """Whether a list item of a few words only says what those nested in it are about."""
    nested = sentence.kind is SentenceKind.ITEM and following.depth > sentence.depth
    return nested and len(sentence.text.split()) <= _FEW


def _reading(text: str, sentence: Sentence, speaker: Speaker) -> Reading | None:
    """What it demands by itself, or else below its label (``Retention`` above ``drafts: 30
    days``)."""
    origin = origin_at(sentence.at)
    found = read_phrase(text, speaker, origin)
    if found is None and sentence.group:
        found = read_phrase(f"{sentence.group}: {text}", speaker, origin)
    return found


def rule_claim(text: str, sentence: Sentence, entry: Entry, reading: Reading | None) -> Claim:
    """The claim that a sentence of rules makes."""
    found = reading or Reading()
    return Claim(
        kind=ClaimKind.RULE,
        text=text,
        at=sentence.at,
        entry=entry.table,
        section=sentence.section,
        demands=found.demands,
        softens=found.softens,
        beyond=found.beyond,
        understood=reading is not None,
    )


def _texts(sentence: Sentence) -> Iterator[str]:
    """What a line says, sentence by sentence. Where it holds names only, the label above says
    what of them (``Required:``)."""
    text = sentence.text
    if sentence.kind is SentenceKind.ROW:
        text = " ".join(cell.text for cell in sentence.cells)
    if sentence.group and _ONLY_NAMES.fullmatch(text.strip()):
        yield f"{sentence.group}: {text}"
        return
    yield from (part for part in _ENDS.split(text) if part.strip())


def columns_list(entry: Entry, speaker: Speaker) -> Iterator[Claim]:
    """What the lines of the Columns list demand of values: whether they agree with the SQL is
    judged as it stands."""
    for item in entry.columns:
        name, origin = speaker.column(item.name.text) or item.name.text, origin_at(item.at)
        found: list[Demand] = []

        if item.values:
            found.append(
                ValueSet(
                    table=entry.table, column=name, origin=origin, stage=entry.stage,
                    values=item.values,
                )
            )  # fmt: skip
        if item.bounds and name == speaker.standard.layer:
            first, last = item.bounds
            found.append(
                Layer(
                    table=entry.table, column=name, origin=origin, stage=entry.stage,
                    first=first, last=last,
                )
            )  # fmt: skip
        if item.unique:
            found.append(Unique(table=entry.table, column=name, origin=origin, stage=entry.stage))
        if item.not_null:
            found.append(
                NotNull(
                    table=entry.table, column=name, origin=origin, stage=entry.stage,
                    id=name in speaker.ids,
                )
            )  # fmt: skip
        yield Claim(
            kind=ClaimKind.COLUMN_ITEM,
            text=f"{name} {item.type.text if item.type else ''}".strip(),
            at=item.at,
            entry=entry.table,
            section="S",
            demands=tuple(found),
        )
