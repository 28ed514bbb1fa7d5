"""Shows the main job on real input: a sound history, one with planted faults, and what to ask
about either. ``make demo``, or ``python -m examples.demo``."""

from __future__ import annotations

import contextlib
import io
import json
import shlex
import shutil
import sys
import tempfile
from pathlib import Path

from ctb_lint.cli.app import main as ctb_lint

PROJECT = Path(__file__).parent / "imo_creator"
CLEAN, FINDINGS = 0, 1
CATALOGUE = "planted/SCHEMA_REFERENCE.md"
SHOWN = ("2025-08-20_create_shq_master_error_log.sql", "2025-10-20_create_users.sql")
"""The files whose findings are shown in full; of the others a line each is enough."""
SCHEMA_LINES, EXPLAIN_LINES, DIFF_LINES = 32, 18, 12
PARTS = """\
CREATE TABLE parts (
    id uuid PRIMARY KEY,
    unique_id varchar(255) NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE parts IS 'What blueprints are made of.';
"""
"""A migration that forgets process_id."""


def main() -> int:
    """Runs the demonstration; 0 where everything came out as it should."""
    with contextlib.chdir(PROJECT):
        say("$ cd examples/imo_creator\n")
        ended = [
            show("check", expected=CLEAN),
            *(show("check", f"planted/{name}", expected=FINDINGS) for name in SHOWN),
            show("check", "planted", "--format", "concise", expected=FINDINGS),
            show("schema", expected=CLEAN, first=SCHEMA_LINES),
            show("explain", "S011", expected=CLEAN, first=EXPLAIN_LINES),
            *catalogue(),
        ]
        found = findings("planted")
        told = findings("--catalogue", CATALOGUE)
    ended += gate()
    good = all(ended) and found > 0 and told > 0
    say(
        f"The sound history and its catalogue are clean; {found} faults were found in the other "
        f"history, and {told} with the other catalogue: as planted.\n"
        if good
        else "This is not what should have come out.\n"
    )
    return 0 if good else 1


def catalogue() -> list[bool]:
    """What the sound history says of a catalogue that drifted, and what is done about it."""
    return [
        show("check", "--catalogue", CATALOGUE, "--format", "concise", expected=FINDINGS),
        show("catalogue", "fix", CATALOGUE, "--diff", expected=FINDINGS, first=DIFF_LINES),
        show("readiness", "ssot_registry", "--catalogue", CATALOGUE, expected=FINDINGS),
        show("id", "new", "barton_id", expected=CLEAN),
    ]


def gate() -> list[bool]:
    """A copy of the planted project becomes known debt; one fault more is the only one that
    counts. In a folder of its own, which is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        shutil.copytree(PROJECT / "planted", "migrations")
        shutil.copy(PROJECT / "ctb-lint.toml", ".")
        say("\nA gate for the planted project, in a copy of it:\n")
        released = ("--released", "none")
        ended = [
            show("check", "--diff", *released, expected=FINDINGS, first=DIFF_LINES),
            show("check", "--write-baseline", expected=CLEAN),
        ]
        Path("migrations/2025-10-26_create_parts.sql").write_text(PARTS, encoding="utf-8")
        say("\n$ cat migrations/2025-10-26_create_parts.sql\n" + PARTS)
        new = ("check", "--baseline", "ctb-lint-baseline.json")
        return [*ended, show(*new, expected=FINDINGS)]


def show(*arguments: str, expected: int, first: int | None = None) -> bool:
    """Runs one command, prints it before its output, of which ``first`` lines are shown, and says
    whether it ended as expected."""
    cut = f" | head -n {first}" if first else ""
    say(f"\n$ ctb-lint {shlex.join(arguments)}{cut}\n")
    if first:
        code, printed = captured(*arguments)
        say("".join(printed.splitlines(keepends=True)[:first]))
    else:
        code = ctb_lint(arguments)
    say(f"(exit code {code})\n")
    return code == expected


def findings(*arguments: str) -> int:
    """How many findings a check has, by the report for machines."""
    _, printed = captured("check", *arguments, "--format", "json")
    return int(json.loads(printed)["summary"]["findings"])


def captured(*arguments: str) -> tuple[int, str]:
    """The exit code of a command and what it prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        code = ctb_lint(arguments)
    return code, printed.getvalue()


def say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
