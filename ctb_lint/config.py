"""The configuration: where it is found, and what it means for a run."""

from __future__ import annotations

import hashlib
import os
import typing
from pathlib import Path

from msgspec import Struct, field, structs

from ctb_lint.headings import Headings
from ctb_lint.rule import Severity
from ctb_lint.selection import Overrides, checked, pathspec_of, waivers
from ctb_lint.selection import selected as selection
from ctb_lint.settings import (
    ASSUMED_PG,
    USUAL_CATALOGUES,
    CatalogueSettings,
    HistorySettings,
    Profile,
    Settings,
    bytes_of,
    standard_of,
)
from ctb_lint.standard import Standard
from ctb_lint.toml import TOOL, ConfigError, Located, decoded, document

__all__ = [
    "Config",
    "ConfigError",
    "Overrides",
    "find",
    "load",
    "overridden",
    "parse",
    "selection",
    "waivers",
]

OWN = "ctb-lint.toml"
PROJECT = "pyproject.toml"
_MISSPELT = ("ctb_lint", "ctblint", "ctb-linter")


class Config(Struct, frozen=True):
    """The configuration of a run: the defaults where no file gives another.

    ``path`` is the file, None where there is none, and ``sha256`` that of its bytes; paths in the
    settings are relative to its folder.
    """

    settings: Settings = Settings()
    path: Path | None = None
    located: Located = field(default_factory=lambda: Located("", (), None))
    sha256: str | None = None

    @property
    def file(self) -> str | None:
        """The file's name, as messages show it."""
        return self.located.shown

    @property
    def base(self) -> Path:
        """The folder that paths are relative to: the file's, else the working directory."""
        return self.path.parent if self.path else Path.cwd()

    @property
    def standard(self) -> Standard:
        """The standard, with what the configuration changes."""
        return standard_of(self.settings, self.file or "")

    @property
    def fail_on(self) -> Severity:
        """The least severity that makes the run fail; OFF for never."""
        never = self.settings.fail_on == "never"
        return Severity.OFF if never else Severity(self.settings.fail_on)

    @property
    def max_file_size(self) -> int:
        """In bytes: what is larger is not read."""
        return bytes_of(self.settings.max_file_size) or 0

    @property
    def baseline(self) -> str | None:
        """The file of known debt, relative to the configuration's folder."""
        return self.settings.baseline

    @property
    def catalogue(self) -> tuple[str, ...]:
        """The files of the catalogue, relative to the configuration's folder, or patterns that
        they fit; where the configuration names none, those of which the first is it."""
        files = self._catalogue_files
        if files is None:
            return USUAL_CATALOGUES
        return (files,) if isinstance(files, str) else files

    @property
    def names_catalogue(self) -> bool:
        """Whether the configuration says where the catalogue is."""
        return self._catalogue_files is not None

    @property
    def _catalogue_files(self) -> str | tuple[str, ...] | None:
        given = self.settings.catalogue
        return given.files if isinstance(given, CatalogueSettings) else given

    @property
    def headings(self) -> Headings:
        """By which words the parts of the catalogue are known."""
        given = self.settings.catalogue
        return given if isinstance(given, CatalogueSettings) else Headings()

    @property
    def paths(self) -> tuple[str, ...]:
        """The files and folders to read where the command line names none."""
        return self.settings.paths

    @property
    def exclude(self) -> tuple[str, ...]:
        """Patterns, as of ``.gitignore``, of what is not read."""
        return self.settings.exclude

    @property
    def histories(self) -> tuple[HistorySettings, ...]:
        """The histories that are configured."""
        return self.settings.histories

    @property
    def pg_version(self) -> int:
        """The PostgreSQL version that the migrations are for."""
        return self.settings.pg_version or ASSUMED_PG

    @property
    def pg_version_assumed(self) -> bool:
        """Whether neither the configuration nor the command line says which version it is."""
        return self.settings.pg_version is None

    @property
    def default_schema(self) -> str:
        """The schema of names that have none."""
        return self.settings.default_schema


def find(start: Path) -> Path | None:
    """The configuration file of a folder: its own or that of the nearest folder above it, up to
    the root of the repository or file system; None where there is none.

    Raises ConfigError where one folder has two, or a file cannot be read.
    """
    start = start.absolute()
    for folder in (start, *start.parents):
        own, project = folder / OWN, folder / PROJECT
        has_own, has_project = _exists(own), _exists(project) and _has_section(project)
        if has_own and has_project:
            raise ConfigError(
                f"{OWN} and {PROJECT} both hold a configuration",
                _shown(own),
                hint=f"keep one: move [{'.'.join(TOOL)}] into {OWN}, or the other way round",
            )
        if has_own or has_project:
            return own if has_own else project
        if _exists(folder / ".git"):
            return None
    return None


def load(path: Path | None) -> Config:
    """The configuration in a file; the defaults without one.

    In a ``pyproject.toml`` it stands under ``[tool.ctb-lint]``, in any other file at the top.
    Raises ConfigError where the file cannot be read or says something that it cannot mean.
    """
    if path is None:
        return Config()
    shown = _shown(path)
    raw = _read(path)
    text, content = document(raw, shown)
    digest = hashlib.sha256(raw).hexdigest()
    if path.name != PROJECT:
        found = _config(content, Located(text, (), shown), path)
        return structs.replace(found, sha256=digest)
    section = _section(content, text, shown)
    if section is None:
        name = ".".join(TOOL)
        raise ConfigError(f"there is no [{name}]", shown, hint=f"add [{name}] to it")
    found = _config(section, Located(text, TOOL, shown), path)
    return structs.replace(found, sha256=digest)


def parse(text: str, shown: str = OWN) -> Config:
    """The configuration in a text, as it stands under ``[tool.ctb-lint]``. Raises ConfigError."""
    text, content = document(text.encode(), shown)
    return _config(content, Located(text, (), shown), None)


def overridden(config: Config, overrides: Overrides) -> Config:
    """The configuration with what the command line changes of it, the selection of rules apart.

    Raises ConfigError where it names a profile that there is none of.
    """
    checked(overrides, typing.get_args(Profile))
    given = {
        name: value
        for name in ("profile", "fail_on", "pg_version", "default_schema")
        if (value := getattr(overrides, name)) is not None
    }
    return structs.replace(config, settings=structs.replace(config.settings, **given))


def _config(content: object, located: Located, path: Path | None) -> Config:
    settings = decoded(content, located)
    pathspec_of(settings.exclude, ("exclude",), located)
    return Config(settings, path.absolute() if path else None, located)


def _section(content: dict[str, typing.Any], text: str, shown: str) -> object | None:
    """What a project file has under ``[tool.ctb-lint]``; None where it has nothing."""
    tools = content.get("tool")
    if not isinstance(tools, dict):
        return None
    for name in _MISSPELT:
        if name in tools:
            line = Located(text, (), shown).line(("tool", name))
            raise ConfigError(f"unknown tool {name}", shown, line, 'did you mean "ctb-lint"?')
    section: object = tools.get(TOOL[1])
    if section is not None and not isinstance(section, dict):
        line = Located(text, (), shown).line(TOOL)
        raise ConfigError(f"{'.'.join(TOOL)} is no table", shown, line)
    return section


def _has_section(project: Path) -> bool:
    text, content = document(_read(project), _shown(project))
    return _section(content, text, _shown(project)) is not None


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:
        raise ConfigError(f"cannot be looked for: {error.strerror}", _shown(path)) from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise ConfigError(f"the configuration cannot be read: {why}", _shown(path)) from error


def _shown(path: Path) -> str:
    """The path as messages have it: relative to the working directory."""
    try:
        return Path(os.path.relpath(path)).as_posix()
    except ValueError:  # another drive, or a name that no file can have
        return path.name
