"""What of a schema goes into a snapshot: every expression and comment that holds no credential."""

from __future__ import annotations

from ctb_lint.model import Expr, QualifiedName, Unknown
from ctb_lint.readers.snapshot.secrets import expression_holds_secret, holds_secret

WHY = "it may hold a credential, and no snapshot has those"


class Sieve:
    """Lets texts pass, and keeps what it held back: ``left_out`` in words, ``unknown`` as facts
    that whoever reads the snapshot does not know."""

    def __init__(self) -> None:
        self.left_out: list[str] = []
        self.unknown: set[Unknown] = set()

    def expression(
        self, expr: Expr | None, what: str, relation: QualifiedName | None, fact: str
    ) -> str | None:
        """The text of an expression."""
        if expr is None:
            return None
        return self.text(expr.text, what, relation, fact)

    def text(
        self, text: str | None, what: str, relation: QualifiedName | None, fact: str
    ) -> str | None:
        """The text, as PostgreSQL prints it, of an expression."""
        if text is None or not expression_holds_secret(text):
            return text
        self.hold_back(what, relation, fact)
        return None

    def comment(self, text: str | None, of: str, relation: QualifiedName | None) -> str | None:
        """A comment."""
        if text is None or not holds_secret(text):
            return text
        self.hold_back(f"the comment on {of}", relation, "comments")
        return None

    def hold_back(self, what: str, relation: QualifiedName | None, fact: str) -> None:
        """Notes that something is left out."""
        self.left_out.append(what)
        self.unknown.add((relation, fact, WHY))
