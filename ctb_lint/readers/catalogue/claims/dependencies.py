"""The Dependencies section: foreign keys, dependents, other systems, the process, the layer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import structs

from ctb_lint.catalogue import Entry, Sentence
from ctb_lint.claims import Claim, ClaimKind
from ctb_lint.demands import Demand, LinkedProcess, NoForeignKeys, Strength
from ctb_lint.readers.catalogue.claims.columns import reference_to
from ctb_lint.readers.catalogue.claims.said import Said
from ctb_lint.readers.catalogue.claims.speaker import Speaker, code_spans, origin_at
from ctb_lint.readers.catalogue.claims.tracing import related
from ctb_lint.readers.catalogue.words import speaks_of
from ctb_lint.standard import LAYER_NAMES

_I = re.IGNORECASE
_KEYS = ("foreign keys", "foreign key", "references", "fks")
_DEPENDENTS = ("dependent tables", "dependents", "referenced by", "used by")
_DEPENDS = ("depends on", "requires", "depending on")
_OTHERS = ("external integrations", "external services", "integrations", "external systems")
_PROCESS = ("heir process", "linked process", "process id", "process")
_LAYER = ("orbt layer", "layer")
_NONE = re.compile(r"^(?:none|no\b|nothing|n/a|-|–|—)", _I)
_NUMBERED = re.compile(rf"\d|\b(?:{'|'.join(LAYER_NAMES.values())})\b", _I)
_NOTHING = re.compile(r"(?:none|nothing(?: (?:more|else))?|no dependenc(?:y|ies)|n/a)\W*", _I)
_ARROW = re.compile(r"\s*(?:->|→|=>|⇒|➜|\breferences\b|\bto\b)\s*", _I)


def dependencies(entry: Entry, speaker: Speaker) -> Iterator[Claim]:
    """Each sentence of the section is a claim of the kind that its label names."""
    section = entry.section("D")
    for sentence in section.sentences if section else ():
        label = sentence.name or ""
        above = sentence.group or " ".join(sentence.columns[:1])
        if _is(label, _PROCESS) and sentence.value:
            yield _process(sentence, entry, speaker)
        elif _is(label, _LAYER) and sentence.value:
            yield _claim(ClaimKind.LAYER, sentence, entry, understood=_gives_layer(sentence))
        elif _is(label, _KEYS) or _is(above, _KEYS):
            yield _keys(sentence, entry, speaker)
        elif _is(label, _DEPENDENTS) or _is(above, _DEPENDENTS):
            yield related(sentence, entry, speaker, "D")
        elif _is(label, _DEPENDS) or _is(above, _DEPENDS):
            yield related(sentence, entry, speaker, "D", depends=True)
        elif _is(label, _OTHERS) or _is(above, _OTHERS):
            yield _claim(ClaimKind.INTEGRATION, sentence, entry, beyond="it is another system")
        else:
            nothing = not above and _NOTHING.fullmatch(sentence.text.strip(" `*"))
            yield (
                _no_keys(sentence, entry, speaker)
                if nothing
                else _claim(ClaimKind.RELATED, sentence, entry, understood=False)
            )


def _gives_layer(sentence: Sentence) -> bool:
    """Whether a line's value has a number or the name of a layer, or says that there is none."""
    text = sentence.value.text if sentence.value else ""
    return bool(_NUMBERED.search(text) or _NONE.match(text.strip(" `*")))


def _is(text: str, names: tuple[str, ...]) -> bool:
    return bool(text) and speaks_of(text, names)


def _process(sentence: Sentence, entry: Entry, speaker: Speaker) -> Claim:
    value = sentence.value.text if sentence.value else ""
    written = next(code_spans(value), value.strip())
    demand = LinkedProcess(
        table=speaker.table, origin=origin_at(sentence.at), stage=speaker.stage, id=written
    )
    return _claim(ClaimKind.PROCESS, sentence, entry, demands=(demand,))


def _keys(sentence: Sentence, entry: Entry, speaker: Speaker) -> Claim:
    """``None``, or ``owner_id → users.id`` however it is written."""
    inside = sentence.value.text if sentence.value and _is(sentence.name or "", _KEYS) else None
    text = inside if inside is not None else sentence.text
    origin = origin_at(sentence.at)
    if _NONE.match(text.strip(" `*")):
        return _no_keys(sentence, entry, speaker)
    found: list[Demand] = []
    said = Said(plain="", columns=(), speaker=speaker, origin=origin, strength=Strength.MUST)
    for part in re.split(r"[;,]\s+(?=`)", text):
        column, target = _ends(part, speaker)
        if target:
            words = f"{sentence.group or ''} {sentence.name or ''} {part}"
            found += reference_to(structs.replace(said, plain=words), column, target)
    return _claim(
        ClaimKind.FOREIGN_KEYS, sentence, entry, demands=tuple(found), understood=bool(found)
    )


def _no_keys(sentence: Sentence, entry: Entry, speaker: Speaker) -> Claim:
    demand = NoForeignKeys(table=speaker.table, origin=origin_at(sentence.at), stage=speaker.stage)
    return _claim(ClaimKind.FOREIGN_KEYS, sentence, entry, demands=(demand,))


def _ends(text: str, speaker: Speaker) -> tuple[str | None, str | None]:
    """The column and the target of one key."""
    spans = list(code_spans(text))
    if len(spans) == 1 and (arrow := _ARROW.split(spans[0])) and len(arrow) == 2:
        spans = arrow
    if len(spans) >= 2:
        return speaker.column(spans[0]) or spans[0], spans[1]
    if len(spans) == 1:
        return None, spans[0]
    sides = [side.strip() for side in _ARROW.split(text, maxsplit=1)]
    if len(sides) == 2 and all(sides):
        return speaker.column(sides[0]) or sides[0], sides[1].split()[0].rstrip(".,:;")
    return None, None


def _claim(
    kind: ClaimKind,
    sentence: Sentence,
    entry: Entry,
    *,
    demands: tuple[Demand, ...] = (),
    beyond: str | None = None,
    understood: bool = True,
) -> Claim:
    return Claim(
        kind=kind,
        text=sentence.text,
        at=sentence.at,
        entry=entry.table,
        section="D",
        demands=demands,
        beyond=beyond,
        understood=understood,
    )
