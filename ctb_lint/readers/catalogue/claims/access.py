"""The Authentication & Authorization section: who may do what, and row-level security."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from ctb_lint.catalogue import Entry, Sentence, SentenceKind
from ctb_lint.claims import Claim, ClaimKind
from ctb_lint.demands import Access, Action, Demand, RowSecurity
from ctb_lint.readers.catalogue.claims.speaker import Speaker, origin_at

_I = re.IGNORECASE
_ACTIONS = (
    (Action.READ, re.compile(r"\b(?:read|select|view|query)\b", _I)),
    (Action.WRITE, re.compile(r"\b(?:write|insert|update|create|modify|edit|upsert)\b", _I)),
    (Action.DELETE, re.compile(r"\b(?:delete|remove|purge|truncate)\b", _I)),
)
_ROW_SECURITY = re.compile(r"\brow[- ]?level[- ]?security\b|\brow security\b|\brls\b", _I)
_NOTE = re.compile(r"\(([^()]*)\)")
_AFTER = re.compile(r"\bafter\s+(\d{1,5})\s*(day|week|month|year)s?\b", _I)
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_EVERYBODY = re.compile(
    r"\b(?:everyone|everybody|anyone|anybody|public|all (?:authenticated |signed-in |logged-in )?"
    r"(?:users|roles|clients))\b",
    _I,
)
_NOBODY = re.compile(r"^(?:none|nobody|no one|no-one|never|n/a|-|–|—)\b", _I)
_ONLY = re.compile(r"\s*\bonly\b\s*", _I)
_SPLIT = re.compile(r"\s*(?:,\s*(?:and\s+)?|;|\s/\s|\s+and\s+|\s*&\s*|\s+or\s+)\s*", _I)
_ON = re.compile(r"\b(?:enabled|on|required|yes|enforced|forced|active|mandatory)\b|^per\b", _I)
_OFF = re.compile(
    r"^(?:none|no|off|disabled|not (?:enabled|required|needed)|n/a|-|–|—)(?:\W|$)", _I
)
_LATER = re.compile(r"\b(?:planned|later|tbd|to be)\b", _I)
_YES = re.compile(r"^(?:yes|y|x|✓|✔|✅|true|allowed|full)\W*$", _I)


def access(entry: Entry, speaker: Speaker) -> Iterator[Claim]:
    """What the section says, each sentence a claim; what is neither is not understood."""
    section = entry.section("A")
    valued = {s.name for s in section.sentences if s.value and s.value.text} if section else set()
    for sentence in section.sentences if section else ():
        if sentence.kind is SentenceKind.ROW and sentence.columns:
            continue
        remark = not sentence.name and sentence.group in valued
        yield _remark(sentence, entry) if remark else _claim(sentence, entry, speaker)
    rows = [s for s in section.sentences if s.kind is SentenceKind.ROW] if section else []
    yield from _of_rows([row for row in rows if row.columns], entry, speaker)


def _remark(sentence: Sentence, entry: Entry) -> Claim:
    """What stands below a line that has said who may do it already."""
    return Claim(
        kind=ClaimKind.ACCESS,
        text=sentence.text,
        at=sentence.at,
        entry=entry.table,
        section="A",
        beyond="it says how, not who",
    )


def _claim(sentence: Sentence, entry: Entry, speaker: Speaker) -> Claim:
    name, value = sentence.name or "", sentence.value.text if sentence.value else ""
    if not value and sentence.group:
        # Under a label ``Read Access``, each item is a role.
        name, value = sentence.group, sentence.text
    kind, demands, beyond = ClaimKind.ACCESS, list[Demand](), None
    if _ROW_SECURITY.search(name) or (not value and _ROW_SECURITY.search(sentence.text)):
        kind = ClaimKind.ROW_SECURITY
        demands, beyond = _row_security(value or sentence.text, sentence, speaker)
    else:
        actions = _actions(name)
        demands = [_access(action, value, sentence, speaker) for action in actions if value]
    return Claim(
        kind=kind,
        text=sentence.text,
        at=sentence.at,
        entry=entry.table,
        section="A",
        demands=tuple(demands),
        beyond=beyond,
        understood=bool(demands or beyond),
    )


def _actions(name: str) -> list[Action]:
    return [action for action, pattern in _ACTIONS if pattern.search(name)]


def _access(action: Action, value: str, sentence: Sentence, speaker: Speaker) -> Access:
    after = _AFTER.search(value)
    plain = _ONLY.sub(" ", _NOTE.sub(" ", value)).strip(" .`*")
    nobody = _NOBODY.match(plain)
    everybody = not nobody and _EVERYBODY.search(plain) is not None
    roles = () if nobody or everybody else tuple(r.strip(" `*") for r in _SPLIT.split(plain))
    return Access(
        table=speaker.table,
        origin=origin_at(sentence.at),
        stage=speaker.stage,
        action=action,
        roles=tuple(role for role in roles if role),
        everybody=everybody,
        after_days=int(after[1]) * _DAYS[after[2].lower()] if after else None,
    )


def _row_security(
    value: str, sentence: Sentence, speaker: Speaker
) -> tuple[list[Demand], str | None]:
    plain = _NOTE.sub(" ", value).strip()
    if _LATER.search(plain):
        return [], "it is planned, and need not hold yet"
    off = _OFF.match(plain)
    if not off and not _ON.search(plain):
        return [], None
    demands: list[Demand] = [
        RowSecurity(
            table=speaker.table,
            origin=origin_at(sentence.at),
            stage=speaker.stage,
            wanted=not off,
        )
    ]
    for note in _NOTE.findall(value):
        # "None (all authenticated users can read)" says who may read.
        if _EVERYBODY.search(note):
            demands += [_access(action, note, sentence, speaker) for action in _actions(note)]
    return demands, None


def _of_rows(rows: list[Sentence], entry: Entry, speaker: Speaker) -> Iterator[Claim]:
    """A table of roles and actions: one claim for each action, at the first row that allows it."""
    allowed: defaultdict[Action, list[tuple[str, Sentence]]] = defaultdict(list)
    for row in rows:
        for column, cell in list(zip(row.columns, row.cells, strict=False))[1:]:
            for action in _actions(column):
                if _YES.match(cell.text):
                    allowed[action].append((row.cells[0].text.strip("`* "), row))
    for action, ones in allowed.items():
        first = ones[0][1]
        demand = _access(action, ", ".join(role for role, _ in ones), first, speaker)
        yield Claim(
            kind=ClaimKind.ACCESS,
            text=f"{action}: {', '.join(role for role, _ in ones)}",
            at=first.at,
            entry=entry.table,
            section="A",
            demands=(demand,),
        )
