"""Which migrations differ between two states of a project. Pure: two readings in, changes out.

git's own renames are not asked for: what counts is the text as it is read here, and the migration
that a runner would take a file for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from msgspec import Struct

from ctb_lint.changed_files import FileChange, FileChangeKind
from ctb_lint.history import Direction, History, MigrationFile
from ctb_lint.model import Location
from ctb_lint.readers.sql.lexeme import lexemes
from ctb_lint.readers.sql.reader import SqlRead
from ctb_lint.readers.sql.scan import Span
from ctb_lint.readers.sql.sections import cut_at, down_sections, markers
from ctb_lint.readers.sql.split import Split, split

_LINE_END = re.compile(r"\r\n|\r")
_DIRECTIVE = re.compile(r"--\s*(?:\+\w+|migrate:|atlas:)", re.IGNORECASE)
"""Comments that a migration tool obeys."""
_SECTION = re.compile(
    r"--\s*(?:\+\w+\s+(?:up|down|StatementBegin|StatementEnd)|migrate:(?:up|down))\s*\Z",
    re.IGNORECASE,
)
"""Those that only part the file: what they do shows in the statements that are applied."""

_Key = tuple[str, ...]


class Reading(Struct, frozen=True):
    """A state as the reader found it: its histories, the text of every file that could be read,
    by path, and the paths of those that could not."""

    histories: tuple[History, ...]
    texts: Mapping[str, str]
    unread: frozenset[str] = frozenset()

    @classmethod
    def of(cls, read: SqlRead) -> Reading:
        """What of a reading is held against another."""
        histories = tuple(one.history for one in read.folded)
        return cls(histories, read.texts, frozenset(failure.path for failure in read.failures))


class _Known(Struct):
    """A migration, the history that it is in, and its text."""

    file: MigrationFile
    history: History
    text: str
    _sql: _Key | None = None

    @property
    def sql(self) -> _Key:
        """What the file applies: equal for texts that differ in comments and white space only."""
        if self._sql is None:
            self._sql = applied_sql(self.text)
        return self._sql


def file_changes(
    before: Reading,
    after: Reading,
    assumed_released: Collection[str] = (),
    commit: str | None = None,
) -> dict[str, tuple[FileChange, ...]]:
    """The migrations that differ, by the name of the history that they are in, sorted by path.

    ``assumed_released`` names the histories all of whose former files count as released; in the
    others the files say so themselves. ``commit`` is the one that holds the former state. A file
    that is gone is of the history that it was in, also where that is gone with it. Line ends alone
    are no change.
    """
    was, now = _known(before), _known(after)
    released = {
        path
        for path, one in was.items()
        if one.file.released or one.history.name in assumed_released
    }
    newest = _newest(was, released)
    found: dict[str, list[FileChange]] = {}

    def note(kind: FileChangeKind, old: _Known | None, new: _Known | None, edited: bool) -> None:
        one = new or old
        assert one is not None
        found.setdefault(one.history.name, []).append(
            FileChange(
                kind=kind,
                path=one.file.path,
                at=new.file.location if new else None,
                released=old is not None and old.file.path in released,
                before=old.file.path if old else None,
                edited=edited,
                file=new.file if new else None,
                former=old.file if old else None,
                newest_released=newest.get(one.history.name),
                commit=commit,
            )
        )

    for path in was.keys() & now.keys():
        kind = _difference(was[path], now[path])
        if kind:
            note(kind, was[path], now[path], kind is FileChangeKind.EDITED)
    # What could not be read is neither gone nor new: the run says that it did not finish.
    gone = {path: was[path] for path in sorted(was.keys() - now.keys() - after.unread)}
    come = {path: now[path] for path in sorted(now.keys() - was.keys() - before.unread)}
    for old, new in _renamed(gone, come):
        note(FileChangeKind.RENAMED, old, new, _is_edited(old, new))
    for old in gone.values():
        note(FileChangeKind.DELETED, old, None, False)
    for new in come.values():
        note(FileChangeKind.ADDED, None, new, False)
    return {name: tuple(sorted(ones, key=_path)) for name, ones in sorted(found.items())}


def new_statements(
    changes: Iterable[FileChange], before: Mapping[str, str], after: Mapping[str, str]
) -> tuple[Location, ...]:
    """The places of the statements that the changed migrations did not hold before, sorted."""
    found: list[Location] = []
    for change in changes:
        if change.file is None or change.file.direction is Direction.DOWN:
            continue
        known = Counter(_statements(change.former, before))
        for statement, tokens in zip(
            change.file.statements, _statements(change.file, after), strict=True
        ):
            if known[tokens]:
                known[tokens] -= 1
            else:
                found.append(statement.location)
    return tuple(sorted(found))


def _statements(file: MigrationFile | None, texts: Mapping[str, str]) -> list[_Key]:
    """Each statement of a file as tokens."""
    if file is None:
        return []
    text = texts.get(file.path, "")
    places = [statement.location for statement in file.statements]
    return [tuple(one.text for one in lexemes(text, at.start, at.end)) for at in places]


def applied_sql(text: str) -> _Key:
    """What a file applies, token by token: without comments, white space, line ends and the
    section that a migration tool runs to roll back."""
    text = _LINE_END.sub("\n", text)
    cut = split(text)
    comments, found = cut.comments, markers(cut.comments)
    if found:
        cut = split(cut_at(text, found))
    down = down_sections(comments, len(text))
    return tuple(
        token
        for start, tokens in sorted(_pieces(text, cut, comments))
        if not any(first < start < last for first, last in down)
        for token in tokens
    )


def _pieces(
    text: str, cut: Split, comments: Iterable[Span]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Statements as tokens, the data of COPY and psql's commands as they stand, and the comments
    that a tool obeys."""
    for statement in cut.statements:
        tokens = (one.text for one in lexemes(text, statement.start, statement.end))
        yield statement.start, (*tokens, ";")
    for block in cut.copies:
        yield block.start, (text[block.start : block.end],)
    for meta in cut.metas:
        yield meta.start, (meta.text.strip(),)
    for comment in comments:
        if _DIRECTIVE.match(comment.text) and not _SECTION.match(comment.text):
            yield comment.start, tuple(comment.text.split())


def _known(reading: Reading) -> dict[str, _Known]:
    return {
        file.path: _Known(file, history, reading.texts[file.path])
        for history in reading.histories
        for file in history.files
        if file.path in reading.texts
    }


def _newest(was: Mapping[str, _Known], released: Collection[str]) -> dict[str, MigrationFile]:
    """Of each history the released migration that comes last: by version, else as it stands."""
    newest: dict[str, MigrationFile] = {}
    for path, one in was.items():
        file = one.file
        if path in released and file.direction is Direction.UP and not file.dump:
            last = newest.get(one.history.name)
            if last is None or last.number <= file.number:
                newest[one.history.name] = file
    return newest


def _difference(old: _Known, new: _Known) -> FileChangeKind | None:
    if _LINE_END.sub("\n", old.text) == _LINE_END.sub("\n", new.text):
        return None
    return FileChangeKind.REWORDED if old.sql == new.sql else FileChangeKind.EDITED


def _is_edited(old: _Known, new: _Known) -> bool:
    return _difference(old, new) is FileChangeKind.EDITED


def _renamed(gone: dict[str, _Known], come: dict[str, _Known]) -> list[tuple[_Known, _Known]]:
    """Pairs of a file that is gone and the one that it is now; both are taken out.

    The same SQL comes first, and of several with the same SQL the one with the same version or
    name; then the same version or, where the version is another, the same name.
    """
    pairs: list[tuple[_Known, _Known]] = []
    for alike in _LIKENESSES:
        waiting: dict[object, list[_Known]] = {}
        for new in come.values():
            key = alike(new)
            if key is not None:
                waiting.setdefault((new.file.direction, key), []).append(new)
        for path, old in list(gone.items()):
            key = alike(old)
            candidates = waiting.get((old.file.direction, key), []) if key is not None else []
            if candidates:
                new = candidates.pop(0)
                pairs.append((old, new))
                del gone[path], come[new.file.path]
    return pairs


def _by_sql_and_version(one: _Known) -> object:
    version = _by_version(one)
    return (one.sql, version) if version is not None else None


def _by_sql_and_name(one: _Known) -> object:
    return (one.sql, described(one.file)) if described(one.file) else None


def _by_sql(one: _Known) -> object:
    return one.sql or None


def _by_version(one: _Known) -> object:
    return (one.file.convention, one.file.number) if one.file.number else None


def _by_name(one: _Known) -> object:
    return described(one.file) or None


_LIKENESSES: tuple[Callable[[_Known], object], ...] = (
    _by_sql_and_version,
    _by_sql_and_name,
    _by_sql,
    _by_version,
    _by_name,
)

_VERSION = re.compile(r"\A(?:[VUB]?\d[\d._\-]*(?:T\d[\d._\-]*)?|R__)")


def described(file: MigrationFile) -> str:
    """The words of a migration's name, without its folder and its version."""
    return _VERSION.sub("", file.name.rpartition("/")[2]).casefold()


def _path(change: FileChange) -> tuple[str, str]:
    return change.path, change.before or ""
