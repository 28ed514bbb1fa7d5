"""Figures of a benchmark, held against their bars and shown as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from benchmarks.peers import Missing


class Figure(Struct, frozen=True):
    """One line of the table; ``passed`` is None where there is no bar."""

    what: str
    figure: str
    bar: str = ""
    passed: bool | None = None


def report(measures: Iterable[tuple[str, Callable[[], Iterator[Figure]]]]) -> int:
    """Measures all, prints the table, and returns the exit code: 1 where a bar is missed, or
    something that is needed to measure is Missing."""
    missed = 0
    for name, measure in measures:
        try:
            for figure in measure():
                missed += _show(figure)
        except Missing as missing:
            missed += _show(Figure(name, f"not measured: {missing}", "", False))
    print(f"\n{missed} missed" if missed else "\nevery bar is met")
    return 1 if missed else 0


def _show(figure: Figure) -> bool:
    """Prints a figure; whether its bar is missed."""
    verdict = {True: "pass", False: "FAIL", None: ""}[figure.passed]
    line = f"{figure.what:<46} {figure.figure:<42} {figure.bar:<22} {verdict}"
    print(line.rstrip(), flush=True)
    return figure.passed is False
