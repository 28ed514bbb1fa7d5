"""Who answers init's questions: the user at a terminal, ``--yes``, or nobody."""

from __future__ import annotations

import sys
from typing import Protocol

import typer

from ctb_lint.reporters.sanitise import visible
from ctb_lint.settings import FIRST_PG, LAST_PG

_ANSWERS = {"y": True, "yes": True, "n": False, "no": False}
_VERSIONS = {str(version): version for version in range(FIRST_PG, LAST_PG + 1)}


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
        suggested = "Y/n" if usual else "y/N"
        while True:
            given = _answer(f"{visible(question)} [{suggested}]", "y" if usual else "n")
            if given.lower() in _ANSWERS:
                return _ANSWERS[given.lower()]
            typer.echo("answer y or n")

    def version(self, usual: int) -> int:
        question = f"the PostgreSQL that the migrations are for ({FIRST_PG} to {LAST_PG})"
        while True:
            given = _answer(f"{question} [{usual}]", str(usual))
            if given in _VERSIONS:
                return _VERSIONS[given]
            typer.echo(f"ctb-lint knows PostgreSQL {FIRST_PG} to {LAST_PG}")


def _answer(question: str, usual: str) -> str:
    given: str = typer.prompt(question, default=usual, show_default=False)
    return given.strip()


def at_terminal() -> bool:
    """Whether there is somebody to ask."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))
