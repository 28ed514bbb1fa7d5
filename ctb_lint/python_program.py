"""What a Python program does with files of SQL, as far as its text tells."""

from __future__ import annotations

import ast
import re
import shlex
import warnings
from collections.abc import Callable, Iterator

from msgspec import Struct

from ctb_lint.shell import Feed, feeds

_EXECUTES = frozenset({"execute", "executescript", "exec_driver_sql", "run_sql"})
_RUNS = frozenset(
    {"run", "call", "check_call", "check_output", "Popen", "system", "popen", "getoutput"}
)
_LEAVES = frozenset({"exit", "_exit", "abort", "fail", "quit"})
_EXECUTE = re.compile(r"\bexecute\s*\(")
_LONGEST = 200_000
"""Longer programs are looked at as text only."""


class Applies(Struct, frozen=True):
    """How a program applies files of SQL. ``line`` counts from 0 and is that of the call that sends
    one; ``swallows`` the line of an ``except`` around it that lets the program go on, None where
    an error ends it. ``feeds`` are the files that it gives to psql."""

    line: int
    swallows: int | None = None
    feeds: tuple[Feed, ...] = ()


def applies(program: str) -> Applies | None:
    """How a program applies files of SQL, None where it applies none."""
    if ".sql" not in program.lower():
        return None
    tree = _tree(program)
    if tree is None:
        found = _EXECUTE.search(program)
        return Applies(program.count("\n", 0, found.start())) if found else None
    fed = tuple(_fed(tree))
    lines = [
        node.lineno - 1 for node in ast.walk(tree) if isinstance(node, ast.Call) if _sends(node)
    ]
    if lines:
        return Applies(min(lines), _swallowing(tree), fed)
    return Applies(fed[0].line, None, fed) if fed else None


def _tree(program: str) -> ast.Module | None:
    if len(program) > _LONGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(program)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _sends(node: ast.AST) -> bool:
    """Whether a node is a call that sends SQL."""
    return isinstance(node, ast.Call) and _called(node) in _EXECUTES


def _swallowing(tree: ast.Module) -> int | None:
    """The line of the first handler around such a call that lets the program go on."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Try) or not _has(node.body, _sends):
            continue
        for handler in node.handlers:
            if not _has(handler.body, _leaves):
                return handler.lineno - 1
    return None


def _has(body: list[ast.stmt], test: Callable[[ast.AST], bool]) -> bool:
    return any(test(node) for one in body for node in ast.walk(one))


def _leaves(node: ast.AST) -> bool:
    """Whether a node ends the program or the loop that it stands in."""
    if isinstance(node, ast.Raise | ast.Break | ast.Return):
        return True
    return isinstance(node, ast.Call) and _called(node) in _LEAVES


def _called(call: ast.Call) -> str:
    """The last word of what is called."""
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _fed(tree: ast.Module) -> Iterator[Feed]:
    """What goes to psql, by the command lines that the program runs."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args or _called(node) not in _RUNS:
            continue
        first = node.args[0]
        words = first.elts if isinstance(first, ast.List | ast.Tuple) else None
        line = shlex.join(map(_text, words)) if words else _text(first)
        for one in feeds(line):
            yield Feed(node.lineno - 1, one.file, one.stops, one.single)


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    return "{}"
