"""DO: the SQL of its block folds, as far as its text can be known."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ctb_lint.readers.sql.fold import built
from ctb_lint.readers.sql.fold.blocks import Block, Piece, touched
from ctb_lint.readers.sql.fold.context import Folding
from ctb_lint.readers.sql.fold.unread import leave_open_what
from ctb_lint.readers.sql.lexeme import Kind, lexemes
from ctb_lint.readers.sql.nodes import Node, options, string, unwrap
from ctb_lint.readers.sql.pg import SyntaxFault, parse
from ctb_lint.readers.sql.place import Place
from ctb_lint.readers.sql.split import RawStatement, split
from ctb_lint.readers.sql.statements import tag
from ctb_lint.readers.sql.written import Written, plain, value_of

FoldNode = Callable[[Folding, Node], None]

_QUERIES = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "MERGE")
_PERFORM, _AS_QUERY = "PERFORM", "SELECT "


def do(f: Folding, node: Node, fold: FoldNode) -> None:
    """DO: static SQL folds, and what EXECUTE runs where it can be known; all else makes facts
    unknown. ``fold`` folds a statement."""
    given = options(node.get("args"))
    language = string(given["language"]).lower() if "language" in given else "plpgsql"
    if language != "plpgsql":
        f.not_understood(f"a DO block in {language}")
        return
    body = _body(f)
    if body is None:
        f.not_understood("a DO block whose body is written with escapes that cannot be read")
        return
    _Run(f, body, fold).run()


def _body(f: Folding) -> Written | None:
    """The body of a DO block; None where its string cannot be read."""
    place = f.place
    for token in lexemes(place.text, place.start, place.end):
        if token.kind is Kind.STRING:
            there = place.written
            if there is None:
                return value_of(plain(token.text, token.start))
            return value_of(there.part(token.start, token.end))
    return None


class _Run:
    """Folds the pieces of one block."""

    def __init__(self, f: Folding, body: Written, fold: FoldNode) -> None:
        self.f = f
        self.body = body
        self.fold = fold
        self.known: Mapping[str, Written] = built.constants(body)

    def run(self) -> None:
        """Folds them all, in order."""
        f = self.f
        outer, conditional = f.place, f.conditional
        f.harmless = True
        for piece in Block(self.body.text).pieces():
            f.conditional = conditional or piece.guarded
            f.place = self._place(self.body, piece.start, piece.end, outer)
            if piece.dynamic:
                self._execute(piece)
            else:
                self._static(piece)
        f.place, f.conditional = outer, conditional

    def _place(self, text: Written, start: int, end: int, outer: Place) -> Place:
        return Place(outer.lines, outer.path, text.text, RawStatement(start, end), text)

    def _static(self, piece: Piece) -> None:
        """A statement that stands in the block itself."""
        f = self.f
        text = self.body.text[piece.start : piece.end]
        if piece.performed:
            text = _AS_QUERY + text[len(_PERFORM) :]
        try:
            statements = parse(text)
        except SyntaxFault:
            # INTO a variable, and other words that only PL/pgSQL knows, stand in queries.
            if not text.lstrip().upper().startswith(_QUERIES):
                leave_open_what(f.state, text, f.place.whole)
                f.not_understood(f"in its block: {' '.join(text.split())[:60]}")
            return
        for statement in statements:
            # In PL/pgSQL SELECT … INTO x fills a variable and makes no table.
            if not _selects_into(statement["stmt"]):
                self._one(statement["stmt"])

    def _one(self, wrapped: Node) -> None:
        """One statement at the place of the fold. The block is harmless where all of its are."""
        f = self.f
        harmless, f.harmless = f.harmless, False
        self.fold(f, wrapped)
        f.harmless = harmless and f.harmless

    def _execute(self, piece: Piece) -> None:
        """EXECUTE: what can be known of its command folds as if it stood there."""
        f = self.f
        tokens = lexemes(self.body.text, piece.start, piece.end)
        tokens = tokens[: built.end_of_command(tokens)]
        last = tokens[-1].end if tokens else piece.start
        command = built.command(self.body, piece.start, last, self.known)
        if command is not None:
            self._command(command)
            return
        touch = touched(tokens)
        if not touch.facts:
            return
        relation = None
        if touch.table:
            relation = f.state.find_relation(*touch.table) or f.state.creation_name(*touch.table)
        why = f"EXECUTE at {f.place.path}:{f.place.whole.line} builds its SQL"
        f.state.make_unknown(relation, touch.facts, why)
        f.touched.update(touch.facts)
        f.not_understood("EXECUTE builds its SQL: what it does cannot be read from the text")

    def _command(self, command: Written) -> None:
        """The statements of a command whose text is known."""
        f = self.f
        outer = f.place
        cut = split(command.text)
        if cut.error or cut.metas or cut.includes or cut.copies:
            self._refused(command.text, "it is no SQL")
            return
        for raw in cut.statements:
            f.place = self._place(command, raw.start, raw.end, outer)
            text = command.text[raw.start : raw.end]
            try:
                statements = parse(text)
            except SyntaxFault as fault:
                self._refused(text, fault.message)
                continue
            for statement in statements:
                name, fields = unwrap(statement["stmt"])
                if name == "TransactionStmt" or _selects_into(statement["stmt"]):
                    what = "SELECT … INTO" if name == "SelectStmt" else tag(name, fields)
                    f.not_understood(f"PostgreSQL refuses {what} in an EXECUTE")
                else:
                    self._one(statement["stmt"])

    def _refused(self, text: str, message: str) -> None:
        f = self.f
        leave_open_what(f.state, text, f.place.whole)
        f.not_understood(f"PostgreSQL refuses what EXECUTE runs: {message}")


def _selects_into(wrapped: Node) -> bool:
    return "intoClause" in wrapped.get("SelectStmt", {})
