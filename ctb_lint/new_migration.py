"""A new migration behind those of a history, named as they are.

Pure: the history and the day come in, paths and texts go out.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from msgspec import Struct

from ctb_lint.history import Convention, Direction, History, Layout, MigrationFile

_WORDS = ("ctb", "lint", "fixes")
_HEADER = "-- What ctb-lint mends of migrations that must not change any more.\n"
_FOLDER_FILES = frozenset({"up.sql", "migration.sql"})
_FLYWAY = re.compile(r"(?P<lead>[Vv])(?P<version>\d+)(?:[._]\d+)*(?P<gap>__)")
_VERSION = re.compile(
    r"(?P<lead>)"
    r"(?P<version>\d{4}-\d{2}-\d{2}-\d{4,6}|\d{8}[_T-]\d{6}|\d{4}-\d{2}-\d{2}|\d+)"
    r"(?P<gap>[_\-. ]+|\Z)"
)
_STAMP = "%Y%m%d%H%M%S"


class Draft(Struct, frozen=True):
    """A new migration: its files, and the statements that it runs. ``down`` is None where the
    history keeps no files that roll back. Where ``layout`` has both directions in one file, they
    stand in sections of it."""

    history: str
    up: str
    down: str | None
    layout: Layout
    statements: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """The files that it is made of."""
        return (self.up, self.down) if self.down else (self.up,)


def draft(history: History, today: datetime.date) -> Draft | str:
    """The next migration of a history, without statements yet; a sentence where its files do not
    tell how one would be called."""
    ups = [file for file in history.files if _counts(file, history)]
    if history.layout is Layout.SINGLE or not ups:
        return "there is no history of migrations that a new one could follow"
    model = max(enumerate(ups), key=lambda pair: (pair[1].number, pair[0]))[1]
    named = _named(model)
    label, ending = named
    next_label = _next_label(label, model, ups, today)
    by_folder = PurePosixPath(model.path).name.lower() in _FOLDER_FILES
    up = _path(model.path, next_label, ending, by_folder)
    last = max(_sorted_by(file, by_folder) for file in ups)
    if not _by_number(history, ups) and _sort_key(up, by_folder) <= last:
        return "the names of its files give no order that a new one could follow: see M020"
    return Draft(history.name, up, _down(history, next_label, by_folder), history.layout)


def rendered(given: Draft, eol: str = "\n") -> tuple[tuple[str, str], ...]:
    """The texts of a draft's files, by path."""
    forth = [statement.replace("\r\n", "\n") for statement in given.statements]
    back = [_inverse(statement) for statement in reversed(forth)]
    up = _HEADER + "".join(f"{statement}\n" for statement in forth)
    down = "".join(f"{statement}\n" for statement in back)
    if given.layout is Layout.GOOSE:
        up = f"-- +goose Up\n{up}\n-- +goose Down\n{down}"
    elif given.layout is Layout.DBMATE:
        up = f"-- migrate:up\n{up}\n-- migrate:down\n{down}"
    elif given.layout is Layout.SQL_MIGRATE:
        up = f"-- +migrate Up\n{up}\n-- +migrate Down\n{down}"
    texts = [(given.up, up)]
    if given.down:
        texts.append((given.down, down))
    return tuple((path, text.replace("\n", eol)) for path, text in texts)


def _counts(file: MigrationFile, history: History) -> bool:
    """Whether the file is a migration that another one can follow. What is repeatable runs after
    all that have versions."""
    repeatable = history.layout is Layout.FLYWAY and PurePosixPath(file.path).name[:1] in "Rr"
    return file.direction is Direction.UP and not file.dump and not repeatable


def _named(file: MigrationFile) -> tuple[str, str]:
    """The name without its ending, and the ending; of a folder the ending is empty."""
    path = PurePosixPath(file.path)
    if path.name.lower() in _FOLDER_FILES or path.name.lower() == "down.sql":
        return path.parent.name, ""
    label = PurePosixPath(file.name).name
    if not path.name.startswith(label):
        label = path.name.partition(".")[0]
    return label, path.name[len(label) :]


def _path(model: str, label: str, ending: str, by_folder: bool) -> str:
    path = PurePosixPath(model)
    if by_folder:
        return str(path.parent.parent / label / path.name)
    return str(path.parent / f"{label}{ending}")


def _by_number(history: History, ups: Sequence[MigrationFile]) -> bool:
    """Whether the runner goes by numbers, of which the next is the greatest."""
    from ctb_lint.runners import facts_of

    facts = facts_of(history.layout)
    numbered = all(file.version is not None for file in ups)
    suffixed = history.layout is Layout.UP_DOWN_SUFFIX
    return numbered and (suffixed or (facts.key is not None and not facts.by_name))


def _sorted_by(file: MigrationFile, by_folder: bool) -> str:
    return _sort_key(file.path, by_folder)


def _sort_key(path: str, by_folder: bool) -> str:
    parts = PurePosixPath(path)
    return parts.parent.name if by_folder else parts.name


def _next_label(
    label: str, model: MigrationFile, ups: Sequence[MigrationFile], today: datetime.date
) -> str:
    found = _FLYWAY.match(label) or _VERSION.match(label)
    if found is None or (model.convention is Convention.OTHER and not found["lead"]):
        # Behind the last by name, and before whatever would come next.
        return "_".join((label, *_WORDS))
    written, gap = found["version"], found["gap"] or "_"
    if model.convention is Convention.DATED and not found["lead"]:
        version = _next_day(written, label, gap, today)
    elif _is_stamp(written):
        version = _next_stamp(written, ups, today)
    else:
        version = _next_number(written)
    joint = gap if gap in {"-", " "} else "_"
    return f"{found['lead']}{version}{gap}{joint.join(_WORDS)}"


def _next_number(written: str) -> str:
    """``006`` → ``007``."""
    return str(int(written) + 1).zfill(len(written))


def _is_stamp(written: str) -> bool:
    return len(re.sub(r"\D", "", written)) >= len("YYYYMMDD")


def _next_stamp(written: str, ups: Sequence[MigrationFile], today: datetime.date) -> str:
    """The beginning of the day, or the second after the last where that is later; written with
    the same marks between the digits."""
    size = len(re.sub(r"\D", "", written))
    known = [re.sub(r"\D", "", file.version or "") for file in ups]
    last = max((stamp for stamp in known if len(stamp) == size), key=int, default="0")
    fresh = f"{today:%Y%m%d}".ljust(size, "0")
    # Ten digits that are no date count the seconds since 1970.
    if size < len("YYYYMMDDHHMMSS") and _moment(last.ljust(14, "0")) is None:
        fresh = last
    digits = fresh if int(fresh) > int(last) else _after(last, size)
    marks = iter(digits)
    return "".join(next(marks) if sign.isdigit() else sign for sign in written)


def _after(stamp: str, size: int) -> str:
    moment = _moment(stamp) if size == len("YYYYMMDDHHMMSS") else None
    if moment is not None:
        return f"{moment + datetime.timedelta(seconds=1):{_STAMP}}"
    return str(int(stamp) + 1).zfill(size)


def _moment(stamp: str) -> datetime.datetime | None:
    try:
        return datetime.datetime.strptime(stamp, _STAMP)
    except ValueError:
        return None


def _next_day(written: str, label: str, gap: str, today: datetime.date) -> str:
    """The day, or the last one's where that is later: a day on where the name would stand before
    the last one."""
    if f"{today}" > written:
        return f"{today}"
    if f"{written}{gap}{'_'.join(_WORDS)}" > label:
        return written
    try:
        return f"{datetime.date.fromisoformat(written) + datetime.timedelta(days=1)}"
    except (ValueError, OverflowError):
        return written


def _down(history: History, label: str, by_folder: bool) -> str | None:
    """The file that rolls the new migration back, where the history has such files."""
    downs = [file for file in history.files if file.direction is Direction.DOWN]
    if not downs:
        return None
    ups = {file.name for file in history.files if file.direction is Direction.UP}
    model = next((file for file in reversed(downs) if file.name in ups), downs[-1])
    _, ending = _named(model)
    lead = PurePosixPath(model.path).name[:1]
    if history.layout is Layout.FLYWAY and lead in "Uu":
        label = lead + label[1:]
    return _path(model.path, label, ending, by_folder)


_NAME = r'(?:"(?:[^"]|"")+"|[^\s"().]+)'
_INDEX = re.compile(
    rf"CREATE (?:UNIQUE )?INDEX (?:IF NOT EXISTS )?({_NAME}) ON (?:ONLY )?(?:({_NAME})\.)?{_NAME}"
)
_CONSTRAINT = re.compile(rf"ALTER TABLE ((?:{_NAME}\.)?{_NAME}) ADD CONSTRAINT ({_NAME}) ")


def _inverse(statement: str) -> str:
    """What undoes a statement; a comment that says so where nothing simple does."""
    index = _INDEX.match(statement)
    if index:
        schema = f"{index[2]}." if index[2] else ""
        return f"DROP INDEX IF EXISTS {schema}{index[1]};"
    constraint = _CONSTRAINT.match(statement)
    if constraint:
        return f"ALTER TABLE {constraint[1]} DROP CONSTRAINT IF EXISTS {constraint[2]};"
    return "-- Not undone: " + " ".join(statement.split())
