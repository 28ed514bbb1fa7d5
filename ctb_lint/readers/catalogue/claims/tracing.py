"""Traceability, Migration and Purpose: files, commits, commands, and what the table is for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ctb_lint.catalogue import CodeBlock, Entry, Sentence, Written
from ctb_lint.claims import Claim, ClaimKind
from ctb_lint.demands import Demand, NamedMigration, RelatedTable, SoftReference
from ctb_lint.model import Location, QualifiedName
from ctb_lint.readers.catalogue.claims.said import Said
from ctb_lint.readers.catalogue.claims.speaker import Speaker, code_spans, origin_at
from ctb_lint.readers.catalogue.declared import qualified, rolls_back
from ctb_lint.readers.catalogue.words import speaks_of
from ctb_lint.soft_words import LOOSE

_FILES = ("migration file", "migration", "creation migration", "created in", "sql file")
_NAMED = (
    (ClaimKind.SOURCE_PATH, ("source path", "source", "path", "directory", "folder")),
    (ClaimKind.COMMIT, ("commit", "commit hash", "git commit", "revision")),
    (ClaimKind.DIAGRAM_FILE, ("chartdb schema", "chartdb", "diagram file", "chartdb file")),
    (ClaimKind.VERSION, ("version", "schema version")),
)
_PURPOSE = ("business purpose", "purpose", "why")
_GROUPS = (
    (ClaimKind.USE_CASES, ("use cases", "use case", "used for", "uses")),
    (ClaimKind.WORKFLOWS, ("workflows", "workflow", "processes")),
)
_RELATED = ("related entities", "related tables", "related", "see also")
_TABLE = re.compile(r"(?:(?:\w+|\"(?:[^\"]|\"\")+\")(?:\.(?!$)|$)){1,2}")
_VIA = re.compile(r"\b(?:via|through|using|on|column)\s+`([^`]+)`", re.IGNORECASE)
_LINK = re.compile(r"\[[^\[\]]{0,300}\]\(\s{0,9}<?([^()\s<>]{1,500})>?[^()]{0,200}\)")
_SHELLS = frozenset({"bash", "sh", "shell", "console", "zsh", "shell-session"})


def tracing(entry: Entry, speaker: Speaker) -> Iterator[Claim]:
    """The claims of the T and M sections."""
    for letter in ("T", "M"):
        section = entry.section(letter)
        for sentence in section.sentences if section else ():
            yield from _traced(sentence, entry, speaker, letter)
        for block in section.blocks if section else ():
            yield from _block(block, entry, letter)


def _traced(sentence: Sentence, entry: Entry, speaker: Speaker, letter: str) -> Iterator[Claim]:
    name = sentence.name or ""
    value = sentence.value
    if not name and (sentence.group or "").lower() in _FILES and sentence.text.strip():
        # The file stands in a list of its own below the words.
        name, value = sentence.group or "", Written(sentence.text, sentence.at)
    if not name or value is None or not value.text:
        return
    if name.lower() in _FILES:
        file = named_file(value.text)
        demand = NamedMigration(
            table=speaker.table, origin=origin_at(value.at), stage=speaker.stage, file=file
        )
        yield _claim(ClaimKind.MIGRATION_FILE, sentence, entry, letter, demands=(demand,))
        return
    for kind, names in _NAMED:
        if name.lower() in names:
            beyond = "nothing says which version it is" if kind is ClaimKind.VERSION else None
            yield _claim(kind, sentence, entry, letter, beyond=beyond)
            return


def named_file(value: str) -> str:
    """The file that a value names: in backticks, as the target of a link, or as it stands."""
    link = _LINK.search(value)
    if link and "`" not in value[: link.start()]:
        return link[1].partition("#")[0]
    return next(code_spans(value), value.strip())


def _block(block: CodeBlock, entry: Entry, letter: str) -> Iterator[Claim]:
    kind = ClaimKind.CREATION if block.language in _SHELLS else None
    if block.language == "sql" and rolls_back(block):
        kind = ClaimKind.ROLLBACK
    if kind:
        first = next((line.strip() for line in block.text.splitlines() if line.strip()), "")
        yield Claim(kind=kind, text=first, at=block.at, entry=entry.table, section=letter)


def purpose(entry: Entry, speaker: Speaker) -> Iterator[Claim]:
    """The claims of the P section: that there is a purpose and what it is used for, and that the
    tables it speaks of exist."""
    section = entry.section("P")
    sentences = section.sentences if section else ()
    for sentence in sentences:
        if sentence.name and sentence.name.lower() in _PURPOSE and sentence.value:
            yield _claim(ClaimKind.PURPOSE, sentence, entry, "P")
    for kind, names in _GROUPS:
        ones = [s for s in sentences if s.group and s.group.lower() in names]
        if ones:
            words = f"{ones[0].group}: {len(ones)}"
            yield Claim(
                kind=kind,
                text=words,
                at=_span(ones),
                entry=entry.table,
                section="P",
                beyond="what people do with a table is in no schema"
                if kind is ClaimKind.WORKFLOWS
                else None,
            )
    for sentence in sentences:
        if sentence.group and speaks_of(sentence.group, _RELATED):
            yield related(sentence, entry, speaker, "P")


def related(
    sentence: Sentence, entry: Entry, speaker: Speaker, letter: str, *, depends: bool = False
) -> Claim:
    """A sentence that ties the table to others. Those in backticks must be tables, unless they are
    columns of the table itself, or what a soft reference goes by."""
    named = [sentence.name] if sentence.name and not speaker.column(sentence.name) else []
    soft = LOOSE.search(f"{sentence.group or ''} {sentence.text}") is not None
    spans = [span for span in code_spans(sentence.text) if not speaker.column(span)]
    if soft:
        by = _VIA.findall(sentence.text)
        spans = [span for span in spans if span not in by] or spans
    written = dict.fromkeys(name for name in spans or named if _is_name(name))
    if not spans:
        written = {}
    others = [_relation(name, speaker) for name in written]
    said = Said(plain="", columns=(), speaker=speaker, origin=origin_at(sentence.at))
    demands: list[Demand] = [
        said.demand(RelatedTable, other=other, depends=depends)
        for other in others
        if other != speaker.table
    ]
    if soft and (depends or letter == "P") and len(others) == 1:
        demands += _soft(sentence, others[0], said)
    beyond = None if demands else "it names no other table"
    return _claim(ClaimKind.RELATED, sentence, entry, letter, demands=tuple(demands), beyond=beyond)


def _relation(written: str, speaker: Speaker) -> QualifiedName:
    name = qualified(written, "")
    return speaker.relation(name.schema or None, name.name)


def _soft(sentence: Sentence, target: QualifiedName, said: Said) -> Iterator[Demand]:
    """The columns by which the table refers to another. What refers to the registry by its id has
    to be registered, and that is demanded already."""
    speaker = said.speaker
    own = [*filter(None, map(speaker.column, code_spans(sentence.text)))]
    for column in own or _VIA.findall(sentence.text):
        if target != speaker.registry or column != speaker.standard.unique_id:
            yield said.demand(SoftReference, column, target=target)


def _is_name(text: str) -> bool:
    return _TABLE.fullmatch(text) is not None


def _claim(
    kind: ClaimKind,
    sentence: Sentence,
    entry: Entry,
    letter: str,
    *,
    demands: tuple[Demand, ...] = (),
    beyond: str | None = None,
) -> Claim:
    return Claim(
        kind=kind,
        text=sentence.text,
        at=sentence.at,
        entry=entry.table,
        section=letter,
        demands=demands,
        beyond=beyond,
    )


def _span(sentences: Sequence[Sentence]) -> Location:
    first, last = sentences[0].at, sentences[-1].at
    return Location(
        first.path, first.start, last.end, first.line, first.column, last.end_line, last.end_column
    )
