"""A project in a folder, fixed, and its migrations given to a server."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import psycopg

from ctb_lint.cli.fix import Fixed, fix
from ctb_lint.cli.request import Request
from ctb_lint.model import Schema
from ctb_lint.readers.postgres.inspect import inspect
from ctb_lint.report import Report
from tests.postgres import Connection, Server


def request(folder: Path, *codes: str, paths: tuple[str, ...] = ()) -> Request:
    """A request for the project in a folder."""
    catalogue = folder / "SCHEMA_REFERENCE.md"
    return Request(
        paths=paths or (str(folder / "migrations"),),
        catalogue=(str(catalogue),) if catalogue.is_file() else (),
        config=str(folder / "ctb-lint.toml"),
        select=codes or None,
    )


def laid(folder: Path, files: Mapping[str, str], config: str = "") -> Path:
    """Writes a project's migrations and configuration; its folder."""
    (folder / "ctb-lint.toml").write_text(config, encoding="utf-8")
    for name, text in files.items():
        path = folder / "migrations" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return folder


def texts(folder: Path) -> dict[str, str]:
    """The project's migrations by name, in the order of their names."""
    root = folder / "migrations"
    return {
        path.relative_to(root).as_posix(): path.read_bytes().decode()
        for path in sorted(root.rglob("*.sql"))
    }


def mended(folder: Path, *codes: str, unsafe: bool = False) -> tuple[Fixed, Report]:
    """Fixes the project in the folder."""
    return fix(request(folder, *codes), unsafe=unsafe)


def applied(server: Server, files: Mapping[str, str]) -> Schema:
    """The schema that PostgreSQL has after all of the files. Raises psycopg.Error where it
    refuses one."""
    with server.database() as connection:
        for text in files.values():
            connection.execute(text.encode())
        return inspect(connection, default_schema="public")


def refusal(connection: Connection, text: str) -> str | None:
    """PostgreSQL's word where it refuses a text, else None."""
    try:
        connection.execute(text.encode())
    except psycopg.Error as error:
        return str(error)
    return None
