"""How quick a live schema is read beside pg_dump: ``python -m benchmarks.live``.

Both are processes of their own against one server, in turn; what counts is the ratio. pg_dump is
that of the server's own version, and writes to nowhere. Exit 1 where a bar is missed.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator

from benchmarks.figures import Figure, report
from benchmarks.large_database import COLUMNS, large_server, make
from benchmarks.peers import FOLDER, Missing, Run, run
from tests.parity.dumps import find_pg_dump

TABLES = 10_000
RUNS = 7
TIME_BAR = 0.7
"""The schema: of the time that ``pg_dump --schema-only`` takes."""
MEMORY_BAR = 400
"""The schema: MiB."""


def main() -> int:
    """Measures, prints the table, and returns the exit code."""
    FOLDER.mkdir(exist_ok=True)
    return report([("introspection", _introspection)])


def _introspection() -> Iterator[Figure]:
    """The schema of many tables."""
    with large_server() as server:
        database = server.create_database()
        with server.connect(database) as connection:
            major = connection.info.server_version // 10_000
            pg_dump = find_pg_dump(major)
            if pg_dump is None:
                raise Missing(f"there is no pg_dump of PostgreSQL {major}")
            make(connection, TABLES)
        url = server.dsn(database)
        ours = [sys.executable, "-m", "benchmarks.introspect", url]
        commands = {
            "ctb-lint": ours,
            "with facts": [*ours, "facts"],
            "pg_dump": [str(pg_dump), "--schema-only", "--file=/dev/null", url],
        }
        took: dict[str, list[Run]] = {name: [] for name in commands}
        for number in range(RUNS + 1):
            for name, command in commands.items():
                one = run(command, FOLDER.parent)
                if number:  # the first of each only fills the caches
                    took[name].append(one)
    yield from _figures(took)


def _figures(took: dict[str, list[Run]]) -> Iterator[Figure]:
    seconds = {name: statistics.median(r.seconds for r in runs) for name, runs in took.items()}
    memory = {name: max(r.memory for r in runs) for name, runs in took.items()}
    wanted = f"{TABLES} tables, {TABLES * COLUMNS - COLUMNS + 1} columns"
    said = took["ctb-lint"][0].output.strip()
    yield Figure("what was read", said, wanted, said == wanted)
    for name in took:
        yield Figure(f"schema, {name}", f"{seconds[name]:.2f} s, {memory[name]:.0f} MiB")
    ratio = seconds["ctb-lint"] / seconds["pg_dump"]
    yield Figure(
        "schema, of pg_dump's time", f"{ratio:.2f}", f"at most {TIME_BAR}", ratio <= TIME_BAR
    )
    yield Figure(
        "schema, peak memory",
        f"{memory['ctb-lint']:.0f} MiB",
        f"below {MEMORY_BAR}",
        memory["ctb-lint"] < MEMORY_BAR,
    )


if __name__ == "__main__":
    sys.exit(main())
