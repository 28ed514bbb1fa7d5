"""Which PostgreSQL a repository is for, as its files hint: images of containers, settings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ctb_lint.cli.initial.facts import PgHint
from ctb_lint.settings import FIRST_PG, LAST_PG

_FILE = re.compile(
    r"(?:.*/)?(?:(?:docker-)?compose[\w.-]*\.ya?ml|(?:[\w.-]+\.)?(?:Docker|Container)file[\w.-]*"
    r"|\.tool-versions|supabase/config\.toml)\Z"
    r"|(?:\.github/workflows/[^/]+|\.gitlab-ci|\.circleci/config|azure-pipelines"
    r"|bitbucket-pipelines)\.ya?ml\Z"
)
_IMAGE = re.compile(
    r"\b(?P<name>postgres(?:ql)?|postgis|pgvector|timescaledb(?:-ha)?)"
    r":(?:\$\{\w+:-)?(?P<tag>[\w.-]+)(?![\w.@-])"
)
_OF_TAG = re.compile(r"(?:^|[.-])pg-?(\d{1,2})(?!\d)")
_PLAIN = re.compile(r"(\d{1,2})(?!\d)")
_OTHER_NUMBERS = ("pgvector", "timescaledb")
"""Images whose tags begin with a version of their own."""
_SETTINGS = (
    ("config.toml", re.compile(r"^\s*major_version\s*=\s*(\d{1,2})\b", re.MULTILINE)),
    (".tool-versions", re.compile(r"^postgres(?:ql)?\s+(\d{1,2})\b", re.MULTILINE)),
)


def is_hint(path: str) -> bool:
    """Whether a file may name a version: ``path`` is relative to the top of the repository."""
    return _FILE.match(path) is not None


def postgres_hints(texts: Mapping[str, str]) -> tuple[PgHint, ...]:
    """What texts, by their paths, name; sorted by version."""
    found = {PgHint(version, path) for path, text in texts.items() for version in _of(path, text)}
    return tuple(sorted(found))


def suggested(hints: tuple[PgHint, ...]) -> tuple[int, str] | None:
    """The version to suggest, and who says so; None where nobody does.

    Of several it is the lowest: the migrations have to run there, too. One that ctb-lint does not
    know stands for the nearest that it does.
    """
    if not hints:
        return None
    first = min(hints, key=lambda hint: (_known(hint.version), hint))
    version = _known(first.version)
    says = f"{first.path} says {first.version}"
    others = {hint.version for hint in hints} - {first.version}
    return version, f"{says}, the lowest of {len(others) + 1}" if others else says


def _known(version: int) -> int:
    return min(max(version, FIRST_PG), LAST_PG)


def _of(path: str, text: str) -> Iterator[int]:
    for ending, setting in _SETTINGS:
        if path.endswith(ending):
            yield from (int(match[1]) for match in setting.finditer(text))
    for image in _IMAGE.finditer(text):
        tag = image["tag"]
        own = image["name"].startswith(_OTHER_NUMBERS)
        version = _OF_TAG.search(tag) or (None if own else _PLAIN.match(tag))
        if version and int(version[1]):
            yield int(version[1])
