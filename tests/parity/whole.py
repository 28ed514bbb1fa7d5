"""One whole history through the reader and through a server, and what differs."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct
from psycopg import sql

from ctb_lint.history import Folded, Outcome
from ctb_lint.model import Location, ObjectKind, QualifiedName, Schema
from ctb_lint.readers.postgres.inspect import inspect
from tests.parity.diff import Mismatch, differences, renamed
from tests.parity.statements import Fault, StatementReport, Step, check_statements, steps
from tests.parity.stubs import offer_extensions
from tests.postgres import Server

_FACTS = {
    "column": ("columns",),
    "constraint": ("constraints",),
    "index": ("indexes",),
    "enum": ("enums",),
    "trigger": ("triggers",),
}


class Parity(Struct, frozen=True):
    """What one history showed."""

    folded: Folded
    live: Schema
    report: StatementReport
    steps: tuple[Step, ...]
    seconds: float
    mismatches: tuple[Mismatch, ...]

    @property
    def name(self) -> str:
        """The history's name."""
        return self.folded.history.name

    @property
    def read(self) -> Schema:
        """The schema as the reader has it."""
        return self.folded.schema

    @property
    def not_understood(self) -> float:
        """The share of the statements that PostgreSQL accepts of which the reader says M002."""
        accepted = sum(self.report.accepted.values())
        unread = self.report.accepted.get(Outcome.NOT_UNDERSTOOD, 0)
        return unread / accepted if accepted else 0.0


def compare(
    server: Server,
    folded: Folded,
    texts: Mapping[str, str],
    extensions: Path,
    moved: Mapping[Location, bool] | None,
) -> Parity:
    """Applies one history to an empty database and holds the reader's schema against it.

    ``moved`` says of each statement whether it changed the model; None watches no statement.
    """
    started = time.perf_counter()
    roles = _roles(server)
    database = server.create_database()
    try:
        with server.connect(database) as connection:
            offer_extensions(connection, extensions)
        schema = folded.schema.default_schema
        # The stand-ins are offered to sessions that begin after.
        with server.connect(database) as connection:
            statements = steps(folded, texts)
            changes = [bool(moved and s.location and moved[s.location]) for s in statements]
            report = check_statements(
                connection,
                statements,
                model_changed=changes.__getitem__,
                watch=moved is not None,
            )
            live = inspect(connection, default_schema=schema)
    finally:
        server.drop_database(database)
        with server.connect() as connection:
            # They belong to no database: the next history may make its own.
            for role in _roles(server) - roles:
                connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))
    return Parity(
        folded=folded,
        live=live,
        report=report,
        steps=statements,
        seconds=time.perf_counter() - started,
        mismatches=differences(folded.schema, live),
    )


def _roles(server: Server) -> set[str]:
    with server.connect() as connection:
        return {row[0] for row in connection.execute("SELECT rolname FROM pg_roles").fetchall()}


def reason(mismatch: Mismatch, parity: Parity) -> str | None:
    """Why this miss is no fault of the reader's, or None where it is unexplained.

    Either the reader says itself that it does not know, or it folded a statement that PostgreSQL
    refuses, into the very table that differs. That a refused statement merely names the table
    explains nothing.
    """
    knowledge = parity.read.knowledge
    unknown = knowledge.why_unknown(mismatch.relation, _FACTS.get(mismatch.kind, ()))
    if unknown is None and renamed(mismatch, parity.mismatches):
        unknown = knowledge.why_unknown(mismatch.relation, (f"{mismatch.kind} names",))
    if unknown is None and mismatch.facet == "referenced_columns":
        target = _target(mismatch, parity.read)
        unknown = knowledge.why_unknown(target, ("constraints",)) if target else None
    if unknown:
        return f"the reader says that it is unknown: {unknown}"
    changed = {
        change.statement
        for change in parity.folded.history.changes
        if change.table is not None and change.table == mismatch.relation
    }
    for refusal in parity.report.of(Fault.REFUSED):
        if refusal.step.location in changed:
            return f"PostgreSQL refuses {refusal.step.path}:{refusal.step.line}"
    return None


def _target(mismatch: Mismatch, read: Schema) -> QualifiedName | None:
    """The table that the foreign key of a mismatch points at."""
    table = read.tables.get(mismatch.relation) if mismatch.relation else None
    for constraint in table.constraints if table else ():
        assert table is not None
        if str(table.part(ObjectKind.CONSTRAINT, constraint.name)) == mismatch.object:
            return constraint.references
    return None
