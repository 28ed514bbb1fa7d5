"""What may stand in the configuration: the keys, their types and their defaults."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from ctb_lint.headings import Headings
from ctb_lint.history import Layout
from ctb_lint.rule import Severity
from ctb_lint.standard import DEFAULT_FORMATS, Registry, Standard
from ctb_lint.tokens import as_value

Profile = Literal["minimal", "recommended", "strict"]
FailOn = Literal["error", "warning", "info", "never"]
Templates = str | tuple[str, ...]
FIRST_PG, LAST_PG = 13, 18
ASSUMED_PG = 15
"""The PostgreSQL that migrations are read for where nothing says which."""
PgVersion = Annotated[int, Meta(ge=FIRST_PG, le=LAST_PG)]
Name = Annotated[str, Meta(min_length=1)]


class _Section(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """A table of the configuration."""


class HistorySettings(_Section, frozen=True):
    """``[[histories]]``: a line of migrations. ``path`` is relative to the configuration's folder;
    where ``layout`` or ``from_nothing`` is not given it is found out. ``dump`` is the schema dump
    that it starts from, ``dump_version`` the last migration that the dump contains; ``released``
    the last one that has been applied somewhere. ``live`` says that it builds the database that
    ``--db`` connects to."""

    name: Name
    path: Name
    layout: Layout | None = None
    from_nothing: bool | None = None
    dump: Name | None = None
    dump_version: Name | None = None
    released: Name | None = None
    live: bool = False


class ExcludedTables(_Section, frozen=True):
    """``[[exclude-tables]]``: tables that are not judged, and why."""

    table: Name
    reason: Name


class WaiverSettings(_Section, frozen=True):
    """``[[waive]]``: findings that are accepted, by rule and object. ``live`` says that only a
    database shows them."""

    rule: Name | Annotated[tuple[Name, ...], Meta(min_length=1)]
    object: Name
    reason: str = ""
    owner: str | None = None
    expires: datetime.date | None = None
    live: bool = False

    @property
    def rules(self) -> tuple[str, ...]:
        """One rule, or several, as several."""
        return (self.rule,) if isinstance(self.rule, str) else self.rule


class StandardSettings(_Section, frozen=True):
    """``[standard]``: the names and demands of the standard that differ here."""

    unique_id: Name = "unique_id"
    process_id: Name = "process_id"
    layer: Name = "orbt_layer"
    created_at: Name = "created_at"
    registry: Registry = Registry()
    exempt_tables: tuple[Name, ...] = ()
    tracked_tables: tuple[Name, ...] = ()
    optional_ids: tuple[Name, ...] = ()
    value_sets: dict[str, Annotated[tuple[str, ...], Meta(min_length=1)]] = field(
        default_factory=dict
    )
    not_null: tuple[Name, ...] = ()
    unique: tuple[Name, ...] = ()
    roles: dict[str, tuple[Name, ...]] = field(default_factory=dict)


class LegacyFormats(_Section, frozen=True):
    """``[formats.legacy]``: formats that are accepted and reported as a warning."""

    unique_id: Templates = ()
    process_id: Templates = ()
    heir_id: Templates = ()
    barton_id: Templates = ()


class FormatSettings(_Section, frozen=True):
    """``[formats]``: the templates of the ids; one, or a list of them."""

    unique_id: Templates = DEFAULT_FORMATS["unique_id"]
    process_id: Templates = DEFAULT_FORMATS["process_id"]
    heir_id: Templates = DEFAULT_FORMATS["heir_id"]
    barton_id: Templates = DEFAULT_FORMATS["barton_id"]
    legacy: LegacyFormats = LegacyFormats()


USUAL_CATALOGUES = ("SCHEMA_REFERENCE.md", "docs/SCHEMA_REFERENCE.md")
"""Of which the first that is there is the catalogue, where the configuration names none."""


class CatalogueSettings(Headings, frozen=True, kw_only=True):
    """``[catalogue]``: the files of the catalogue, and the words by which its parts are known."""

    files: Name | tuple[Name, ...] | None = None


class Settings(_Section, frozen=True):
    """``[tool.ctb-lint]``, or the whole of ``ctb-lint.toml``."""

    paths: tuple[Name, ...] = ()
    exclude: tuple[Name, ...] = ()
    profile: Profile = "recommended"
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: dict[str, Severity] = field(default_factory=dict)
    fail_on: FailOn = "error"
    per_path_ignores: dict[str, tuple[str, ...]] = field(default_factory=dict)
    pg_version: PgVersion | None = None
    default_schema: Name = "public"
    include_schemas: tuple[Name, ...] = ()
    exclude_schemas: tuple[Name, ...] | None = None
    include_tables: tuple[Name, ...] = ()
    exclude_tables: tuple[ExcludedTables, ...] = ()
    max_file_size: int | str = "10MB"
    histories: tuple[HistorySettings, ...] = ()
    released: Name | None = None
    baseline: Name | None = None
    catalogue: Name | tuple[Name, ...] | CatalogueSettings | None = None
    waive: tuple[WaiverSettings, ...] = ()
    standard: StandardSettings = StandardSettings()
    formats: FormatSettings = FormatSettings()
    tokens: dict[str, str | tuple[str, ...]] = field(default_factory=dict)


_UNITS = {
    "": 1, "B": 1,
    "KB": 1000, "MB": 1000**2, "GB": 1000**3,
    "KIB": 1024, "MIB": 1024**2, "GIB": 1024**3,
}  # fmt: skip


def bytes_of(size: int | str) -> int | None:
    """A size such as ``10MB``, ``512 KiB`` or 4096 in bytes; None where it is no size above 0."""
    text = str(size).strip()
    unit = text.lstrip("0123456789")
    digits = text[: len(text) - len(unit)]
    factor = _UNITS.get(unit.strip().upper())
    if not digits or len(digits) > 12 or factor is None:
        return None
    return int(digits) * factor or None


def templates_of(given: Templates) -> tuple[str, ...]:
    """One template, or several, as several."""
    return (given,) if isinstance(given, str) else given


def formats_of(settings: Settings) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Every format: its key's path, the id's name, and its templates."""
    for section, prefix in (
        (settings.formats, "formats"),
        (settings.formats.legacy, "formats.legacy"),
    ):
        for name in DEFAULT_FORMATS:
            yield f"{prefix}.{name.replace('_', '-')}", name, templates_of(getattr(section, name))


def standard_of(settings: Settings, file: str) -> Standard:
    """The standard as the settings have it. ``file`` is the configuration's name in messages."""
    ours = settings.standard
    formats = list(formats_of(settings))
    return Standard(
        unique_id=ours.unique_id,
        process_id=ours.process_id,
        layer=ours.layer,
        created_at=ours.created_at,
        registry=ours.registry,
        exempt_tables=ours.exempt_tables,
        tracked_tables=ours.tracked_tables,
        optional_ids=ours.optional_ids,
        value_sets=tuple(ours.value_sets.items()),
        roles=tuple(ours.roles.items()),
        not_null=ours.not_null,
        unique=ours.unique,
        formats=tuple((name, given) for key, name, given in formats if ".legacy." not in key),
        legacy_formats=tuple(
            (name, given) for key, name, given in formats if ".legacy." in key and given
        ),
        tokens=tuple(_tokens(settings.tokens)),
        default_schema=settings.default_schema,
        config_file=file,
    )


def _tokens(
    tokens: Mapping[str, str | tuple[str, ...]],
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, legal in tokens.items():
        yield name, as_value(legal) if isinstance(legal, str) else legal
