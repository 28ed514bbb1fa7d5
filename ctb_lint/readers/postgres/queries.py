"""The questions to ``pg_catalog``: SQL files beside this one, made fit for the server's version.

Three marks stand in their comments: a line that ends in ``-- since 15`` or ``-- before 15`` is for
those versions only; ``-- own CATALOG OID`` stands for the condition that the object is neither the
system's nor an extension's. A question that uses ``locked.relations`` is given those of
``locked.sql``. An empty ``search_path`` is assumed, so that what PostgreSQL prints is qualified.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from ctb_lint.readers.postgres import sql

OLDEST, NEWEST = 13, 18
"""The versions of PostgreSQL that the questions were written for."""

_SINCE = re.compile(r"[ \t]*-- (since|before) (\d+)$", re.MULTILINE)
_OWN = re.compile(r"-- own (\w+) ([\w.]+)$", re.MULTILINE)
_COMMENT = re.compile(r"[ \t]*--[^\n]*$", re.MULTILINE)


def query(name: str, version: int) -> str:
    """The question of that name for a server of a major version."""
    text = _adapted(_file(name), version)
    if "locked.relations" in text:
        return f"{_adapted(_file('locked'), version)}\n{text}"
    return text


@cache
def _file(name: str) -> str:
    folder = resources.files(sql)
    return folder.joinpath(f"{name}.sql").read_text(encoding="utf-8")


def _adapted(text: str, version: int) -> str:
    lines = []
    for line in text.splitlines():
        mark = _SINCE.search(line)
        if mark is None or (version >= int(mark[2])) is (mark[1] == "since"):
            lines.append(line[: mark.start()] if mark else line)
    return _COMMENT.sub("", _OWN.sub(_own, "\n".join(lines))).strip()


def _own(mark: re.Match[str]) -> str:
    return _file("own").replace("CATALOG", mark[1]).replace("OID", mark[2])
