"""Reads a configuration file into settings, and says in one sentence what is wrong with it."""

from __future__ import annotations

import difflib
import re
import tomllib
import types
import typing
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from ctb_lint.demands import Stage
from ctb_lint.formats import FormatError, compile_template
from ctb_lint.heading_pattern import heading_pattern
from ctb_lint.headings import FIELD_KEYS, LETTERS
from ctb_lint.history import Layout
from ctb_lint.model import Location
from ctb_lint.regular_source import PatternError
from ctb_lint.rule import Severity
from ctb_lint.settings import (
    FIRST_PG,
    LAST_PG,
    CatalogueSettings,
    FailOn,
    Profile,
    Settings,
    bytes_of,
    formats_of,
)
from ctb_lint.tokens import TOKENS, token_part

TOOL = ("tool", "ctb-lint")
"""Where the settings stand in ``pyproject.toml``."""


class ConfigError(Exception):
    """A configuration that cannot be used.

    ``path`` is the file as displayed and None for an option of the command line; ``line`` is
    1-based, None where it cannot be told; ``hint`` is what to do.
    """

    def __init__(
        self,
        message: str,
        path: str | None = None,
        line: int | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.hint = hint

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.path, self.line) if part is not None)
        sentence = f"{place}: {self.message}" if place else self.message
        return f"{sentence}; {self.hint}" if self.hint else sentence


def nearest(word: str, words: Iterable[str]) -> str | None:
    """``did you mean …?`` with the nearest of the words, or None where none is near."""
    near = difflib.get_close_matches(word.lower().replace("_", "-"), sorted(set(words)), 1)
    near = near or difflib.get_close_matches(word.upper(), sorted(set(words)), 1)
    return f'did you mean "{near[0]}"?' if near else None


def document(raw: bytes, shown: str) -> tuple[str, dict[str, Any]]:
    """The text and content of a TOML file. Raises ConfigError where it is none."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        hint = "save the file as UTF-8"
        raise ConfigError("the file is not UTF-8", shown, line, hint) from None
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message, _, place = str(error).rpartition(" (at ")
        numbers = re.fullmatch(r"line (\d+), column (\d+)\)", place)
        line = int(numbers[1]) if numbers else text.count("\n") + 1
        column = f" at column {numbers[2]}" if numbers else " at the end"
        raise ConfigError(f"invalid TOML{column}: {message or error}", shown, line) from None
    except RecursionError:
        raise ConfigError("invalid TOML: it is nested too deep", shown) from None


class Located:
    """The lines of a TOML text, found by the path of a key."""

    def __init__(self, text: str, root: tuple[str, ...], shown: str | None) -> None:
        self.text = text
        self._lines = text.splitlines()
        self._keys = _lines_of_keys(self._lines)
        self._root = root
        self.shown = shown

    def line(self, path: tuple[str, ...], value: str | None = None) -> int | None:
        """The line of a key, or of a text that stands in its value; the nearest key above it
        where the key itself is not found."""
        full = self._root + path
        while full and full not in self._keys:
            full, value = full[:-1], None
        number = self._keys.get(full)
        if number is None or value is None:
            return number
        ends = [line for line in self._keys.values() if line > number]
        for later in range(number, min(ends, default=len(self._lines) + 1)):
            if any(f"{quote}{value}{quote}" in self._lines[later - 1] for quote in "\"'"):
                return later
        return number

    def location(self, path: tuple[str, ...]) -> Location:
        """The line of a key as a place in the file that messages show; the first line where it
        cannot be found."""
        number = self.line(path) or 1
        lines = self.text.splitlines(keepends=True)[:number]
        start = sum(map(len, lines[:-1]))
        width = len(self._lines[number - 1]) if self._lines else 0
        return Location(self.shown or "", start, start + width, number, 1, number, width + 1)

    def error(
        self,
        message: str,
        path: tuple[str, ...] = (),
        value: str | None = None,
        hint: str | None = None,
    ) -> ConfigError:
        """The error about a key, with its line."""
        return ConfigError(message, self.shown, self.line(path, value), hint)


_BARE = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_KEY = re.compile(rf"\s*({_BARE}(?:\s*\.\s*{_BARE})*)\s*=")
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_BARE}(?:\s*\.\s*{_BARE})*)\s*\]")


def _lines_of_keys(lines: list[str]) -> dict[tuple[str, ...], int]:
    """The line of every key. Items of an array of tables are numbered: histories, 0, path."""
    found: dict[tuple[str, ...], int] = {}
    counts: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(lines, 1):
        header = _HEADER.match(line)
        if header:
            table = _names(header[2])
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                found.setdefault(table, number)
                table = (*table, str(counts[table]))
            found.setdefault(table, number)
            continue
        key = _KEY.match(line)
        if key:
            names = _names(key[1])
            for size in range(1, len(names) + 1):
                found.setdefault(table + names[:size], number)
    return found


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(name[1:-1] if name[0] in "\"'" else name for name in re.findall(_BARE, dotted))


def decoded(content: Any, located: Located) -> Settings:
    """The settings. Raises ConfigError at the first thing that is wrong."""
    _check_keys(content, Settings, (), located)
    try:
        settings = msgspec.convert(content, Settings)
    except msgspec.ValidationError as error:
        raise _translated(str(error), content, located) from None
    _check_formats(settings, located)
    if isinstance(settings.catalogue, CatalogueSettings):
        _check_headings(settings.catalogue, located)
    for number, history in enumerate(settings.histories):
        if history.dump_version is not None and history.dump is None:
            raise located.error(
                f"histories[{number + 1}] has a dump-version, but no dump",
                ("histories", str(number), "dump-version"),
                hint='name the file: dump = "db/structure.sql"',
            )
    if bytes_of(settings.max_file_size) is None:
        raise located.error(
            f"max-file-size is {settings.max_file_size!r}, expected a size above 0",
            ("max-file-size",),
            hint='write it as "10MB", or in bytes',
        )
    return settings


def _check_keys(content: Any, kind: Any, path: tuple[str, ...], located: Located) -> None:
    """Looks for unknown keys, in the order of the file."""
    if isinstance(content, list):
        for number, item in enumerate(content):
            _check_keys(item, kind, (*path, str(number)), located)
        return
    kind = _struct_in(kind)
    if kind is None or not isinstance(content, dict):
        return
    hints = typing.get_type_hints(kind)
    names = {f.encode_name: hints[f.name] for f in msgspec.structs.fields(kind)}
    for key, value in content.items():
        if key not in names:
            where = f" in {_dotted(path)}" if path else ""
            message = f'unknown key "{key}"{where}'
            raise located.error(message, (*path, key), hint=nearest(key, names))
        _check_keys(value, names[key], (*path, key), located)


def _struct_in(hint: Any) -> type[msgspec.Struct] | None:
    """The struct that a type is, or has for its items."""
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return hint
    if typing.get_origin(hint) is tuple:
        return _struct_in(typing.get_args(hint)[0])
    if typing.get_origin(hint) in {types.UnionType, typing.Union}:
        return next((found for one in typing.get_args(hint) if (found := _struct_in(one))), None)
    return None


_KINDS = {
    "str": "a string", "int": "a whole number", "float": "a number", "bool": "true or false",
    "array": "a list", "object": "a table", "null": "nothing", "datetime": "a date and time",
    "date": "a date", "time": "a time",
}  # fmt: skip
_CHOICES: dict[str, tuple[str, ...]] = {
    "profile": typing.get_args(Profile),
    "fail-on": typing.get_args(FailOn),
    "severity": tuple(Severity),
    "histories": tuple(Layout),
    "catalogue": tuple(Stage),
}


def _translated(error: str, content: Any, located: Located) -> ConfigError:
    """The struct library's message in the words of the file."""
    message, _, place = error.partition(" - at `")
    path = _path_of(place.rstrip("`"), content, message)
    name = _dotted(path)
    value = _at(content, path)
    free = (path[:1] == ("histories",) and path[-1] != "layout") or (
        path[:1] == ("catalogue",) and (path[1:2] != ("stages",) or len(path) < 3)
    )
    choice = None if free or not path else _CHOICES.get(path[0])
    shown = value if isinstance(value, str) else None
    missing = re.search(r"missing required field `(.+)`", message)
    if missing:
        return located.error(f'{name} lacks the key "{missing[1]}"', path)
    if choice and not isinstance(value, dict | list):
        expected = f"{name} is {_quoted(value)}, expected one of {', '.join(choice)}"
        return located.error(expected, path, shown, hint=nearest(str(value), choice))
    if "length >= 1" in message:
        return located.error(f"{name} must not be empty", path)
    bound = re.search(r"`int` ([<>]=) (\d+)", message)
    if bound:
        expected = f"expected a whole number from {FIRST_PG} to {LAST_PG}"
        return located.error(f"{name} is {value}, {expected}", path)
    kinds = re.fullmatch(r"Expected `(.+)`, got `(.+)`", message)
    if kinds:
        wanted = " or ".join(
            _KINDS.get(kind, kind) for kind in kinds[1].split(" | ") if kind != "null"
        )
        return located.error(f"{name} is {_KINDS.get(kinds[2], kinds[2])}, expected {wanted}", path)
    return located.error(f"{name}: {message}", path, shown)


def _path_of(place: str, content: Any, message: str) -> tuple[str, ...]:
    """The keys that lead to a place such as ``$.severity[...]``. The library does not name the
    key of a free table: the first whose value is wrong is found by decoding each alone."""
    path: list[str] = []
    for name, index in re.findall(r"\.([^.\[]+)|\[([^\]]*)\]", place):
        if index == "...":
            path.append(_wrong_key(content, path, message))
        else:
            path.append(name or index)
    return tuple(path)


def _wrong_key(content: Any, path: list[str], message: str) -> str:
    table = _at(content, tuple(path))
    for key in table:
        only: Any = {key: table[key]}
        for name in reversed(path):
            only = {name: only}
        try:
            msgspec.convert(only, Settings)
        except msgspec.ValidationError as error:
            if str(error).startswith(message):
                return str(key)
    return "…"


def _at(content: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        if isinstance(content, list) and key.isdigit() and int(key) < len(content):
            content = content[int(key)]
        elif isinstance(content, Mapping):
            content = content.get(key)
        else:
            return None
    return content


def _dotted(path: tuple[str, ...]) -> str:
    """The path as one would write it; items of a list are counted from 1."""
    text = ""
    for key in path:
        if key.isdigit() and text:
            text += f"[{int(key) + 1}]"
            continue
        plain = re.fullmatch(r"[A-Za-z0-9_-]+", key)
        text += ("." if text else "") + (key if plain else f'"{key}"')
    return text


def _quoted(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _check_headings(given: CatalogueSettings, located: Located) -> None:
    """Whether the words by which a catalogue is known can be used."""
    for name, table, known in (
        ("fields", given.fields, FIELD_KEYS),
        ("sections", given.sections, LETTERS),
    ):
        for key in (one for one in table if one not in known):
            hint = nearest(key, known) or f"use {', '.join(known)}"
            message = f'unknown key "{key}" in catalogue.{name}'
            raise located.error(message, ("catalogue", name, key), hint=hint)
    if given.entry is None:
        return
    try:
        heading_pattern(given.entry)
    except PatternError as error:
        message = f"catalogue.entry cannot be used as an expression: {error}"
        raise located.error(message, ("catalogue", "entry")) from None


def _check_formats(settings: Settings, located: Located) -> None:
    """Whether every template and token can be used, and every token is."""
    used: set[str] = set()
    for name, legal in settings.tokens.items():
        try:
            token_part(name, legal)
        except FormatError as error:
            raise located.error(f"tokens.{name}: {error}", ("tokens", name)) from None
        if len(legal) == 1 and re.fullmatch("/.*/", legal[0]) and not isinstance(legal, str):
            message = f"tokens.{name}: a value cannot stand between slashes"
            advice = "write a regular expression as a string, not as a list"
            raise located.error(message, ("tokens", name), hint=advice)
    for key, _, templates in formats_of(settings):
        path = tuple(key.split("."))
        if not templates and "legacy" not in path:
            raise located.error(f"{key} must not be empty", path)
        for text in templates:
            try:
                used.update(compile_template(text, settings.tokens).tokens)
            except FormatError as error:
                raise located.error(f"{key}: {error}", path, text) from None
    for unused in sorted(settings.tokens.keys() - TOKENS.keys() - used):
        hint = nearest(unused, TOKENS)
        raise located.error(f"no format uses the token {unused}", ("tokens", unused), hint=hint)
