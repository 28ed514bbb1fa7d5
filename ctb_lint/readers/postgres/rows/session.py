"""One statement in one short transaction: read-only, with its own time limit, holding nothing
afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from typing import TYPE_CHECKING, Any

from ctb_lint.readers.postgres.connect import Limits, begin
from ctb_lint.readers.postgres.trouble import Cause, ReadTrouble, Secrets, trouble_of

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.sql import Composed

Row = tuple[Any, ...]
Connect = Callable[[], "AbstractContextManager[Connection[Any]]"]
"""Makes a connection in autocommit mode; raises ReadTrouble where there is none to be had."""

_SETTINGS = (
    "row_security = off",
    "work_mem = '64MB'",
    "parallel_setup_cost = 0",
    "parallel_tuple_cost = 0",
    "min_parallel_table_scan_size = 0",
    "min_parallel_index_scan_size = 0",
)
"""A policy that would hide rows is an error, not a table with fewer rows. A range is too small for
the planner to think of the workers that the whole table would get; how many there may be is the
server's to say."""
_ENDED = ("57P01", "57P05")
"""Somebody ended the session. Who did may not want another."""
_COMING_BACK = (0.1, 0.5)
"""A server that is about to restart takes a connection, and ends it a moment later: what is next
asked where a connection was lost is asked again after so many seconds."""
_CHANGED = ("42P01", "42703")


class Session:
    """A connection that is made when it is needed, and again where it was lost."""

    def __init__(self, connect: Connect, lock: float) -> None:
        self._connect = connect
        self._lock = lock
        self._connection: Connection[Any] | None = None
        self._stack = ExitStack()
        self._ended: ReadTrouble | None = None
        self._lost = False

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *raised: object) -> None:
        self._drop()

    @property
    def version(self) -> int:
        """The server's major version. Raises ReadTrouble where there is no connection."""
        return self._connected().info.server_version // 10_000

    def ask(self, statement: Composed, seconds: float, settings: tuple[str, ...] = ()) -> list[Row]:
        """The rows that answer one statement, with further settings (``name = value``) of its
        transaction. Raises ReadTrouble, always with a sentence."""
        head = begin(Limits(seconds, self._lock, 60))
        local = "; ".join(f"SET LOCAL {setting}" for setting in (*_SETTINGS, *settings))

        def asked(live: Connection[Any]) -> list[Row]:
            return _answer(live, f"{head}; {local}; {statement.as_string(live)}; COMMIT")

        found: list[Row] = self._guarded(asked)
        return found

    def use(self, work: Callable[[Connection[Any]], Any], seconds: float) -> Any:
        """What ``work`` makes of a connection in such a transaction."""

        def inside(connection: Connection[Any]) -> Any:
            connection.execute(begin(Limits(seconds, self._lock, 60)).encode())
            found = work(connection)
            connection.execute("COMMIT")
            return found

        return self._guarded(inside)

    def _guarded(self, work: Callable[[Connection[Any]], Any]) -> Any:
        for pause in _COMING_BACK if self._lost else ():
            try:
                return self._once(work)
            except ReadTrouble as trouble:
                if trouble.cause is not Cause.CONNECTION or self._ended:
                    raise
            time.sleep(pause)
        return self._once(work)

    def _once(self, work: Callable[[Connection[Any]], Any]) -> Any:
        import psycopg

        connection = self._connected()
        try:
            found = work(connection)
        except psycopg.Error as error:
            trouble = self._trouble(error)
        except UnicodeError:
            trouble = ReadTrouble(
                "the database holds text that is not in the encoding it claims",
                "mend the text, or the database's encoding: SQL_ASCII checks nothing",
            )
        else:
            self._lost = False
            return found
        if trouble.cause is Cause.CONNECTION:
            self._lost = bool(connection.closed)
            self._drop()
        else:
            with suppress(psycopg.Error):
                connection.execute("ROLLBACK")
        raise trouble from None

    def _connected(self) -> Connection[Any]:
        if self._ended:
            raise self._ended
        if self._connection is None:
            try:
                self._connection = self._stack.enter_context(self._connect())
            except ReadTrouble as trouble:
                # Nobody waits for the same server again, table by table.
                self._ended = trouble
                raise
        return self._connection

    def _trouble(self, error: Any) -> ReadTrouble:
        state = error.sqlstate or ""
        trouble = trouble_of(error, Secrets())
        if state in _ENDED:
            self._ended = trouble
        if state in _CHANGED:
            said = trouble.message.partition(": ")[2]
            return ReadTrouble(
                f"the schema changed while rows were looked at: {said}", "run again", Cause.CHANGED
            )
        return trouble

    def _drop(self) -> None:
        import psycopg

        self._connection = None
        with suppress(psycopg.Error, ReadTrouble):
            self._stack.close()
        self._stack = ExitStack()


def _answer(connection: Connection[Any], text: str) -> list[Row]:
    """The rows of the only statement among several that has any."""
    cursor = connection.execute(text.encode())
    found: list[Row] = []
    more: bool | None = True
    while more:
        if cursor.description is not None:
            found = cursor.fetchall()
        more = cursor.nextset()
    return found
