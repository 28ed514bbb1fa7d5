"""Paths and commits in what a catalogue says: what of a sentence is one, and how two compare."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from ctb_lint.shell import feeds, is_sql_file

_CODE = re.compile(r"`([^`\n]{1,500})`")
_LINK = re.compile(r"\[[^\[\]\n]{0,300}\]\(([^()\s]{1,500})\)")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_COMMIT = re.compile(r"[0-9a-fA-F]{7,64}")
_OPEN = re.compile(r"[*?{}<>$|\[\]…]|\.\.\.")
_BETWEEN = re.compile(r"[\s;&|()<>\"']+")
_LONGEST = 500
_SHOWN = 100


def value_of(sentence: str) -> str:
    """What a sentence of the form ``Name: value`` gives as its value: the first code span, the
    target of a link, or the words behind the colon."""
    for pattern in (_CODE, _LINK):
        found = pattern.search(sentence)
        if found:
            return found[1].strip()
    return sentence.partition(":")[2].strip(" *\t")


def plain(written: str) -> str | None:
    """A path as it is looked up: with ``/``, no anchor, no ``./`` before it. None for what is no
    path in a file system: an address, a pattern, a text too long to be one."""
    text = written.strip().strip("`\"'").replace("\\", "/").partition("#")[0].strip()
    if not text or len(text) > _LONGEST or "\n" in text or "\0" in text:
        return None
    if _SCHEME.match(text) or _OPEN.search(text) or text.startswith("~"):
        return None
    clean = posixpath.normpath(text)
    return None if clean in {".", "/", "//"} else clean


def displayed(path: str) -> str:
    """A path for a message: in quotes, and without its beginning where it is long."""
    return repr(path if len(path) <= _SHOWN else f"…{path[1 - _SHOWN :]}")


def same(one: str, other: str) -> bool:
    """Whether two paths can mean one place: one of them may leave out what stands before it."""
    shorter, longer = sorted((one.strip("/"), other.strip("/")), key=len)
    return shorter == longer or longer.endswith(f"/{shorter}")


def commit_of(sentence: str) -> str | None:
    """The id of a commit that a sentence names, in lower case; None where it names none."""
    text = value_of(sentence)
    return text.lower() if _COMMIT.fullmatch(text) else None


def run_by(program: str) -> Iterator[tuple[int, str]]:
    """The files of SQL, and the folders of such, that a shell program names, each with its line
    counted from 0. What a variable stands for is told by the pattern that it goes through."""
    for one in feeds(program):
        path = plain(one.file)
        if path and is_sql_file(path):
            yield one.line, path
    for number, line in enumerate(program.splitlines()):
        for word in _words(line):
            folder, _, pattern = word.rpartition("/")
            if folder and pattern in {"*.sql", "*"}:
                path = plain(folder)
                if path:
                    yield number, path


_GOES_THROUGH = re.compile(
    r"\b(?:Path|i?glob|listdir|scandir|walk|rglob)\(\s*[rf]?[\"']([^\"'\n]{1,500})[\"']"
)


def gone_through(program: str) -> Iterator[tuple[int, str]]:
    """The folders whose files a Python program goes through, each with its line counted from 0."""
    for found in _GOES_THROUGH.finditer(program):
        folder = re.sub(r"/?\*+[^/]*\Z", "", found[1])
        path = plain(folder)
        if path and not path.endswith(".sql") and "/" in folder:
            yield program.count("\n", 0, found.start()), path


def _words(line: str) -> list[str]:
    """The words of a line that goes through files."""
    if "*" not in line or line.lstrip().startswith("#"):
        return []
    return _BETWEEN.split(line)
