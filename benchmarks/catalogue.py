"""What a catalogue costs ``ctb-lint check``: ``python -m benchmarks.catalogue``.

The same migrations are checked alone and with the catalogue that documents them, the two in turn.
What counts is the ratio of processor time, which whatever else runs changes least. Exit 1 where a
bar is missed, or a run does not find what was planted.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks import documented
from benchmarks.figures import Figure, report
from benchmarks.peers import FOLDER, Missing, Run, ourselves, run

ENTRIES = (500, 1_000, 2_000)
RATIO_BAR = 3
"""With the catalogue: times the time of the migrations alone."""
GROWTH_BAR = 5
"""Four times the entries: times the time. A little above what is linear."""
RUNS = 3
CATALOGUE = ("--catalogue", documented.CATALOGUE)


def main() -> int:
    """Measures all, prints the table, and returns the exit code."""
    work = FOLDER / "catalogue"
    shutil.rmtree(work, ignore_errors=True)
    return report([("catalogue", partial(_figures, work))])


def _figures(work: Path) -> Iterator[Figure]:
    times: dict[int, float] = {}
    for entries in ENTRIES:
        folder = work / str(entries)
        documented.project(folder, entries)
        alone, beside = _in_turn(folder, entries)
        times[entries] = beside.processor
        yield Figure(
            f"{entries:,} migrations, alone and with catalogue",
            f"{alone.processor:.2f} s, {beside.processor:.2f} s, {beside.memory:.0f} MiB",
        )
    ratio = beside.processor / alone.processor
    yield Figure(
        f"{entries:,} entries, times the migrations alone",
        f"{ratio:.2f}",
        f"at most {RATIO_BAR}",
        ratio <= RATIO_BAR,
    )
    growth = times[ENTRIES[-1]] / times[ENTRIES[0]]
    yield Figure(
        f"{ENTRIES[-1] // ENTRIES[0]} times the entries, times the time",
        f"{growth:.1f}",
        f"at most {GROWTH_BAR}",
        growth <= GROWTH_BAR,
    )


def _in_turn(folder: Path, entries: int) -> tuple[Run, Run]:
    """The run of each that took least time. Raises Missing where one does not end as it should."""
    command = [*ourselves(), "--format", "concise", "migrations"]
    runs = [(run(command, folder), run([*command, *CATALOGUE], folder)) for _ in range(RUNS)]
    for lone, whole in runs:
        told = whole.output.count(": S045 ")
        if documented.CATALOGUE in lone.output or told != documented.planted(entries):
            raise Missing(f"{told} of {documented.planted(entries)} planted differences are told")
    alone, beside = (min(ones, key=lambda one: one.processor) for ones in zip(*runs, strict=True))
    return alone, beside


if __name__ == "__main__":
    sys.exit(main())
