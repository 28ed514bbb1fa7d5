"""How quick ``ctb-lint check`` is beside its peers: ``python -m benchmarks.speed``.

Everything is measured in one run, and what counts are ratios: a busy machine slows both sides.
Exit 1 where a bar is missed, or cannot be measured because a peer cannot be had.
"""

from __future__ import annotations

import shutil
import statistics
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks import synthetic
from benchmarks.counts import findings_in
from benchmarks.figures import Figure, report
from benchmarks.peers import (
    FOLDER,
    SAFEMIGRATE,
    SQLFLUFF,
    SQUAWK,
    Missing,
    Peer,
    Run,
    installed,
    ourselves,
    run,
)
from ctb_lint.cli.options import FORMATS

COLD_BAR = 0.7
"""One small file in a new process: of sqlfluff's time."""
THROUGHPUT_BAR = 40
"""A thousand files: times sqlfluff's bytes per second."""
MEMORY_BAR = 250
"""A thousand files: MiB."""
FINDINGS_BAR = 3
"""Ten thousand findings, in any format: seconds."""
FINDINGS_MEMORY_BAR = 300
"""Ten thousand findings, in any format: MiB."""
GROWTH_BAR = 5
"""Four times the files: times the time. A little above what is linear."""

COLD_RUNS = 9
FILES = 1000
SAMPLE_OF = 23
"""sqlfluff is given every so many-th file of the thousand: of every kind, as they come in fives."""
FINDINGS = 10_000


def main() -> int:
    """Measures all, prints the table, and returns the exit code."""
    work = FOLDER / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    measures = (_versions, _cold, _thousand, _findings, _growth)
    return report((one.__name__[1:], partial(one, work)) for one in measures)


def _versions(work: Path) -> Iterator[Figure]:
    for peer in (SQLFLUFF, SQUAWK, SAFEMIGRATE):
        try:
            yield Figure(peer.distribution, installed(peer)[1])
        except Missing as missing:
            yield Figure(peer.distribution, f"cannot be installed: {missing}")


def _cold(work: Path) -> Iterator[Figure]:
    """One small file, a new process each time, the two in turn."""
    synthetic.one_file(work / "one" / "0001_first.sql")
    ours, theirs = ourselves(), installed(SQLFLUFF)[0]
    times: dict[str, list[float]] = {"ours": [], "theirs": []}
    for number in range(COLD_RUNS + 1):
        for name, command in (("ours", ours), ("theirs", theirs)):
            took = run([*command, "0001_first.sql"], work / "one").seconds
            if number:  # the first of each only fills the caches
                times[name].append(took)
    mine, other = statistics.median(times["ours"]), statistics.median(times["theirs"])
    yield Figure("one small file, ctb-lint", f"{mine * 1000:.0f} ms")
    yield Figure("one small file, sqlfluff", f"{other * 1000:.0f} ms")
    yield Figure(
        "one small file, of sqlfluff's time",
        f"{mine / other:.2f}",
        f"at most {COLD_BAR}",
        mine / other <= COLD_BAR,
    )


def _thousand(work: Path) -> Iterator[Figure]:
    """A thousand files, and how much memory they take."""
    folder = work / "thousand"
    size = synthetic.history(folder / "migrations", FILES)
    ours = min((_checked(folder, "concise") for _ in range(2)), key=lambda took: took.seconds)
    yield _throughput(f"{FILES:,} files, ctb-lint", size, ours)
    speed = size / ours.seconds
    paths = [f"migrations/{path.name}" for path in sorted((folder / "migrations").iterdir())]
    for peer in (SQUAWK, SAFEMIGRATE):
        yield from _beside(peer, paths, folder, size)
    sample = paths[::SAMPLE_OF]
    sampled = sum((folder / path).stat().st_size for path in sample)
    theirs = run([*installed(SQLFLUFF)[0], *sample], folder)
    yield _throughput(f"{len(sample)} of them, sqlfluff", sampled, theirs)
    times = speed / (sampled / theirs.seconds)
    yield Figure(
        "bytes per second, times sqlfluff's",
        f"{times:.0f}",
        f"at least {THROUGHPUT_BAR}",
        times >= THROUGHPUT_BAR,
    )
    yield Figure(
        f"peak memory on {FILES:,} files",
        f"{ours.memory:.0f} MiB",
        f"below {MEMORY_BAR}",
        ours.memory < MEMORY_BAR,
    )


def _beside(peer: Peer, paths: list[str], folder: Path, size: int) -> Iterator[Figure]:
    name = f"{FILES:,} files, {peer.distribution}"
    try:
        yield _throughput(name, size, run([*installed(peer)[0], *paths], folder))
    except Missing as missing:
        yield Figure(name, f"not measured: {missing}")


def _throughput(what: str, size: int, took: Run) -> Figure:
    speed = size / took.seconds
    return Figure(what, f"{took.seconds:.2f} s, {speed / 1000:,.0f} kB/s, {took.memory:.0f} MiB")


def _checked(folder: Path, form: str, *options: str) -> Run:
    return run([*ourselves(), "--format", form, *options, "migrations"], folder)


def _findings(work: Path) -> Iterator[Figure]:
    """Ten thousand findings of one rule, in each format; and what all rules find in the same."""
    folder = work / "findings"
    synthetic.without_ids(folder / "migrations", FINDINGS)
    for form in FORMATS:
        took = min(
            (_checked(folder, form, "--select", "S001") for _ in range(2)),
            key=lambda took: took.seconds,
        )
        found = findings_in(took.output, form)
        quick = took.seconds < FINDINGS_BAR and took.memory < FINDINGS_MEMORY_BAR
        yield Figure(
            f"{found:,} findings, {form}",
            f"{took.seconds:.2f} s, {took.memory:.0f} MiB",
            f"{FINDINGS:,}, {FINDINGS_BAR} s, {FINDINGS_MEMORY_BAR} MiB",
            found == FINDINGS and quick,
        )
    took = _checked(folder, "json")
    yield Figure(
        f"{findings_in(took.output, 'json'):,} findings of all rules, json",
        f"{took.seconds:.2f} s, {took.memory:.0f} MiB",
    )


def _growth(work: Path) -> Iterator[Figure]:
    """The same history, longer and longer."""
    times = {}
    for files in (FILES // 4, FILES // 2, FILES):
        folder = work / f"growth-{files}"
        synthetic.history(folder / "migrations", files)
        times[files] = min(_checked(folder, "concise").seconds for _ in range(2))
    yield Figure(
        " → ".join(f"{files:,}" for files in times) + " files",
        " → ".join(f"{seconds:.2f} s" for seconds in times.values()),
    )
    ratio = times[FILES] / times[FILES // 4]
    yield Figure(
        "four times the files, times the time",
        f"{ratio:.1f}",
        f"at most {GROWTH_BAR}",
        ratio <= GROWTH_BAR,
    )


if __name__ == "__main__":
    sys.exit(main())
