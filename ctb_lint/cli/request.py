"""What the command line asks for, and the configuration that it comes to."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from ctb_lint.cli.trouble import RunError

if TYPE_CHECKING:
    from ctb_lint.cli.auditing import RowOptions
    from ctb_lint.config import Config, ConfigError, Overrides
    from ctb_lint.rows import Check, RowFact


class Request(Struct, frozen=True, kw_only=True):
    """What the command line asks for; None where it leaves the choice to the configuration.
    ``overlay`` are the files, by absolute path, as fixes would have them. ``db`` names the database
    to look at, ``options.ENVIRONMENT`` for the one that the environment names; ``histories`` are
    those that build it, and ``rows`` how its rows are looked at, None where they are not;
    ``answered`` is what an earlier part of the same run was told of them. ``snapshot`` is the file
    that stands for a database."""

    paths: tuple[str, ...] = ()
    config: str | None = None
    profile: str | None = None
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    fail_on: str | None = None
    pg_version: int | None = None
    default_schema: str | None = None
    stdin_filename: str | None = None
    as_of: datetime.date | None = None
    since: str | None = None
    staged: bool = False
    all_findings: bool = False
    baseline: str | None = None
    no_baseline: bool = False
    released: str | None = None
    protect: bool = False
    catalogue: tuple[str, ...] = ()
    shadow: bool = False
    shadow_db: str | None = None
    overlay: Mapping[Path, bytes] = {}
    db: str | None = None
    snapshot: str | None = None
    allow_plaintext: bool = False
    histories: tuple[str, ...] = ()
    rows: RowOptions | None = None
    answered: Mapping[Check, RowFact] = {}

    @property
    def asks_database(self) -> bool:
        """Whether the run is about a database, too, or a snapshot of one."""
        return self.db is not None or self.snapshot is not None


def configuration(request: Request) -> Config:
    """The configuration (the named file, else the one that is found upward, else the defaults)
    with what the command line changes of it. Raises RunError where it cannot be used."""
    from ctb_lint.config import ConfigError, find, load, overridden

    try:
        path = Path(request.config) if request.config else find(Path.cwd())
        return _released(overridden(load(path), overrides_of(request)), request.released)
    except ConfigError as error:
        raise unusable(error) from error


def _released(config: Config, version: str | None) -> Config:
    """The configuration with what the command line says is released."""
    from ctb_lint.cli.protect import NONE

    if version is None:
        return config
    known = None if version == NONE else version
    histories = tuple(structs.replace(one, released=None) for one in config.histories)
    settings = structs.replace(config.settings, released=known, histories=histories)
    return structs.replace(config, settings=settings)


def overrides_of(request: Request) -> Overrides:
    from ctb_lint.config import Overrides

    return Overrides(
        profile=request.profile,
        select=request.select,
        ignore=request.ignore,
        extend_select=request.extend_select,
        fail_on=request.fail_on,
        pg_version=request.pg_version,
        default_schema=request.default_schema,
    )


def unusable(error: ConfigError) -> RunError:
    return RunError(error.message, path=error.path, line=error.line, hint=error.hint)
