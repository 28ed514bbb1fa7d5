"""What a shell program feeds to psql, and what becomes of an error on the way.

Held against psql 15: without ON_ERROR_STOP it goes on after an error and ends with exit code 0,
with ``--single-transaction`` after undoing everything; with it, it stops and ends with 3.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from msgspec import Struct

_COMMENT = re.compile(r"(?:^|(?<=\s))#[^\n]*")
_PROMPT = re.compile(r"(?:\S{0,40}[$%>#]\s+)(?=\S)")
_SHEBANG = re.compile(r"\s*#![^\n]*\s-[a-z]*e")
_CONTINUED = re.compile(r"\\\r?\n")
_HEREDOC = re.compile(r"<<-?\s*([\"']?)(\w+)\1")
_META = re.compile(r"^\s*\\(?:i|ir|include|include_relative)\s+(\S+)", re.MULTILINE)
_META_STOP = re.compile(r"\\set\s+ON_ERROR_STOP(?:\s+(\S+))?", re.IGNORECASE)
_TOKEN = re.compile(
    r"[;&|()<>]+"
    r"|(?:[^\s;&|()<>\"'\\$`]|\\.|\"(?:[^\"\\]|\\.)*\"|'[^']*'|\$\([^()]*\)|`[^`]*`|\$)+"
)
_QUOTED = re.compile(r"\\.|\"(?:[^\"\\]|\\.)*\"|'[^']*'")
_SEPARATORS = frozenset({";", "&", "&&", "||", "|", "|&", ";;", "(", ")", "\n"})
_OPENING = frozenset({"for", "while", "until", "select"})
_KEYWORDS = frozenset({"do", "then", "else", "if", "{", "!", "time"})
_OFF = frozenset({"0", "off", "false", "no", "f", "n", "of"})
_WITH_VALUE = frozenset("cdfFhLopPRTUv")
_LONG_WITH_VALUE = frozenset(
    {
        "command", "dbname", "file", "field-separator", "host", "log-file", "output", "port",
        "pset", "record-separator", "table-attr", "username", "set", "variable",
    }
)  # fmt: skip
SCRIPTS = (".sh", ".bash", ".py")
"""How the names of scripts end that are read."""
_CALLERS = frozenset(
    {"bash", "sh", "zsh", "source", ".", "python", "python3", "py", "sudo", "env", "exec", "time"}
)
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_LOOPERS = frozenset({"xargs", "parallel"})


class Feed(Struct, frozen=True):
    """A file that a program feeds to psql. ``line`` counts from 0; ``file`` is as written.

    ``stops`` says whether psql stops at an error, ``single`` whether it runs the file as one
    transaction, ``loops`` whether it runs once for every file, going on whatever becomes of one.
    """

    line: int
    file: str
    stops: bool
    single: bool
    loops: bool = False


class _Command(Struct, frozen=True):
    """One command: its words, its line, whether a loop is around it, what stands behind it, and
    whether a condition asks how it ended."""

    words: tuple[str, ...]
    line: int
    loop: bool
    behind: str
    asked: bool


@lru_cache(maxsize=1 << 14)
def feeds(program: str) -> tuple[Feed, ...]:
    """The files of SQL that a program feeds to psql, in its order. Nothing of a program that no
    shell would read."""
    return tuple(_feeds(program)) if "psql" in program else ()


def _feeds(program: str) -> Iterator[Feed]:
    documents, text = _without_documents(program)
    commands = list(_commands(text))
    ends = bool(_SHEBANG.match(program)) or "$?" in program
    ends = ends or any(_ends_at_errors(command.words) for command in commands)
    piped: _Command | None = None
    for command in commands:
        start = next((i for i, word in enumerate(command.words) if _is_psql(word)), None)
        if start is None:
            piped = command if command.behind in {"|", "|&"} else None
            continue
        options = _Options.of(command.words[start + 1 :])
        files = [*options.files]
        body = documents.get(command.line, "")
        files += _META.findall(body)
        options = options.told_by(body)
        if piped and not files:
            files += [word for word in piped.words[1:] if is_sql_file(word)]
        piped = None
        looping = command.loop or bool(_LOOPERS.intersection(command.words[:start]))
        looping = looping or "-exec" in command.words[:start]
        asked = ends or command.asked or command.behind in {"||", "&&"}
        for file in files:
            if is_sql_file(file):
                yield Feed(command.line, file, options.stops, options.single, looping and not asked)


def scripts(program: str) -> Iterator[tuple[int, str]]:
    """The scripts of shell and Python that a program runs, each with its line counted from 0."""
    if not any(ending in program for ending in SCRIPTS):
        return
    _, text = _without_documents(program)
    for command in _commands(text):
        words = [word for word in command.words if not _ASSIGNMENT.match(word)]
        while words and posixpath.basename(words[0]) in _CALLERS:
            words = [word for word in words[1:] if not word.startswith("-")]
        if words and words[0].endswith(SCRIPTS):
            yield command.line, words[0]


def is_sql_file(word: str) -> bool:
    """Whether a word can stand for a file of SQL: by its name, or as what only the shell knows."""
    return word.lower().endswith((".sql", ".sql.gz")) or bool(re.search(r"[$*{]", word))


class _Options(Struct, frozen=True):
    """What psql is told on its command line."""

    files: tuple[str, ...] = ()
    stops: bool = False
    single: bool = False

    @staticmethod
    def of(words: Sequence[str]) -> _Options:
        """Reads short options, long ones, and redirections."""
        files: list[str] = []
        stops = single = False
        rest = iter(words)
        for word in rest:
            if word == "<":
                files.append(next(rest, ""))
                continue
            for name, value in _named(word, rest):
                if name in {"f", "file"}:
                    files.append(value)
                elif name in {"v", "set", "variable"}:
                    stops = _stop(value, stops)
                elif name in {"1", "single-transaction"}:
                    single = True
        return _Options(tuple(files), stops, single)

    def told_by(self, text: str) -> _Options:
        """What a script that is fed in tells psql itself."""
        said = _META_STOP.search(text)
        if said is None:
            return self
        stops = (said[1] or "on").strip("'\"").lower() not in _OFF
        return _Options(self.files, stops, self.single)


def _named(word: str, rest: Iterator[str]) -> Iterator[tuple[str, str]]:
    """The options of one word of the command line, with their values."""
    if word.startswith("--"):
        name, equals, value = word[2:].partition("=")
        if not equals and name in _LONG_WITH_VALUE:
            value = next(rest, "")
        yield name, value
    elif word.startswith("-"):
        for place, letter in enumerate(word[1:], 2):
            if letter in _WITH_VALUE:
                yield letter, word[place:] or next(rest, "")
                return
            yield letter, ""


def _stop(assignment: str, stops: bool) -> bool:
    """Whether psql stops at errors behind an assignment. Without a value one takes it away."""
    name, equals, value = assignment.partition("=")
    if name != "ON_ERROR_STOP":
        return stops
    return bool(equals) and value.lower() not in _OFF


def _is_psql(word: str) -> bool:
    return posixpath.basename(word) in {"psql", "psql.exe"}


def _ends_at_errors(words: Sequence[str]) -> bool:
    """Whether a command makes the shell end at the first that fails."""
    if words[:1] != ("set",):
        return words[:1] == ("trap",) and "ERR" in words
    short = (word for word in words[1:] if word.startswith("-") and not word.startswith("--"))
    return "errexit" in words or any("e" in word for word in short)


def _without_documents(program: str) -> tuple[dict[int, str], str]:
    """The here-documents of a program by the lines of their commands, and the program with empty
    lines in their place."""
    found: dict[int, str] = {}
    kept: list[str] = []
    lines = iter(program.splitlines())
    for line in lines:
        mark = _HEREDOC.search(_COMMENT.sub("", line))
        kept.append(line if mark is None else _HEREDOC.sub("", line))
        if mark is None:
            continue
        place = len(kept) - 1
        body: list[str] = []
        for inner in lines:
            kept.append("")
            if inner.strip() == mark[2]:
                break
            body.append(inner)
        found[place] = "\n".join(body)
    return found, "\n".join(kept)


def _commands(text: str) -> Iterator[_Command]:
    """The commands of a program. A prompt before one does not count."""
    depth = 0
    for number, line in _logical_lines(text):
        words: list[str] = []
        for word in (*_words(line), "\n"):
            if word not in _SEPARATORS:
                words.append(word)
                continue
            asked = False
            while words and words[0] in _KEYWORDS:
                asked = words.pop(0) in {"if", "!"} or asked
            if words and words[0] in _OPENING:
                depth += 1
            if words and words[0] == "done":
                depth = max(depth - 1, 0)
            elif words:
                yield _Command(tuple(words), number, depth > 0, word, asked)
            words = []


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a program with the number of each, those that a backslash joins as one."""
    number = 0
    for line in _CONTINUED.sub("\0", text).splitlines():
        plain = _COMMENT.sub("", line.replace("\0", " "))
        prompt = _PROMPT.match(plain.lstrip())
        yield number, plain.lstrip()[prompt.end() :] if prompt else plain
        number += line.count("\0") + 1


def _words(line: str) -> list[str]:
    """The words of a line, separators among them; none where its quotes do not close."""
    found: list[str] = []
    end = 0
    for token in _TOKEN.finditer(line):
        if line[end : token.start()].strip():
            return []
        end = token.end()
        found.append(_QUOTED.sub(_unquoted, token.group()))
    return [] if line[end:].strip() else found


def _unquoted(quoted: re.Match[str]) -> str:
    text = quoted.group()
    return text[1:] if text[0] == "\\" else text[1:-1]
