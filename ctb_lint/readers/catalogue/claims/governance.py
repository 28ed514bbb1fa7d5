"""Wordings of the standard: tracking, registration, logging, retention, hashes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ctb_lint.demands import (
    AccessTracking,
    AuditLogging,
    Demand,
    HashedPassword,
    NotNull,
    Registration,
    RegistryTable,
    RequiredColumn,
    Retention,
    Role,
    RowSecurity,
    Strength,
    VersionHash,
)
from ctb_lint.readers.catalogue.claims.said import Said, phrase

_I = re.IGNORECASE
_REQUIRED = (
    r"(?:is |are |must be )?(?:required|mandatory|enabled|demanded|needed|obligatory|compulsory)"
)
_TRACKING = re.compile(r"\b(?:heir|orbt)\b[^.;]{0,200}?\btracking\b", _I)
_DEMANDED = re.compile(rf"\b{_REQUIRED}\b|\bmust\b|\bevery row\b|\ball rows\b", _I)
_HEIR_ID = re.compile(r"\b(?:heir|unique) ids?\b", _I)
_PROCESS_ID = re.compile(r"\bprocess ids?\b", _I)
_REGISTERED = re.compile(r"\bregist(?:ered|ration|er)\b", _I)
_IDS = re.compile(r"\bids?\b|\bregistration (?:in|with)\b|\bregistered in\b", _I)
_VIA = re.compile(r"\b(?:via|through|by|using|with|in|columns?)\b", _I)
_AUDIT = re.compile(
    r"\baudit(?:ed|ing)?\b|\b(?:writes?|changes?|operations|modifications)\b[^.;]{0,200}\blogged\b",
    _I,
)
_NO_AUDIT = re.compile(r"\bno audit|\baudit\w*(?: \w+){0,2}\s*:?\s*(?:none|disabled|off|no)\b", _I)
_TRACKED_ACCESS = re.compile(
    r"\baccess(?:es)?\b[^.;]{0,200}\b(?:track\w*|count\w*|record\w*)\b|\btrack\w* (?:of )?access",
    _I,
)
_PASSWORD = re.compile(r"\bpasswords?\b", _I)
_HASH = re.compile(r"\bhash(?:ed|ing|es)?\b", _I)
_HASHED = re.compile(
    rf"{_HASH.pattern}|\b(?:never|not|no)\b[^.;]{{0,200}}\b(?:plain|clear)[- ]?text\b", _I
)
_ALGORITHM = re.compile(r"\b(?:bcrypt|argon2(?:id|i|d)?|scrypt|pbkdf2|sha-?\d+|md5)\b", _I)
_VERSION = re.compile(r"\bversions?\b|\bchange detection\b", _I)
_ROW_SECURITY = re.compile(r"\brow[- ]level security\b|\brow security\b|\brls\b", _I)
_ROW_SECURITY_OFF = re.compile(
    r"\bno row\b|\bwithout row\b|(?:\bis|\bare|:|=|\bsecurity|\brls)\s*"
    r"(?:not (?:enabled|on|active|enforced)|disabled|none|no|(?:switched |turned )?off)\b",
    _I,
)
_KEEPING = re.compile(
    r"^(?:all )?(?:rows|records|entries|data) older than\b[^.;]{0,200}"
    r"\b(?:delet|purg|remov|archiv)|"
    r"\bretention\b|\bretained\b|\bkept\b|\bkeep\b|\bpurged?\b|\bexpires?\b|"
    r"\bdeleted after\b|\bremoved after\b|\barchived after\b",
    _I,
)
_KEPT = re.compile(r"\b(?:retained|kept|purged?|expires?|(?:deleted|removed|archived) after)\b", _I)
_PERIOD = re.compile(
    r"(?:(?<!\w)(?P<before>[^,;:.()]{1,80}?)\s*(?::|-|–|—)\s*)?(?P<number>\d{1,5})[\s-]*(?P<unit>day|week|month|year)s?\b"
    r"(?:\s*(?:for|of)\s+(?P<what>[^,;.()]{1,80}?)(?=\s*(?:[,;.()]|$|\band\s+\d)))?",
    _I,
)
_EVERY = re.compile(
    r"[`\"']|\b(?:all|the|of|rows?|entries|records?|logs?|data|retention|policy|period|time|kept|keep|"
    r"for|we|is|are|be|must|will|may|should|can|automatically|table)\b",
    _I,
)
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}


@phrase(_TRACKING)
def tracking(said: Said) -> Iterator[Demand]:
    """``HEIR/ORBT tracking required``: the columns, and an id in every row. With the columns named
    and no such word only those columns."""
    roles = _roles(said)
    named = {column: roles[column] for column in said.columns if column in roles}
    demanded = _DEMANDED.search(said.plain) is not None
    if not demanded and not (named and _VIA.search(said.plain)):
        return
    for column, role in (named or roles).items():
        yield said.demand(RequiredColumn, column, role=role)
        if demanded and role is not Role.LAYER:
            yield said.demand(NotNull, column, id=True)


def _roles(said: Said) -> dict[str, Role]:
    unique_id, process_id = said.speaker.ids
    return {
        unique_id: Role.UNIQUE_ID,
        process_id: Role.PROCESS_ID,
        said.speaker.standard.layer: Role.LAYER,
    }


@phrase(_DEMANDED)
def ids_required(said: Said) -> Iterator[Demand]:
    """``HEIR ID required for all users``."""
    if _TRACKING.search(said.plain) or _REGISTERED.search(said.plain):
        return
    unique_id, process_id = said.speaker.ids
    for pattern, column, role in (
        (_HEIR_ID, unique_id, Role.UNIQUE_ID),
        (_PROCESS_ID, process_id, Role.PROCESS_ID),
    ):
        if pattern.search(said.plain) and "`" not in said.plain:
            yield said.demand(RequiredColumn, column, role=role)
            yield said.demand(NotNull, column, id=True)


@phrase(_REGISTERED, _IDS)
def registration(said: Said) -> Iterator[Demand]:
    """``All HEIR IDs must be registered``: of the registry's entry for every governed table, of
    another's for its own."""
    speaker, registry = said.speaker, said.speaker.standard.registry
    here = speaker.standard.is_registry(speaker.table)
    if speaker.registry is None or here:
        name = speaker.registry or speaker.table
        yield RegistryTable(
            table=name, origin=said.origin, stage=speaker.stage, columns=registry.columns
        )
    for table in speaker.governed if here else (speaker.table,):
        if table != speaker.registry:
            yield Registration(
                table=table,
                column=speaker.standard.unique_id,
                origin=said.origin,
                registry=registry.table,
                found=speaker.registry,
            )


@phrase(_AUDIT)
def audit_logging(said: Said) -> Iterator[Demand]:
    if not _NO_AUDIT.search(said.plain):
        yield said.demand(AuditLogging)


@phrase(_TRACKED_ACCESS)
def access_tracking(said: Said) -> Iterator[Demand]:
    yield said.demand(AccessTracking)


@phrase(_PASSWORD, _HASHED)
def hashed_password(said: Said) -> Iterator[Demand]:
    names = tuple(dict.fromkeys(n.lower() for n in _ALGORITHM.findall(said.plain)))
    column = said.columns[0] if len(said.columns) == 1 else None
    yield said.demand(HashedPassword, column, algorithms=names)


@phrase(_HASH, _VERSION)
def version_hash(said: Said) -> Iterator[Demand]:
    if not _PASSWORD.search(said.plain):
        names = (n.lower().replace("-", "") for n in _ALGORITHM.findall(said.plain))
        column = said.columns[0] if len(said.columns) == 1 else None
        yield said.demand(VersionHash, column, algorithms=tuple(dict.fromkeys(names)))


@phrase(_ROW_SECURITY)
def row_security(said: Said) -> Iterator[Demand]:
    if _ROW_SECURITY_OFF.search(said.plain):
        yield said.demand(RowSecurity, wanted=False)
    elif _DEMANDED.search(said.plain):
        yield said.demand(RowSecurity, wanted=True)


@phrase(_KEEPING)
def retention(said: Said) -> Iterator[Demand]:
    """``Retention policy: 90 days for errors, 365 days for critical``."""
    verb = _KEPT.search(said.plain)
    subject = said.plain[: verb.start()] if verb else ""
    for match in _PERIOD.finditer(said.plain):
        days = int(match["number"]) * _DAYS[match["unit"].lower()]
        column, values = _kept(match["what"] or match["before"] or subject, said)
        strength = Strength.MUST
        yield said.demand(Retention, column, days=days, values=values, strength=strength)


def _kept(what: str, said: Said) -> tuple[str | None, tuple[str, ...]]:
    """Which rows: the column and the value of it that the words name, else the words."""
    plain = _EVERY.sub(" ", what)
    plain = " ".join(plain.split()).lower()
    own = said.speaker.table.name.lower()
    if not plain or plain in {own, f"{own}s", own.removesuffix("s")}:
        return None, ()
    for column, values in said.speaker.sets:
        for value in values:
            if plain in {value.lower(), f"{value.lower()}s", f"{value.lower()}es"}:
                return column, (value,)
    return None, (plain,)
