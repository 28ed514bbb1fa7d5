"""Playing the statements of files to a server, as their runner would send them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from ctb_lint.history import Direction, MigrationFile, Outcome, Statement
from ctb_lint.readers.shadow.places import OWNER, Place
from ctb_lint.readers.sql.text import LineIndex
from ctb_lint.shadow import Refused, Unjudged

if TYPE_CHECKING:
    import psycopg

_NO_ROLE = re.compile(r'role "(.+)" does not exist')
_COPY = re.compile(r"\s*copy\b.*\bfrom\s+(?:program\b|stdin\b)", re.IGNORECASE | re.DOTALL)
_EXTENSION = re.compile(
    r"\s*create\s+extension\s+(?:if\s+not\s+exists\s+)?(?:\"(?P<quoted>[^\"]+)\"|(?P<plain>\w+))",
    re.IGNORECASE,
)
_NO_SCHEMA = re.compile(r"permission denied for schema (.+)")
_OWNER = re.compile(
    r"\bowner\s+to\s+(?:\"(?P<quoted>[^\"]+)\"|(?P<plain>\w+))\s*;?\s*\Z", re.IGNORECASE
)
_COMMENT = re.compile(r"\s*comment\s+on\s+extension\b", re.IGNORECASE)
_ALL_TRIGGERS = re.compile(r"\b((?:en|dis)able\s+trigger\s+)all\b", re.IGNORECASE)
_FOREIGN = re.compile(
    r"\s*(?:create|alter|import)\s+(foreign\s+(?:data\s+wrapper|table|schema)|server|user\s+mapping)\b",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'|\w+|\S")
_CONTROLS = frozenset(
    {
        "BEGIN", "START TRANSACTION", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE",
        "ROLLBACK TO SAVEPOINT", "RELEASE SAVEPOINT", "PREPARE TRANSACTION", "SET TRANSACTION",
    }
)  # fmt: skip
_NO_SUCH_EXTENSION = ("0A000", "58P01")
_RIGHTS = "42501"
_ROLES = 32
"""So many roles that are not there one statement may name."""
_SECONDS = 60
_SAVEPOINT = "ctb_lint"


class Piece(Struct, frozen=True):
    """What is sent in one go: statements of a file, in its text, and whether all of them stand in
    one transaction that the runner opens (None where that is not known)."""

    path: str
    text: str
    statements: tuple[Statement, ...]
    whole: bool | None


class Player:
    """Plays pieces to one place. What it had to stand in for is kept, each once."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._connection = place.connection
        self.stood_in: dict[Unjudged, None] = {}
        self.unjudged: dict[Unjudged, None] = {}

    def play(self, piece: Piece, *, back: bool = False) -> Refused | None:
        """All of a piece, or what stopped it. The session is as new before the next one."""
        connection, last = self._connection, None
        if piece.whole:
            connection.execute(b"BEGIN")
        for statement in piece.statements:
            error = self._sent(_said(piece, statement), statement)
            if error is not None:
                self._end(b"ROLLBACK")
                return self._refused(piece, statement, error, back=back)
            last = statement
        error = self._end(b"COMMIT")
        if error is not None and last is not None:
            return self._refused(piece, last, error, back=back)
        return None

    def _end(self, how: bytes) -> psycopg.Error | None:
        """Ends an open transaction and puts the session back to what it was."""
        import psycopg

        try:
            if self._is_open:
                self._connection.execute(how)
        except psycopg.Error as error:
            return error
        finally:
            if self._is_open:
                self._connection.execute(b"ROLLBACK")
            self._connection.execute(b"RESET SESSION AUTHORIZATION; RESET ALL")
            self._connection.execute(f"SET statement_timeout = '{_SECONDS}s'".encode())
        return None

    @property
    def _is_open(self) -> bool:
        from psycopg.pq import TransactionStatus

        return self._connection.info.transaction_status is not TransactionStatus.IDLE

    def _sent(self, text: str, statement: Statement) -> psycopg.Error | None:
        """One statement. What it needs of the world around it is made, and it is sent again."""
        if _COPY.match(text):
            self._note(self.stood_in, "the rows of COPY", "no rows are loaded")
            return None
        error = self._attempt(text, statement)
        for _ in range(_ROLES):
            if error is None or self._has_extension(error, text):
                return None
            if not (self._has_role(error) or self._may_own(error, text)):
                break
            error = self._attempt(text, statement)
        if error is None or self._is_for_superusers(error, text, statement):
            return None
        self._notes_foreign(error, text)
        return error

    def _notes_foreign(self, error: psycopg.Error, text: str) -> None:
        """What reaches beyond the database is not for the role here: files and other servers stay
        out of reach, and whether PostgreSQL would take it cannot be judged."""
        what = _FOREIGN.match(text)
        if what and error.sqlstate == _RIGHTS and self._place.admin:
            hint = "name a server with --shadow-db URL whose role may do that"
            said = " ".join(what[1].upper().split())
            self._note(self.unjudged, said, "it reaches beyond the database", hint)

    def _attempt(self, text: str, statement: Statement) -> psycopg.Error | None:
        import psycopg

        guarded = self._is_open and statement.kind not in _CONTROLS and not statement.alone
        try:
            if guarded:
                self._connection.execute(f"SAVEPOINT {_SAVEPOINT}".encode())
            self._connection.cursor().execute(text.encode(), prepare=False)
            if guarded and self._is_open:
                self._connection.execute(f"RELEASE SAVEPOINT {_SAVEPOINT}".encode())
        except psycopg.Error as error:
            if self._connection.closed:
                raise
            if guarded and self._is_open:
                self._connection.execute(f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}".encode())
            return error
        return None

    def _has_role(self, error: psycopg.Error) -> bool:
        """Whether the role that a statement lacks is there now. On a server that is not ours none
        is made: it would outlive the database."""
        role = _NO_ROLE.search(error.diag.message_primary or "")
        if role is None or not self._as_admin(_create_role(role[1])):
            return False
        # A session remembers that there was no such role until it locks a relation anew.
        with self._connection.transaction(force_rollback=True):
            self._connection.execute(b"SELECT FROM pg_catalog.pg_roles LIMIT 0")
        self._note(self.stood_in, f"role {role[1]}", "it was made for this run")
        return True

    def _may_own(self, error: psycopg.Error, text: str) -> bool:
        """Whether a role that becomes an owner may be one in the schema now: outside it mostly
        owns the schema, or is a superuser."""
        schema, owner = _NO_SCHEMA.search(error.diag.message_primary or ""), _OWNER.search(text)
        if not (error.sqlstate == _RIGHTS and schema and owner and self._place.admin):
            return False
        role = owner["quoted"] or owner["plain"].lower()
        return self._attempt_of_ours(_let_create(schema[1], role))

    def _is_for_superusers(self, error: psycopg.Error, text: str, statement: Statement) -> bool:
        """Whether only a superuser may do that, and nothing of the schema hangs on it."""
        if error.sqlstate != _RIGHTS or not self._place.admin:
            return False
        if _COMMENT.match(text):
            self._note(self.stood_in, "COMMENT ON EXTENSION", "only its owner may do that")
            return True
        mine, count = _ALL_TRIGGERS.subn(r"\1USER", text)
        if not count or self._attempt(mine, statement) is not None:
            return False
        self._note(self.stood_in, "TRIGGER ALL", "only triggers of the migrations were switched")
        return True

    def _has_extension(self, error: psycopg.Error, text: str) -> bool:
        """Whether an extension that only a superuser may create is there now. One that the server
        does not have cannot be judged."""
        extension = _EXTENSION.match(text)
        if extension is None:
            return False
        name = extension["quoted"] or extension["plain"].lower()
        if error.sqlstate == _RIGHTS:
            return self._as_admin(_create_extension(name))
        if error.sqlstate in _NO_SUCH_EXTENSION:
            hint = "name a server that has it with --shadow-db URL"
            self._note(self.unjudged, f"extension {name}", "the server does not have it", hint)
        return False

    def _attempt_of_ours(self, statement: Any) -> bool:
        """Whether something could be done that no migration says, in its transaction."""
        import psycopg

        try:
            with self._connection.transaction():
                self._connection.execute(statement)
        except psycopg.Error:
            return False
        return True

    def _as_admin(self, statement: Any) -> bool:
        """Whether a superuser could do it; there is one on a throwaway server only."""
        import psycopg

        admin = self._place.admin
        if admin is None:
            return False
        try:
            admin.execute(statement)
        except psycopg.Error:
            return False
        return True

    def _note(self, kept: dict[Unjudged, None], what: str, why: str, hint: str = "") -> None:
        kept[Unjudged(what, why, hint)] = None

    def _refused(
        self, piece: Piece, statement: Statement, error: psycopg.Error, *, back: bool
    ) -> Refused:
        scrub = self._place.secrets.scrubbed
        diag, lines = error.diag, LineIndex(piece.text)
        start = statement.location.start
        at = statement.location
        if diag.statement_position:
            place = start + int(diag.statement_position) - 1
            token = _TOKEN.match(piece.text, place)
            if token and place < statement.location.end:
                at = lines.location(piece.path, place, token.end())
        return Refused(
            path=piece.path,
            at=at,
            statement=statement.location,
            message=scrub(" ".join((diag.message_primary or str(error)).split())),
            sqlstate=error.sqlstate or "",
            detail=scrub(" ".join((diag.message_detail or "").split())),
            hint=scrub(" ".join((diag.message_hint or "").split())),
            back=back,
        )


def _said(piece: Piece, statement: Statement) -> str:
    return piece.text[statement.location.start : statement.location.end]


def _create_role(name: str) -> Any:
    from psycopg import sql

    role, owner = sql.Identifier(name), sql.Identifier(OWNER)
    return sql.SQL("CREATE ROLE {0} ROLE {1} ADMIN {1}").format(role, owner)


def _let_create(schema: str, role: str) -> Any:
    from psycopg import sql

    return sql.SQL("GRANT ALL ON SCHEMA {} TO {}").format(
        sql.Identifier(schema), sql.Identifier(role)
    )


def _create_extension(name: str) -> Any:
    from psycopg import sql

    return sql.SQL("CREATE EXTENSION IF NOT EXISTS {} CASCADE").format(sql.Identifier(name))


def forward(file: MigrationFile, text: str) -> Piece:
    """What a file applies."""
    ups = _real(one for one in file.statements if not one.down)
    return Piece(file.path, text, tuple(ups), file.transactional)


def backward(file: MigrationFile, text: str) -> Piece:
    """What takes a file back: its down section, or all of a down file."""
    downs = _real(one for one in file.statements if one.down or file.direction is Direction.DOWN)
    return Piece(file.path, text, tuple(downs), file.transactional)


def _real(statements: Iterable[Statement]) -> Iterator[Statement]:
    """Without what stands for nothing: empty statements, and what is psql's alone."""
    return (one for one in statements if one.kind or one.outcome is not Outcome.HARMLESS)
