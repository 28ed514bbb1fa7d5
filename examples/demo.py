"""Shows the main job on real input: a sound history, one with planted faults, what to ask about
either, and the live database. ``make demo``, or ``python -m examples.demo``."""

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
from examples import database
from examples.database import PROJECT

CLEAN, FINDINGS = 0, 1
CATALOGUE = "planted/SCHEMA_REFERENCE.md"
SHOWN = ("2025-08-20_create_shq_master_error_log.sql", "2025-10-20_create_users.sql")
"""The files whose findings are shown in full; of the others a line each is enough."""
IN_FULL = "S049,E020,T033"
"""The findings of the live database that are shown in full."""
SCHEMA_LINES, EXPLAIN_LINES, DIFF_LINES, DRIFT_LINES = 32, 18, 12, 9
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
        found = findings("check", "planted")
        told = findings("check", "--catalogue", CATALOGUE)
    ended += gate()
    drifted = live()
    good = all(ended) and found > 0 and told > 0 and drifted > 0
    say(
        f"The sound history, its catalogue and its database are clean; {found} faults were found "
        f"in the other history, {told} with the other catalogue, and {drifted} in the database "
        "that drifted: as planted.\n"
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


def live() -> int:
    """The database that the migrations build, and what becomes of it: how many faults were found,
    0 where something did not come out as it should."""
    say("\nA PostgreSQL is started; the migrations are applied to it, and DATABASE_URL names it:\n")
    try:
        with contextlib.chdir(PROJECT), database.running() as server:
            ended = [show("audit", expected=CLEAN)]
            say("\nlive/planted.sql is run in it:\n")
            database.run(server, "planted.sql")
            ended += [
                show("audit", "--format", "concise", expected=FINDINGS),
                show("audit", "--select", IN_FULL, expected=FINDINGS),
                show("check", "--db", "--select", "S040,S041,S042,S043,S044", expected=FINDINGS),
                *(
                    show("explain", word, expected=CLEAN, first=DRIFT_LINES)
                    for word in ("rogue", "phantom", "orphan", "ghost")
                ),
            ]
            return findings("audit") if all(ended) else 0
    except (RuntimeError, OSError) as error:
        said, *more = str(error).splitlines() or [repr(error)]
        say(f"The live database cannot be shown, since no PostgreSQL runs here: {said}\n")
        say("".join(f"    {line}\n" for line in more))
        return 0


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
    """How many findings a command has, by the report for machines."""
    _, printed = captured(*arguments, "--format", "json")
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
