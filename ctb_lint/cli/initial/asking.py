"""Who answers init's questions: the user at a terminal, ``--yes``, or nobody."""

from __future__ import annotations

import sys
from typing import Protocol

import typer

from ctb_lint.reporters.sanitise import visible
from ctb_lint.settings import FIRST_PG, LAST_PG


class Answers(Protocol):
    """Answers to the two kinds of questions."""

    def agrees(self, question: str, usual: bool) -> bool:
        """Whether to do it; ``usual`` is what is suggested."""

    def version(self, usual: int) -> int:
        """The version of PostgreSQL."""


class Usual:
    """What is suggested, without asking."""

    def agrees(self, question: str, usual: bool) -> bool:
        return usual

    def version(self, usual: int) -> int:
        return usual


class Terminal:
    """The user. Raises typer.Abort where the user leaves."""

    def agrees(self, question: str, usual: bool) -> bool:
        return typer.confirm(visible(question), default=usual)

    def version(self, usual: int) -> int:
        question = f"the PostgreSQL that the migrations are for ({FIRST_PG} to {LAST_PG})"
        while True:
            given: int = typer.prompt(question, default=usual, type=int)
            if FIRST_PG <= given <= LAST_PG:
                return given
            typer.echo(f"ctb-lint knows PostgreSQL {FIRST_PG} to {LAST_PG}")


def at_terminal() -> bool:
    """Whether there is somebody to ask."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))
