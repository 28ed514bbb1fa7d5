"""What was given on the command line, made sure of: codes, dates, and what goes together."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from msgspec import structs

from ctb_lint.cli import options
from ctb_lint.cli.trouble import RunError, chosen, together

if TYPE_CHECKING:
    from ctb_lint.cli.request import Request


def judged_by(
    request: Request,
    *,
    profile: str | None,
    select: Iterable[str] | None,
    extend_select: Iterable[str] | None,
    ignore: Iterable[str] | None,
    fail_on: str | None,
    pg_version: str | None,
    default_schema: str | None,
    as_of: str | None,
) -> Request:
    """The request with what the options say of the rules, of the PostgreSQL that is meant and of
    the day. Raises RunError where one of them cannot be."""
    return structs.replace(
        request,
        profile=_optional("--profile", profile, options.PROFILES),
        select=_codes_of("--select", select),
        ignore=_codes_of("--ignore", ignore) or (),
        extend_select=_codes_of("--extend-select", extend_select) or (),
        fail_on=_optional("--fail-on", fail_on, options.FAIL_ON),
        pg_version=_version_of(pg_version),
        default_schema=default_schema,
        as_of=date_of(as_of),
    )


def date_of(value: str | None) -> datetime.date | None:
    """The day of ``--as-of``. Raises RunError where it is none."""
    if value is None:
        return None
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        hint = "write the date as YYYY-MM-DD"
        raise RunError(f"--as-of cannot be {value!r}", hint=hint) from None


def beside_db(db: str | None, files: Mapping[str, object], about_it: Mapping[str, object]) -> None:
    """Raises RunError where options that are about files alone stand beside ``--db``, or those
    that are about the database without it."""
    for option, value in files.items():
        together({"--db": db is not None, option: value})
    for option, value in about_it.items():
        if value and db is None:
            raise RunError(f"{option} is about a database", hint="name it with --db URL")


def beside_snapshot(
    snapshot: str | None, alone: Mapping[str, object], about_db: Mapping[str, object]
) -> None:
    """Raises RunError where options stand beside ``--snapshot`` that are about files alone or need
    all of a database (``alone``), or are about a connection."""
    if snapshot is None:
        return
    for option, value in {**alone, **about_db}.items():
        together({"--snapshot": True, option: value})


def _codes_of(option: str, given: Iterable[str] | None) -> tuple[str, ...] | None:
    """The codes of a repeatable, comma-separated option; None where it was not given."""
    if not given:
        return None
    codes = tuple(code.strip() for part in given for code in part.split(",") if code.strip())
    if not codes:
        # Selecting nothing would find nothing, and pass.
        raise RunError(f"{option} names no rule", hint="ctb-lint rules lists all of them")
    return codes


def _optional(option: str, value: str | None, known: Iterable[str]) -> str | None:
    """The value, where it is one of the known ones, or was not given."""
    return None if value is None else chosen(option, value, known)


def _version_of(value: str | None) -> int | None:
    """The PostgreSQL of ``--pg-version``."""
    version = _optional("--pg-version", value, options.PG_VERSIONS)
    return int(version) if version else None
