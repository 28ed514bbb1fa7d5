"""Parity on a whole folder of migrations: ``python -m benchmarks.parity DIR``.

The same files, in the same order, go through the SQL reader and through a throwaway PostgreSQL;
what differs is printed, one line each, with why. Exit 1 where the reader falls below the bars.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from ctb_lint.history import Layout
from ctb_lint.readers.sql.heads import ConfiguredHistory
from ctb_lint.readers.sql.reader import SqlOptions, read
from tests.parity.diff import Figure, figures, total
from tests.parity.folding import watched_fold
from tests.parity.statements import Fault
from tests.parity.stubs import extension_folder
from tests.parity.whole import Parity, compare, reason
from tests.postgres import Server

BARS = {"column": 0.995, "constraint": 0.99, "index": 0.99, "enum": 0.99}
"""The least share of each kind that must be equal."""

NOT_UNDERSTOOD_BAR = 0.005
"""The share of accepted statements that may be M002 stays below this."""


def failures(shares: Sequence[Figure], parities: Iterable[Parity]) -> tuple[str, ...]:
    """The bars that were not reached, in words."""
    found = [
        f"{figure.kind}: {figure.share:.2%} equal, below {BARS[figure.kind]:.1%}"
        for figure in shares
        if figure.kind in BARS and figure.share < BARS[figure.kind]
    ]
    for parity in parities:
        unexplained = sum(m.kind in BARS and reason(m, parity) is None for m in parity.mismatches)
        if unexplained:
            found.append(f"{parity.name}: {unexplained} unexplained misses of the kinds judged")
        if parity.not_understood >= NOT_UNDERSTOOD_BAR:
            found.append(f"{parity.name}: {parity.not_understood:.2%} of the statements are M002")
        for fault in (Fault.HARMLESS_CHANGED, Fault.MODEL_UNCHANGED, Fault.ACCEPTED):
            count = len(parity.report.of(fault))
            if count:
                found.append(f"{parity.name}: {count} statements {fault}")
    return tuple(found)


def _print(parity: Parity) -> None:
    accepted, refused = parity.report.accepted, parity.report.refused
    files = len({step.path for step in parity.steps})
    print(f"\n== {parity.name}: {files} files, {parity.seconds:.1f} s")
    print(f"statements accepted: {_counts(accepted)}; refused: {_counts(refused)}")
    print(f"M002 share of those accepted: {parity.not_understood:.2%}")
    open_ = Counter(m.kind for m in parity.mismatches if reason(m, parity))
    for figure in figures(parity.read, parity.live):
        told = f"  ({open_[figure.kind]} misses declared unknown)" if open_[figure.kind] else ""
        share = f"{figure.equal:6}/{figure.compared:<6} {figure.share:8.2%}"
        print(f"  {figure.kind:14} {share}{told}")
    explained: Counter[bool] = Counter()
    for mismatch in parity.mismatches:
        why = reason(mismatch, parity)
        explained[why is not None] += 1
        print(f"  {_one_line(mismatch)} — {why or 'UNEXPLAINED'}")
    print(f"misses: {explained[True]} explained, {explained[False]} unexplained")
    for disagreement in parity.report.disagreements:
        print(f"  {_one_line(disagreement)}")


def _counts(counts: Mapping[str, int]) -> str:
    listed = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
    return f"{sum(counts.values())} ({listed})" if counts else "0"


def _one_line(value: object) -> str:
    return " ".join(str(value).split())


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.parity", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--layout", choices=[str(layout) for layout in Layout])
    parser.add_argument("--glob", action="append", default=[], help="which files, relative to DIR")
    parser.add_argument("--pg-version", type=int, default=18)
    parser.add_argument("--default-schema", default="public")
    parser.add_argument(
        "--statements", action="store_true", help="hold every statement against the catalogs"
    )
    return parser.parse_args(argv)


@contextmanager
def _selected(folder: Path, globs: Sequence[str]) -> Iterator[Path]:
    """The folder, or a copy of those of its files that a pattern names: the reader finds the whole
    history of any file that it is given."""
    if not globs:
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="parity-") as copy:
        for path in sorted({path for glob in globs for path in folder.glob(glob)}):
            target = Path(copy) / folder.name / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        yield Path(copy) / folder.name


def _options(folder: Path, arguments: argparse.Namespace) -> SqlOptions:
    configured: tuple[ConfiguredHistory, ...] = ()
    if arguments.layout:
        configured = (ConfiguredHistory(folder.name, ".", Layout(arguments.layout)),)
    return SqlOptions(
        base=folder,
        default_schema=arguments.default_schema,
        pg_version=arguments.pg_version,
        histories=configured,
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Reads, applies, compares and prints. 0 where every bar is reached, else 1."""
    arguments = _arguments(argv)
    started = time.perf_counter()
    with _selected(arguments.folder, arguments.glob) as folder, watched_fold() as moved:
        result = read([folder], _options(folder, arguments))
    print(f"read {len(result.texts)} files in {time.perf_counter() - started:.1f} s")
    for failure in result.failures:
        print(f"  not read: {failure}")
    with Server() as server, extension_folder() as extensions:
        parities = [
            compare(
                server, folded, result.texts, extensions, moved if arguments.statements else None
            )
            for folded in result.folded
        ]
    for parity in parities:
        _print(parity)
    shares = total(f for parity in parities for f in figures(parity.read, parity.live))
    missed = failures(shares, parities)
    print()
    for line in missed:
        print(f"below the bar: {line}")
    return 1 if missed or not parities or result.failures else 0


if __name__ == "__main__":
    sys.exit(main())
