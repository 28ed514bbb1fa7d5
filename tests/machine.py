"""The PostgreSQL that is installed on this machine: another version than the throwaway one, with
TLS. Where there is none, the tests that need it are skipped."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from ctb_lint.readers.shadow.throwaway import Server
from tests.postgres import Connection

_OLDEST = 15
"""What the throwaway server asks of CREATE DATABASE."""


class MachineServer(Server):
    """A throwaway server from the machine's binaries, on a port of its own."""

    def __init__(self, binaries: Path, *settings: str, port: int = 5432) -> None:
        self._machine = binaries
        self.port = port
        super().__init__(f"port={port}", *settings)

    def dsn(self, database: str = "postgres", role: str = "") -> str:
        return f"{super().dsn(database, role)}&port={self.port}"

    def _binaries(self) -> Path:
        return self._machine


def binaries() -> Path:
    """The machine's PostgreSQL server, the newest. Skips the test where there is none."""
    found: dict[int, Path] = {}
    for pattern in ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/*/bin"):
        for folder in Path("/").glob(pattern.lstrip("/")):
            version = _version(folder / "postgres")
            if version:
                found[version] = folder
    usable = {version: folder for version, folder in found.items() if version >= _OLDEST}
    if not usable:
        pytest.skip(f"this machine has no PostgreSQL server from {_OLDEST} on")
    return usable[max(usable)]


def _version(program: Path) -> int | None:
    if not program.is_file():
        return None
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    words = done.stdout.split()
    major = words[2].split(".")[0] if len(words) > 2 else ""
    return int(major) if major.isdigit() else None


def program(name: str, *folders: str) -> str:
    """The path of a program. Skips the test where it is not installed."""
    path = os.pathsep.join([os.environ.get("PATH", ""), *folders])
    found = shutil.which(name, path=path)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def free_port() -> int:
    """A port of the loopback address that nobody uses."""
    with socket.socket() as probing:
        probing.bind(("127.0.0.1", 0))
        port: int = probing.getsockname()[1]
    return port


@contextmanager
def tls_server(folder: Path) -> Iterator[tuple[MachineServer, int]]:
    """A server on the loopback address that has TLS, with its port; its certificate, for
    localhost, lies in the folder as ``server.crt``."""
    make_certificate(folder, "server", "localhost")
    with _on_a_port() as server:
        with server.connect() as connection:
            install(connection, folder)
        yield server, server.port


def _on_a_port() -> MachineServer:
    """A server that listens, on a port that nobody took between its choice and the start."""
    for _ in range(4):
        with suppress(RuntimeError):
            return MachineServer(binaries(), "listen_addresses=127.0.0.1", port=free_port())
    return MachineServer(binaries(), "listen_addresses=127.0.0.1", port=free_port())


def make_certificate(folder: Path, name: str, host: str) -> None:
    """A self-signed certificate for a host, and its key."""
    subprocess.run(
        [
            program("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            "-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}",
            "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.crt",
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip


def install(connection: Connection, folder: Path) -> None:
    """Gives the server its certificate, and turns TLS on."""
    row = connection.execute("SHOW data_directory").fetchone()
    assert row is not None
    data = Path(row[0])
    owner = data.stat()
    for name in ("server.crt", "server.key"):
        target = data / name
        shutil.copy(folder / name, target)
        target.chmod(0o600)
        os.chown(target, owner.st_uid, owner.st_gid)
    connection.execute("ALTER SYSTEM SET ssl = on")
    connection.execute("SELECT pg_reload_conf()")
