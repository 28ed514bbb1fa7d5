"""The baseline: debt that is known, so that only new debt fails.

The file is JSON, one entry a line, sorted: merges and reviews see a line for each fault. An entry
is rule, object and facet in a history; lines and messages are not part of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from ctb_lint.evidence import SourceKind
from ctb_lint.gate import parted
from ctb_lint.report import Debt, Reported, Suppressed, SuppressedBy, fingerprint

VERSION = 1
"""Of the file's format."""
MOST = 100_000
"""Findings of one fault that an entry may stand for."""
_BOM = b"\xef\xbb\xbf"
_Key = tuple[str, str, str, str, str]
"""History, fingerprint, rule, object and facet: what an entry says must be what it counts for."""


class BaselineError(Exception):
    """The text is no baseline; the message says why."""


class Entry(Struct, frozen=True, kw_only=True, order=True, omit_defaults=True):
    """Known debt: ``count`` findings of one rule about one object. ``fingerprint`` is of the three
    fields before it; where they say something else the entry stands for nothing. ``live`` says that
    only a database shows it: a run without one cannot tell whether it is paid."""

    history: str
    rule: str
    object: str
    facet: str = ""
    fingerprint: Annotated[str, Meta(pattern="^[0-9a-f]{16}$")]
    count: Annotated[int, Meta(ge=1, le=MOST)] = 1
    live: bool = False


class Baseline(Struct, frozen=True, forbid_unknown_fields=True):
    """The file's content."""

    version: int
    findings: tuple[Entry, ...]


class Whole(Struct, frozen=True):
    """A run that looked at everything: the names of all histories, and whether the rule of an entry
    was judged on its object."""

    histories: frozenset[str]
    judged: Callable[[Entry], bool]


class Held(Struct, frozen=True):
    """Findings parted by a baseline: those that are new, known ones, and what was made of it."""

    standing: tuple[Reported, ...]
    suppressed: tuple[Suppressed, ...]
    debt: Debt
    remaining: tuple[Entry, ...]
    """The entries without what is paid: what ``--prune-baseline`` writes."""


def read(text: bytes) -> tuple[Entry, ...]:
    """The entries of a baseline. Raises BaselineError where it is none."""
    try:
        found = msgspec.json.decode(text.removeprefix(_BOM), type=Baseline)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BaselineError(f"is no baseline of ctb-lint: {error}") from error
    if found.version != VERSION:
        raise BaselineError(
            f"is a baseline of version {found.version}; this ctb-lint knows version {VERSION}"
        )
    return found.findings


def written(entries: Iterable[Entry]) -> str:
    """The text of a baseline: the same entries give the same bytes."""
    lines = [msgspec.json.encode(entry).decode() for entry in sorted(entries)]
    listed = "".join(f"\n{line}," for line in lines).rstrip(",")
    return f'{{"version":{VERSION},"findings":[{listed}\n]}}\n'


def entries_of(findings: Iterable[Reported]) -> tuple[Entry, ...]:
    """The debt that findings are."""
    groups: dict[_Key, list[Reported]] = {}
    for finding in findings:
        groups.setdefault(_key(finding), []).append(finding)
    return tuple(
        sorted(
            Entry(
                history=_safe(first.database),
                rule=first.code,
                object=_safe(str(first.object)),
                facet=_safe(first.facet),
                fingerprint=base,
                count=len(group),
                live=all(one.seen_in == (SourceKind.LIVE,) for one in group),
            )
            for (_, base, *_), group in groups.items()
            for first in group[:1]
        )
    )


def hold(
    entries: Sequence[Entry],
    findings: Sequence[Reported],
    path: str,
    whole: Whole | None,
    rather_new: Callable[[Reported], bool] = lambda finding: False,
) -> Held:
    """Holds a baseline against the findings of whole histories. ``whole`` is None where the run
    did not look at everything: nothing can then be called paid. Of several findings of one fault
    those that are ``rather_new`` are known last."""
    alike = _keys(entries, whole)
    known: Counter[_Key] = Counter()
    for entry in entries:
        known[alike(_entry_key(entry))] += entry.count
    new, old = parted(findings, known, lambda one: alike(_key(one)), rather_new)
    matched = Counter(alike(_key(finding)) for finding in old)
    remaining: list[Entry] = []
    paid: list[str] = []
    for entry in sorted(entries):
        key = alike(_entry_key(entry))
        count = min(matched[key], entry.count)
        matched[key] -= count
        if whole is None or not whole.judged(entry):
            count = entry.count
        if count:
            remaining.append(msgspec.structs.replace(entry, count=count))
        paid += [f"{entry.rule} {entry.object}"] * (entry.count - count)
    debt = Debt(
        path=path,
        entries=sum(entry.count for entry in entries),
        known=len(old),
        paid=None if whole is None else tuple(paid),
    )
    suppressed = tuple(Suppressed(finding=one, by=SuppressedBy.BASELINE) for one in old)
    return Held(new, suppressed, debt, tuple(remaining))


def _keys(entries: Sequence[Entry], whole: Whole | None) -> Callable[[_Key], _Key]:
    """What faults are compared by. Where there is one history on each side its name does not
    matter: its folder may have moved."""
    written_for = {entry.history for entry in entries}
    if whole and len(whole.histories) == len(written_for) == 1:
        return lambda key: ("", *key[1:])
    return lambda key: key


def _entry_key(entry: Entry) -> _Key:
    return entry.history, entry.fingerprint, entry.rule, entry.object, entry.facet


def _key(finding: Reported) -> _Key:
    return (
        _safe(finding.database),
        fingerprint(finding.code, finding.object, finding.facet),
        finding.code,
        _safe(str(finding.object)),
        _safe(finding.facet),
    )


def _safe(text: str) -> str:
    """Text that JSON can hold: lone surrogates of undecodable names as escapes."""
    return text.encode("utf-8", "backslashreplace").decode()
