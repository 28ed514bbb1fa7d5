"""The Barton and HEIR IDs of a catalogue's entries: read, checked and compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from ctb_lint.catalogue import Entry, Written
from ctb_lint.formats import compile_template, overrides_of
from ctb_lint.id_checks import Status, check
from ctb_lint.model import Location, ObjectId, ObjectKind
from ctb_lint.rule import INFO, WARNING, Finding, Fix, Related, Severity
from ctb_lint.standard import Standard
from ctb_lint.tokens import shown

_QUOTED = re.compile(r"`([^`]+)`")
_REMARK = re.compile(r"\s+[(\[].*")


class IdKind(Struct, frozen=True):
    """One of the two ids of an entry: its key among the formats, and what people call it."""

    key: str
    name: str


BARTON = IdKind("barton_id", "Barton ID")
HEIR = IdKind("heir_id", "HEIR ID")


def object_of(entry: Entry) -> ObjectId:
    """What findings about an entry are about: its table."""
    return ObjectId(ObjectKind.TABLE, entry.table.schema, None, entry.table.name)


def finding_on(
    entry: Entry,
    message: str,
    at: Location,
    facet: str,
    hint: str,
    related: tuple[Related, ...] = (),
    *,
    severity: Severity | None = None,
    fix: Fix | None = None,
) -> Finding:
    """A finding about an entry, at a place of the catalogue, with the entry's stage."""
    return Finding(
        message=message,
        object=object_of(entry),
        at=at,
        facet=facet,
        hint=hint,
        related=related,
        severity=severity,
        stage=entry.stage,
        fix=fix,
    )


def gap_severity(entry: Entry, standard: Standard) -> Severity | None:
    """The severity of what an entry leaves out: information where the standard exempts the table,
    whatever its stage; None leaves it to the stage."""
    return INFO if standard.exempt(entry.table) else None


def id_of(entry: Entry, kind: IdKind) -> Written | None:
    """The id in the entry's header, without a remark behind it; None where there is none."""
    value: Written | None = getattr(entry.header, kind.key)
    if value is None:
        return None
    quoted = _QUOTED.findall(value.text)
    text = quoted[0] if len(quoted) == 1 else _REMARK.sub("", value.text)
    return Written(text.strip("* "), value.at)


def parsed(text: str, kind: IdKind, standard: Standard) -> dict[str, str]:
    """The tokens of an id of the standard's formats, legacy ones included; empty for any other
    text."""
    overrides = overrides_of(standard)
    legacy = dict(standard.legacy_formats).get(kind.key, ())
    for template in (*dict(standard.formats)[kind.key], *legacy):
        found = compile_template(template, overrides).parse(text)
        if found is not None:
            return found
    return {}


def malformed(entry: Entry, kind: IdKind, standard: Standard) -> Iterator[Finding]:
    """What is wrong with the entry's id of that kind, where it has one. One of a legacy format is
    a warning."""
    value = id_of(entry, kind)
    if value is None:
        return
    templates = dict(standard.formats)[kind.key]
    legacy = dict(standard.legacy_formats).get(kind.key, ())
    verdict = check(value.text, templates, legacy, overrides_of(standard))
    if verdict.status is Status.OK:
        return
    is_legacy = verdict.status is Status.LEGACY
    legacy_fault = f"is of the legacy format {verdict.template}"
    fault = legacy_fault if is_legacy else f"is no {kind.name}: {verdict.why}"
    yield Finding(
        message=f"{shown(value.text)} of {entry.table} {fault}",
        object=object_of(entry),
        at=value.at,
        facet=value.text,
        hint=f"write {' or '.join(templates)}",
        severity=WARNING if is_legacy else None,
        stage=entry.stage,
    )


def duplicates(entries: Iterable[Entry], kind: IdKind) -> Iterator[Finding]:
    """The ids that an earlier entry of another table has as well: a warning where they differ in
    case only."""
    first: dict[str, tuple[Entry, Written]] = {}
    for entry in entries:
        value = id_of(entry, kind)
        if value is None:
            continue
        owner, known = first.setdefault(value.text.casefold(), (entry, value))
        # A second entry of the same table is a fault of its own.
        if owner.table == entry.table:
            continue
        same = known.text == value.text
        what = "is" if same else f"differs only in case from {shown(known.text)},"
        yield Finding(
            message=f"{shown(value.text)}, the {kind.name} of {entry.table}, "
            f"{what} that of {owner.table}",
            object=object_of(entry),
            at=value.at,
            facet=value.text,
            hint=f"give one of the two tables a {kind.name} of its own",
            related=(Related(f"{owner.table} has it here", known.at),),
            severity=None if same else WARNING,
            stage=entry.stage,
        )
