"""Which migrations a version stands for: all files up to and including it.

Pure: the files of a history come in, in the order in which their runner applies them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import PurePosixPath

from ctb_lint.history import Convention, Direction, MigrationFile
from ctb_lint.readers.sql.conventions import FOLDER_FILES, convention_of
from ctb_lint.readers.sql.text import ReadFailure

Number = tuple[int, ...]

_PLAIN = re.compile(r"[Vv]?([0-9]+(?:[._][0-9]+)*)")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_PREFIX_DIGITS = 4
"""A year is the shortest part of a time stamp that is taken for one."""
_STAMP_DIGITS, _DAY_DIGITS = 14, 8
_LONGEST = 200
"""No file's name is longer by much."""


def up_to(files: Sequence[MigrationFile], wanted: str) -> frozenset[str]:
    """The paths of all files up to the one that ``wanted`` names, with their roll-back files.

    ``wanted`` is a path, a file's name or stem, a folder's name, or a version. A version that
    lies between two of the history stands for all before it. Empty where it names none: also where
    it lies before the first or after the last.
    """
    ups = [f for f in files if f.direction is Direction.UP and not f.dump]
    chosen = _named(ups, wanted) or _versioned(ups, wanted)
    return frozenset(f.path for f in (*chosen, *undoing(files, chosen)))


def precedes(files: Sequence[MigrationFile], wanted: str) -> bool:
    """Whether ``wanted`` is a version that lies before all of the history."""
    return _places(files, wanted) <= {1, None}


def follows(files: Sequence[MigrationFile], wanted: str) -> bool:
    """Whether ``wanted`` is a version that lies after all of the history."""
    return _places(files, wanted) <= {-1, None}


def _places(files: Sequence[MigrationFile], wanted: str) -> set[int | None]:
    """How the files of a history stand to a version; where it is none, in every way."""
    digits = digits_of(wanted)
    if digits is None:
        return {-1, 1}
    return {_compared(f, digits) for f in files if f.direction is Direction.UP and not f.dump}


def unknown_version(
    files: Sequence[MigrationFile], wanted: str, key: str, place: str
) -> ReadFailure:
    """Why ``key = wanted`` stands for no migration of the history at ``place``, and what could
    have been meant."""
    ups = [f for f in files if f.direction is Direction.UP and not f.dump]
    message = f'has no migration that {key} = "{wanted}" stands for'
    if not ups:
        return ReadFailure(place, message, f"remove {key}: there are no migrations here")
    return ReadFailure(place, message, _guess(ups, wanted, key))


def digits_of(wanted: str) -> str | None:
    """The version in a text, as digits and dots; None where it is none."""
    if len(wanted) > _LONGEST:
        return None
    date = _DATE.fullmatch(wanted)
    if date:
        return "".join(date.groups())
    stamp, version = convention_of(wanted)
    if stamp is Convention.TIMESTAMPED and version == re.sub(r"[-_T]", "", wanted):
        return version
    plain = _PLAIN.fullmatch(wanted)
    return plain[1].replace("_", ".") if plain else None


def _named(ups: Sequence[MigrationFile], wanted: str) -> Sequence[MigrationFile]:
    """All up to the last file of that name."""
    if not wanted or wanted.lower() in FOLDER_FILES:
        return ()
    places = [i for i, file in enumerate(ups) if _is_called(file, wanted)]
    return ups[: places[-1] + 1] if places else ()


def _is_called(file: MigrationFile, wanted: str) -> bool:
    wanted = wanted.removeprefix("./").rstrip("/")
    path = PurePosixPath(file.path)
    names = {file.name, path.name, path.stem}
    paths = [file.path]
    if path.name.lower() in FOLDER_FILES:
        paths.append(path.parent.as_posix())
    return wanted in names or any(p == wanted or p.endswith(f"/{wanted}") for p in paths)


def _versioned(ups: Sequence[MigrationFile], wanted: str) -> Sequence[MigrationFile]:
    """All up to the last file of that version; where none has it, all before it."""
    digits = digits_of(wanted)
    if digits is None:
        return ()
    held = [_compared(file, digits) for file in ups]
    same = [i for i, order in enumerate(held) if order == 0]
    if same:
        return ups[: same[-1] + 1]
    before = [i for i, order in enumerate(held) if order == -1]
    if not before or 1 not in held:
        return ()
    # Files without a version stand where they stand.
    return [
        file
        for i, (file, order) in enumerate(zip(ups, held, strict=True))
        if order == -1 or (order is None and i < before[-1])
    ]


def _compared(file: MigrationFile, digits: str) -> int | None:
    """-1, 0 or 1 for a file that stands before, at or after a version; None for one without."""
    number = number_of(file)
    if number is None:
        return None
    wanted = _trimmed(tuple(int(part) for part in digits.split(".")))
    if "." not in digits and len(digits) >= _PREFIX_DIGITS:
        if file.convention is Convention.TIMESTAMPED and file.version is not None:
            # As far as both are written: a mere day stands before the hours of that day.
            width = max(_STAMP_DIGITS, len(digits), len(file.version))
            number = (int(file.version.ljust(width, "0")),)
            wanted = (int(digits.ljust(width, "0")),)
        elif file.version is None:
            wanted = (int(digits.ljust(_DAY_DIGITS, "0")[:_DAY_DIGITS]),)
    return (number > wanted) - (number < wanted)


def number_of(file: MigrationFile) -> Number | None:
    """What orders a file among others: its version, or the day of one that has only that."""
    if file.version is not None:
        return _trimmed(file.number)
    day = _DATE.match(file.name) if file.convention is Convention.DATED else None
    return (int("".join(day.groups())),) if day else None


def version_number(version: str) -> Number | None:
    """A version as numbers, to tell whether two are the same; None where it has other signs."""
    plain = _PLAIN.fullmatch(version) if len(version) <= _LONGEST else None
    return _trimmed(tuple(map(int, re.split(r"[._]", plain[1])))) if plain else None


def _trimmed(number: Number) -> Number:
    """``1.0`` is ``1``."""
    while len(number) > 1 and number[-1] == 0:
        number = number[:-1]
    return number


def undoing(files: Sequence[MigrationFile], chosen: Sequence[MigrationFile]) -> list[MigrationFile]:
    """The roll-back files of the chosen: of the same name, else of the same version."""
    names = {file.name for file in chosen}
    known = {file.name for file in files if file.direction is Direction.UP}
    numbers = {number_of(file) for file in chosen} - {None}
    return [
        file
        for file in files
        if file.direction is Direction.DOWN
        and (file.name in names or (file.name not in known and number_of(file) in numbers))
    ]


def _guess(ups: Sequence[MigrationFile], wanted: str, key: str) -> str:
    """Which migration could have been meant."""
    digits = digits_of(wanted)
    if digits is not None:
        held = [(order, f) for f in ups if (order := _compared(f, digits)) is not None]
        if held and all(order == -1 for order, _ in held):
            return f"its newest is {held[-1][1].name}: name that one, or check the version"
        if held and all(order == 1 for order, _ in held):
            return f"its first is {held[0][1].name}: remove {key} if nothing was applied yet"
    near = get_close_matches(wanted, [file.name for file in ups][:5000], 2, 0.5)
    if near:
        return f"did you mean {' or '.join(near)}?"
    first, last = ups[0].name, ups[-1].name
    return f"it has {first}" if len(ups) == 1 else f"its migrations go from {first} to {last}"
