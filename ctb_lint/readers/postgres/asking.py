"""Several questions in one round trip, and what a role may not ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ctb_lint.readers.postgres.names import Row
from ctb_lint.readers.postgres.queries import query

if TYPE_CHECKING:
    from psycopg import Connection

Answers = Mapping[str, list[Row] | None]
"""The rows that answer each question; None where the role may not ask it."""

_SAVED = "SAVEPOINT asking; {}; ROLLBACK TO SAVEPOINT asking; RELEASE SAVEPOINT asking"
"""Whatever is locked to print an expression is let go at once."""
_AT_A_TIME = {"views": 200, "positions": 200, "checks": 5000}
"""How many objects a question is about at a time. Of those that it locks until it is answered far
fewer than a server has room for."""


class Catalogs:
    """The catalogs, inside a transaction. ``denied`` collects the questions that the role may not
    ask, with what the server said; ``trips`` counts what was sent."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection
        self.version = connection.info.server_version // 10_000
        self.denied: dict[str, str] = {}
        self.trips = 0

    def ask(self, *names: str) -> Answers:
        """The answers to several questions. Where the role may not ask one of them, they are
        asked one by one."""
        texts = [query(name, self.version) for name in names]
        answers = self._saved(["; ".join(texts)])
        if isinstance(answers, str):
            if len(names) > 1:
                return {name: self.ask(name)[name] for name in names}
            self.denied[names[0]] = answers
            return {names[0]: None}
        return dict(zip(names, answers, strict=True))

    def ask_of(self, **objects: Sequence[int]) -> Answers:
        """The answers to questions about these objects each, some of them at a time."""
        asked = {
            name: [*chosen(name, self.version, oids)] for name, oids in objects.items() if oids
        }
        if not asked:
            return {name: [] for name in objects}
        answers = self._saved([text for texts in asked.values() for text in texts])
        if isinstance(answers, str):
            if len(asked) > 1:
                return {name: self.ask_of(**{name: oids})[name] for name, oids in objects.items()}
            self.denied.update(dict.fromkeys(asked, answers))
            return {name: None if name in asked else [] for name in objects}
        parts = iter(answers)
        return {name: [row for _ in asked.get(name, ()) for row in next(parts)] for name in objects}

    def ask_about(self, name: str, parameters: Sequence[Any]) -> list[Row]:
        """The answer to a question with parameters."""
        self.trips += 1
        cursor = self._connection.execute(query(name, self.version).encode(), parameters)
        return cursor.fetchall()

    def _saved(self, texts: Sequence[str]) -> list[list[Row]] | str:
        """The answers, or what the server says where the role may not ask."""
        from psycopg import errors

        try:
            self.trips += 1
            return sent(self._connection, "; ".join(_SAVED.format(text) for text in texts))
        except errors.InsufficientPrivilege as error:
            said = error.diag.message_primary or "permission denied"
        self.trips += 1
        self._connection.execute("ROLLBACK TO SAVEPOINT asking")
        return said


def chosen(name: str, version: int, oids: Sequence[int]) -> Iterator[str]:
    """The question of that name about some of the objects at a time."""
    question, size = query(name, version), _AT_A_TIME[name]
    for start in range(0, len(oids), size):
        part = ",".join(str(oid) for oid in oids[start : start + size])
        yield question.replace("CHOSEN", part)


def sent(connection: Connection[Any], sql: str) -> list[list[Row]]:
    """The rows of each statement that gives any, in one round trip."""
    cursor = connection.execute(sql.encode())
    answers = []
    more: bool | None = True
    while more:
        if cursor.description is not None:
            answers.append(cursor.fetchall())
        more = cursor.nextset()
    return answers
