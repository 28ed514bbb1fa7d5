"""Where migrations usually are, and what to say where there are none."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ctb_lint.cli.trouble import RunError

if TYPE_CHECKING:
    from ctb_lint.readers.sql.heads import ConfiguredHistory

USUAL_FOLDERS = (
    "migrations",
    "db/migrations",
    "db/migrate",
    "database/migrations",
    "sql",
    "supabase/migrations",
    "prisma/migrations",
    "src/main/resources/db/migration",
)
"""Where migrations are looked for when neither the command line nor the configuration says."""
USUAL_DUMPS = (
    "db/structure.sql",
    "db/schema.sql",
    "priv/repo/structure.sql",
    "database/schema/pgsql-schema.sql",
)
"""Dumps that tools keep of the whole schema: checked where there are no migrations in SQL."""
_LISTED = 3


def usual_paths(base: Path) -> list[Path]:
    """The usual folders of a repository that hold SQL, else its schema dump. Raises RunError
    where there is neither, with what there is instead."""
    folders = [base / folder for folder in USUAL_FOLDERS]
    found = [folder for folder in folders if _holds_sql(folder)]
    if found:
        return found
    dumps = [base / name for name in USUAL_DUMPS if (base / name).is_file()]
    if dumps:
        return dumps[:1]
    raise nothing_found(base)


def lone_dumps(paths: Iterable[Path], base: Path) -> tuple[ConfiguredHistory, ...]:
    """A history of its own for each schema dump among the usual paths."""
    from ctb_lint.readers.sql.heads import ConfiguredHistory

    names = {base / name: name for name in USUAL_DUMPS}
    return tuple(ConfiguredHistory(names[p], names[p]) for p in paths if p in names)


def nothing_found(base: Path) -> RunError:
    """The error where no migrations are found, with the nearest thing to them that is there."""
    from ctb_lint.readers.projects import look_at, way_out

    here = look_at(base)
    if here.histories:
        places = [f"{one.path} ({_files(one.files)})" for one in here.histories[:_LISTED]]
        commands = shlex.join(one.path for one in here.histories[:_LISTED])
        hint = f"found {' and '.join(places)}: run ctb-lint check {commands}"
    elif other := way_out(here.projects):
        why, hint = other
        return RunError(f"no SQL found: {why}", hint=hint)
    elif here.dumps:
        hint = f"found {here.dumps[0]}: run ctb-lint check {shlex.quote(here.dumps[0])}"
    else:
        hint = 'run ctb-lint check PATH, or set paths = ["…"] in ctb-lint.toml'
    return RunError(
        "no migrations found: no path is given, none is configured, and none of the usual "
        f"folders is here ({', '.join(USUAL_FOLDERS[:4])} …)",
        hint=hint,
    )


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count:,} files"


def _holds_sql(folder: Path) -> bool:
    """Whether there is a file of SQL below the folder."""
    return any(name.lower().endswith(".sql") for _, _, names in os.walk(folder) for name in names)
