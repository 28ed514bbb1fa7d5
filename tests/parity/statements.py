"""Statement by statement: does what the reader says of each agree with what PostgreSQL does?

Statements run on their own, as ``psql`` runs a file: a transaction is open only where the file
opens one. There each statement has a savepoint, so that one that PostgreSQL refuses takes no
other with it. At the end of a file an open transaction is committed and the session reset.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

import psycopg
from msgspec import Struct
from psycopg import Connection, sql
from psycopg.pq import TransactionStatus

from ctb_lint.history import Direction, Folded, Outcome
from ctb_lint.model import Location, Schema
from tests.parity.fingerprint import MODELLED, Watch

_CONTROL = re.compile(
    r"(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/)*"
    r"(begin|start|commit|end|rollback|abort|savepoint|release|set\s+transaction)\b",
    re.IGNORECASE | re.DOTALL,
)
_COPY = re.compile(r"\s*copy\b.*\bfrom\s+stdin\b", re.IGNORECASE | re.DOTALL)
_NO_ROLE = re.compile(r'role "(.+)" does not exist')
_SAVEPOINT = "parity"
_TIMEOUT = "60s"


class Step(Struct, frozen=True):
    """One statement to run, and what the reader said of it."""

    text: str
    path: str = "example.sql"
    line: int = 1
    kind: str = ""
    outcome: Outcome | None = None
    why: str | None = None
    location: Location | None = None

    def __str__(self) -> str:
        said = f"{self.outcome or 'unread'}" + (f" ({self.why})" if self.why else "")
        return f"{self.path}:{self.line}: {self.kind or self.text.split(maxsplit=1)[0]}: {said}"


class Fault(StrEnum):
    """How the reader and PostgreSQL can disagree on one statement."""

    HARMLESS_CHANGED = "harmless, but changed the catalogs"
    MODEL_UNCHANGED = "understood, changed the catalogs, but not the model"
    ACCEPTED = "syntax error, but PostgreSQL accepts it"
    REFUSED = "refused by PostgreSQL"


class Disagreement(Struct, frozen=True):
    """One of them. ``parts`` are the parts of the catalogs that changed, ``error`` is PostgreSQL's
    with its SQLSTATE. A refusal is no fault of the reader as such: it is listed to be read."""

    fault: Fault
    number: int
    step: Step
    parts: tuple[str, ...] = ()
    error: str | None = None

    def __str__(self) -> str:
        return f"{self.step} — {self.fault}: {self.error or ', '.join(self.parts)}"


class StatementReport(Struct, frozen=True):
    """What running a history showed. ``accepted`` and ``refused`` count statements by what the
    reader said of them."""

    accepted: Mapping[str, int]
    refused: Mapping[str, int]
    disagreements: tuple[Disagreement, ...]

    def of(self, fault: Fault) -> tuple[Disagreement, ...]:
        """The disagreements of one kind."""
        return tuple(d for d in self.disagreements if d.fault is fault)


def steps(folded: Folded, texts: Mapping[str, str]) -> tuple[Step, ...]:
    """The statements that a history applies to an empty database, in the order in which they
    run."""
    return tuple(
        Step(
            texts[file.path][statement.location.start : statement.location.end],
            file.path,
            statement.location.line,
            statement.kind,
            statement.outcome,
            statement.why,
            statement.location,
        )
        for file in folded.history.files
        if file.direction is Direction.UP and file.applied
        for statement in file.statements
        if not statement.down
    )


def changed_by(model_after: Callable[[int], Schema]) -> Callable[[int], bool]:
    """Whether a statement changed the model, from the model as it is after the first ``n + 1``
    statements; ``model_after(-1)`` is the model before any."""
    return lambda number: model_after(number) != model_after(number - 1)


def check_statements(
    connection: Connection[Any],
    statements: Iterable[Step],
    *,
    model_changed: Callable[[int], bool] | None = None,
    watch: bool = True,
) -> StatementReport:
    """Runs the statements in order, on a connection in autocommit mode.

    ``model_changed(n)`` says whether statement ``n`` (from 0) changed the model; without it no
    statement is held against the model. ``watch=False`` takes no fingerprints: only refusals and
    their counterpart are found.
    """
    accepted: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    found: list[Disagreement] = []
    watcher = Watch(connection) if watch else None
    path = None
    for number, step in enumerate(statements):
        if step.path != path:
            _finish_file(connection)
            path = step.path
        error = run(connection, step.text)
        if error is not None:
            refused[str(step.outcome)] += 1
            found.append(Disagreement(Fault.REFUSED, number, step, error=error))
        else:
            accepted[str(step.outcome)] += 1
            parts = parts_changed(watcher, step.text) if watcher else ()
            found.extend(judged(number, step, parts, model_changed))
    _finish_file(connection)
    return StatementReport(accepted, refused, tuple(found))


def parts_changed(watcher: Watch, text: str) -> tuple[str, ...]:
    """The parts of the catalogs that the statement changed which has just run."""
    control = _CONTROL.match(text)
    if control is None:
        return watcher.update()
    # SET TRANSACTION wants to be the first query after BEGIN: no look at the catalogs between.
    word = control[1].lower()
    return watcher.update(undone=True) if word in {"rollback", "abort", "commit", "end"} else ()


def judged(
    number: int,
    step: Step,
    parts: tuple[str, ...],
    model_changed: Callable[[int], bool] | None,
) -> Iterator[Disagreement]:
    """Where the reader is wrong about a statement that PostgreSQL accepts."""
    if step.outcome is Outcome.SYNTAX_ERROR:
        yield Disagreement(Fault.ACCEPTED, number, step, parts, "accepted")
    # Ending a transaction undoes or keeps what others did: it is not a change of its own.
    if _CONTROL.match(step.text):
        return
    if step.outcome is Outcome.HARMLESS and parts:
        yield Disagreement(Fault.HARMLESS_CHANGED, number, step, parts)
    modelled = tuple(part for part in parts if part in MODELLED)
    if step.outcome is not Outcome.UNDERSTOOD or not modelled or model_changed is None:
        return
    if not model_changed(number):
        yield Disagreement(Fault.MODEL_UNCHANGED, number, step, modelled)


def run(connection: Connection[Any], text: str) -> str | None:
    """Runs one statement. None where PostgreSQL accepts it, else its error and SQLSTATE.

    A role that is not there is made, and LOCK TABLE and its like get the transaction they need:
    both come from the runner in whose hands the file would be.
    """
    for _ in range(5):
        error = _attempt(connection, text)
        if error is None:
            return None
        role = _NO_ROLE.search(str(error))
        if role:
            name = sql.Identifier(role[1])
            _attempt(connection, sql.SQL("CREATE ROLE {}").format(name).as_string(connection))
        elif error.sqlstate == "25P01" and not _CONTROL.match(text):
            with connection.transaction():
                error = _attempt(connection, text)
            break
        else:
            break
    if error is None:
        return None
    message = error.diag.message_primary or str(error).partition("\n")[0]
    return f"{message} [{error.sqlstate}]"


def _attempt(connection: Connection[Any], text: str) -> psycopg.Error | None:
    guarded = in_transaction(connection) and not _CONTROL.match(text)
    if guarded:
        connection.execute(f"SAVEPOINT {_SAVEPOINT}".encode())
    try:
        _execute(connection, text)
    except psycopg.Error as error:
        if guarded:
            connection.execute(f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}".encode())
        elif connection.info.transaction_status is TransactionStatus.INERROR:
            connection.execute(b"ROLLBACK")
        return error
    if guarded and in_transaction(connection):
        connection.execute(f"RELEASE SAVEPOINT {_SAVEPOINT}".encode())
    return None


def _execute(connection: Connection[Any], text: str) -> None:
    with connection.cursor() as cursor:
        if _COPY.match(text):
            with cursor.copy(text.encode()):
                pass  # the rows are of no interest here
        else:
            cursor.execute(text.encode(), prepare=False)


def in_transaction(connection: Connection[Any]) -> bool:
    return connection.info.transaction_status is TransactionStatus.INTRANS


def _finish_file(connection: Connection[Any]) -> None:
    if connection.info.transaction_status is TransactionStatus.INERROR:
        connection.execute(b"ROLLBACK")
    elif in_transaction(connection):
        connection.execute(b"COMMIT")
    connection.execute(b"RESET SESSION AUTHORIZATION")
    connection.execute(b"RESET ALL")
    connection.execute(f"SET statement_timeout = '{_TIMEOUT}'".encode())
