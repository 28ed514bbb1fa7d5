"""The ways to run migrations that a catalogue documents: shell and Python in its blocks of code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct, structs

from ctb_lint.catalogue import Catalogue, CodeBlock
from ctb_lint.model import Location
from ctb_lint.named_paths import plain
from ctb_lint.once import once
from ctb_lint.python_program import applies
from ctb_lint.shell import Feed, feeds, scripts
from ctb_lint.surroundings import Place, Surroundings

_SHELLS = frozenset({"bash", ""})
_PYTHON = frozenset({"python", "py", "python3"})
_COMMENT = re.compile(r"(?:^|(?<=\s))#[^\n]*")
_RECORDS = re.compile(
    r"\b(?:insert\s+into|copy|update|merge\s+into)\s+[\"`\[\w.]*"
    r"(?:migration|version|changelog|revision|applied|history)"
    r"|\b(?:record|mark|register|log|save|store)_?(?:as_?)?(?:migration|version|applied)",
    re.IGNORECASE,
)
_TOOLS = re.compile(
    r"\b(?:flyway|liquibase|goose|dbmate|alembic|sqlx|diesel|prisma|knex|atlas|sqitch|yoyo|tern"
    r"|pgroll|supabase|drizzle-kit|typeorm|sequelize|node-pg-migrate|graphile-migrate|sql-migrate"
    r"|golang-migrate|refinery|shmig|rails|rake|django-admin|manage\.py)\s+[a-z:]|\bmigrate\s+-"
    r"|\bcommand\.upgrade\b|\bcall_command\b",
    re.IGNORECASE,
)


class Passed(Struct, frozen=True):
    """A place at which an error is passed over, in words, and what to write there; ``line`` is that
    of the program, counted from 0."""

    at: Location
    how: str
    cure: str
    line: int


class Runner(Struct, frozen=True):
    """A documented way to run migrations. ``at`` is where it first sends one; ``passes`` are the
    places at which it passes errors over. ``records`` says whether it keeps a list of what ran.
    ``elsewhere`` are the commands of entries that run one migration in the same way."""

    block: CodeBlock
    at: Location
    passes: tuple[Passed, ...]
    records: bool
    elsewhere: tuple[Location, ...] = ()


_STOP = 'psql "$DATABASE_URL" -v ON_ERROR_STOP=1 --single-transaction -f FILE'


@once
def runners(catalogue: Catalogue, surroundings: Surroundings | None) -> tuple[Runner, ...]:
    """All documented runners, in the order of the text. What entries say of their own migrations
    belongs to the runner that does likewise; where there is none, they are one. A command that
    runs a script of the repository is what the script is."""
    there = [one for block in catalogue.blocks for one in _all(block, surroundings)]
    found = [one for one in there if not one.runner.block.entry]
    for one in there:
        if not one.runner.block.entry:
            continue
        place = next((i for i, other in enumerate(found) if other.ways & one.ways), None)
        if place is None:
            found.append(one)
            continue
        like = found[place].runner
        more = structs.replace(like, elsewhere=(*like.elsewhere, one.runner.at))
        found[place] = structs.replace(found[place], runner=more)
    return tuple(one.runner for one in found)


class _Read(Struct, frozen=True):
    """A runner with the ways in which it feeds psql: whether that stops, and undoes."""

    runner: Runner
    ways: frozenset[tuple[bool, bool]]


def _all(block: CodeBlock, surroundings: Surroundings | None) -> Iterator[_Read]:
    own = _read(block)
    if own:
        yield own
    called = scripts(block.text) if surroundings and block.language in _SHELLS else ()
    for line, written in called:
        named = surroundings.files.get(plain(written) or "") if surroundings else None
        place = next((place for place in named.files), None) if named else None
        if place and place.program:
            language = "python" if place.path.endswith(".py") else "bash"
            at = block.line(line)
            found = _read(structs.replace(block, language=language, text=place.program, at=at))
            if found:
                yield structs.replace(found, runner=_of_script(found.runner, place, at))


def _of_script(runner: Runner, place: Place, at: Location) -> Runner:
    """The runner that a script is, at the command that runs it."""
    passes = (
        Passed(at, f"{one.how} ({place.path}, line {one.line + 1})", one.cure, one.line)
        for one in runner.passes
    )
    return structs.replace(runner, at=at, passes=tuple(passes))


def _read(block: CodeBlock) -> _Read | None:
    """The runner that a block is; None where it is none."""
    fed: tuple[Feed, ...] = ()
    passes: tuple[Passed, ...] = ()
    if block.language in _SHELLS:
        fed = tuple(feeds(block.text))
        line = fed[0].line if fed else None
    else:
        sent = applies(block.text) if block.language in _PYTHON else None
        fed = sent.feeds if sent else ()
        line = sent.line if sent else None
        if sent and sent.swallows is not None:
            how = "what `except` catches lets it go on with the next file"
            passes = (Passed(block.line(sent.swallows), how, "`raise` there", sent.swallows),)
    if line is None:
        return None
    runner = _runner(block, line, (*_passed(block, fed), *passes))
    return _Read(runner, frozenset((one.stops, one.single) for one in fed))


def _runner(block: CodeBlock, line: int, passes: tuple[Passed, ...]) -> Runner:
    said = _COMMENT.sub("", block.text)
    records = bool(_RECORDS.search(said) or _TOOLS.search(said) or "schema_migrations" in said)
    return Runner(block, block.line(line), passes, records)


def _passed(block: CodeBlock, fed: tuple[Feed, ...]) -> Iterator[Passed]:
    for one in fed:
        if one.stops and not one.loops:
            continue
        if one.stops:
            how = "the loop goes on with the next file"
            cure = "`|| exit 1` behind the command, or `set -e` at the head"
        elif one.single:
            how = "psql undoes the file and ends with exit code 0"
            cure = _STOP
        else:
            how = "psql goes on with the next statement and ends with exit code 0"
            cure = _STOP
        yield Passed(block.line(one.line), how, cure, one.line)
