"""What shell programs feed to psql, and whether psql does with it what is said of it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctb_lint.shell import Feed, feeds, scripts
from tests.growth import TIMES, in_proportion
from tests.postgres import Server

PSQL = shutil.which("psql")


def told(program: str) -> list[tuple[int, str, str]]:
    """Of each feed its line, its file, and what is true of it."""
    return [
        (one.line, one.file, " ".join(w for w in ("stops", "single", "loops") if getattr(one, w)))
        for one in feeds(program)
    ]


@pytest.mark.parametrize(
    ("program", "found"),
    [
        ("psql $DATABASE_URL < a.sql", [(0, "a.sql", "")]),
        ("psql -f a.sql -f b.sql", [(0, "a.sql", ""), (0, "b.sql", "")]),
        ("psql --file=a.sql.gz", [(0, "a.sql.gz", "")]),
        ("psql --file 'my file.sql'", [(0, "my file.sql", "")]),
        ("psql -Xq1fa.sql", [(0, "a.sql", "single")]),
        ("psql -h localhost -U me -d f.sql.d -f a.sql", [(0, "a.sql", "")]),
        ("psql \\\n  -v ON_ERROR_STOP=1 \\\n  -f a.sql\npsql -f b.sql",
         [(0, "a.sql", "stops"), (3, "b.sql", "")]),
        ("cat a.sql b.sql | psql", [(0, "a.sql", ""), (0, "b.sql", "")]),
        ("gunzip -c a.sql.gz | psql -1", [(0, "a.sql.gz", "single")]),
        ("$ sudo -u postgres /usr/bin/psql -f a.sql", [(0, "a.sql", "")]),
        ("me@host:~/db$ PGPASSWORD=x psql -f a.sql", [(0, "a.sql", "")]),
        ("psql $(cat url) -f a.sql; psql `cat url` -f b.sql", [(0, "a.sql", ""), (0, "b.sql", "")]),
        ("psql -f my\\ file.sql -f 'it'\"s\".sql", [(0, "my file.sql", ""), (0, "its.sql", "")]),
        ("psql -f a.sql > log 2>&1", [(0, "a.sql", "")]),
        ("docker compose exec -T db psql app < a.sql", [(0, "a.sql", "")]),
        ("psql <<-'SQL'\n\\ir a.sql\n\\i b.sql\nSQL\npsql -f c.sql",
         [(0, "a.sql", ""), (0, "b.sql", ""), (4, "c.sql", "")]),
        ("psql <<SQL\n\\set ON_ERROR_STOP\n\\i a.sql\nSQL", [(0, "a.sql", "stops")]),
        ("psql -vON_ERROR_STOP=1 <<SQL\n\\set ON_ERROR_STOP 'off'\n\\i a.sql", [(0, "a.sql", "")]),
        ('for f in *.sql; do psql < "$f"; done; psql < a.sql',
         [(0, "$f", "loops"), (0, "a.sql", "")]),
        ("while read f\ndo\n  psql -f ${f}\ndone < list", [(2, "${f}", "loops")]),
        ("for f in *; do psql -f $f || exit 1; done", [(0, "$f", "")]),
        ("for f in *; do psql -f $f && echo ok; done", [(0, "$f", "")]),
        ("for f in *; do if ! psql -f $f; then exit 1; fi; done", [(0, "$f", "")]),
        ("for f in *; do\npsql -f $f\n[ $? -eq 0 ] || break\ndone", [(1, "$f", "")]),
        ("set -eu\nfor f in *; do psql -f $f; done", [(1, "$f", "")]),
        ("set -o errexit\nfor f in *; do psql -f $f; done", [(1, "$f", "")]),
        ("trap 'exit 1' ERR\nfor f in *; do psql -f $f; done", [(1, "$f", "")]),
        ("#!/bin/sh -e\nfor f in *; do psql -f $f; done", [(1, "$f", "")]),
        ("set -u\nfor f in *; do psql -f $f; done", [(1, "$f", "loops")]),
        ("ls *.sql | xargs -n1 psql -f {}", [(0, "{}", "loops")]),
        ("find . -name '*.sql' -exec psql -f {} ';'", [(0, "{}", "loops")]),
        # What feeds no file of SQL, or nothing that a shell would read.
        ("psql -c 'select 1' < /dev/null", []),
        ("# psql < a.sql", []),
        ("echo 'psql < a.sql'", []),
        ("pg_dump > a.sql", []),
        ("psql -f 'a.sql", []),
        ("psql <", []),
        ("psql -f", []),
        ("", []),
    ],
)  # fmt: skip
def test_what_a_program_feeds_to_psql(program: str, found: list[tuple[int, str, str]]) -> None:
    assert told(program) == found


@pytest.mark.parametrize(
    ("start", "repeated", "end", "number"),
    [
        ("", "for f in *; do psql -f $f <<A; done | ", "", 10_000),
        ("", "psql <<A\n", "", 20_000),
        ("psql ", "a", "", 500_000),
        ("psql '", "x\n", "", 100_000),
        ('psql "', '\\"', "", 100_000),
        ("psql ", "$(", "", 100_000),
        ("", "psql \\\n", "", 50_000),
        ("", "$ ", "psql", 100_000),
    ],
)
def test_a_program_without_end_takes_time_in_proportion(
    start: str, repeated: str, end: str, number: int
) -> None:
    def reads(program: str) -> None:
        list(feeds(program))
        list(scripts(program + "./a.sh"))

    in_proportion(lambda number: start + repeated * number + end, reads, number // TIMES)


@given(st.text(st.sampled_from("psql -f<>|&;'\"\\$(){}`#\n.a1"), max_size=200))
def test_any_text_is_read(text: str) -> None:
    for program in (text, f"psql {text}", f"{text}; psql -f a.sql"):
        assert all(one.line <= program.count("\n") for one in feeds(program))
        list(scripts(program + ".sh"))


@pytest.mark.skipif(PSQL is None, reason="there is no psql")
@pytest.mark.parametrize(
    "options",
    [
        "", "-1", "--single-transaction", "-v ON_ERROR_STOP=1", "-v ON_ERROR_STOP",
        "-v ON_ERROR_STOP=", "-v ON_ERROR_STOP=0", "--set=ON_ERROR_STOP=on",
        "--set ON_ERROR_STOP=off", "-vON_ERROR_STOP=true -1", "--variable=ON_ERROR_STOP=false",
    ],
)  # fmt: skip
@pytest.mark.parametrize("way", ["-f {}", "< {}"])
def test_psql_does_with_an_error_what_is_said_of_it(
    options: str, way: str, server: Server, tmp_path: Path
) -> None:
    file = tmp_path / "a.sql"
    file.write_text("CREATE TABLE a (); SELECT nonsense;\nCREATE TABLE b ();")
    command = f"psql -X -q {options} {way.format(file)}"
    (feed,) = feeds(command)
    with server.database() as connection:
        url = server.dsn(connection.info.dbname)
        done = subprocess.run(
            f"{command} '{url}'", shell=True, capture_output=True, check=False, timeout=60
        )
        rows = connection.execute("SELECT relname FROM pg_class WHERE relname IN ('a', 'b')")
        made = {name for (name,) in rows.fetchall()}
    assert feed.stops == (done.returncode == 3)
    assert done.returncode in {0, 3}
    expected = set() if feed.single else {"a"} if feed.stops else {"a", "b"}
    assert made == expected


def test_a_feed_is_what_it_is() -> None:
    assert list(feeds("psql -f a.sql")) == [Feed(0, "a.sql", stops=False, single=False)]


@pytest.mark.parametrize(
    ("program", "found"),
    [
        ("./run.sh sql", [(0, "./run.sh")]),
        ("x=1\nA=b sudo -E bash -x db/run.sh", [(1, "db/run.sh")]),
        ("python3 -u db/run.py && . env.sh", [(0, "db/run.py"), (0, "env.sh")]),
        ("cat run.sh; rm run.sh; # ./run.sh", []),
        ("cat > run.sh <<E\n./other.sh\nE", []),
        ("make run.sh", []),
        ("A=run.sh", []),
    ],
)
def test_the_scripts_that_a_program_runs(program: str, found: list[tuple[int, str]]) -> None:
    assert list(scripts(program)) == found
