"""Several questions in one round trip, and what a role may not ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ctb_lint.readers.postgres.names import Row
from ctb_lint.readers.postgres.queries import query

if TYPE_CHECKING:
    from psycopg import Connection

Answers = Mapping[str, list[Row] | None]
"""The rows that answer each question; None where the role may not ask it."""

_SAVED = "SAVEPOINT asking; {}; ROLLBACK TO SAVEPOINT asking; RELEASE SAVEPOINT asking"
"""Whatever is locked to print an expression is let go at once."""


class Catalogs:
    """The catalogs, inside a transaction. ``denied`` collects the questions that the role may not
    ask, with what the server said."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection
        self.version = connection.info.server_version // 10_000
        self.denied: dict[str, str] = {}
        self.trips = 0

    def ask(self, *names: str) -> Answers:
        """The answers to several questions. Where the role may not ask one of them, they are
        asked one by one."""
        from psycopg import errors

        try:
            return dict(zip(names, self._together(names), strict=True))
        except errors.InsufficientPrivilege as error:
            denied = error.diag.message_primary or ""
        self._send("ROLLBACK TO SAVEPOINT asking")
        if len(names) == 1:
            self.denied[names[0]] = denied
            return {names[0]: None}
        return {name: self.ask(name)[name] for name in names}

    def ask_about(self, name: str, parameters: Sequence[Any]) -> list[Row]:
        """The answer to a question with parameters."""
        self.trips += 1
        cursor = self._connection.execute(query(name, self.version).encode(), parameters)
        return cursor.fetchall()

    def _together(self, names: Sequence[str]) -> list[list[Row]]:
        asked = "; ".join(query(name, self.version) for name in names)
        return self._send(_SAVED.format(asked))

    def _send(self, sql: str) -> list[list[Row]]:
        self.trips += 1
        cursor = self._connection.execute(sql.encode())
        answers = []
        more: bool | None = True
        while more:
            if cursor.description is not None:
                answers.append(cursor.fetchall())
            more = cursor.nextset()
        return answers
