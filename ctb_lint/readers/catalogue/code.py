"""What language a block of code is in: by its tag, and without one by how it begins."""

from __future__ import annotations

import re

from ctb_lint.readers.catalogue.mermaid import is_diagram

_SQL = frozenset({"sql", "postgresql", "postgres", "psql", "pgsql", "plpgsql", "pg"})
_SHELL = frozenset({"bash", "sh", "shell", "zsh", "console", "shell-session", "terminal"})


_DDL = re.compile(
    r"\s*(?:create|alter|drop|comment)\s+(?:(?:or|replace|unique|temp|temporary|unlogged|on)\s+){0,3}"
    r"(?:table|index|type|domain|schema|extension|view|function|trigger|policy|sequence|column)"
    r"\s+[\w\"]",
    re.IGNORECASE,
)
_PSQL = re.compile(r"\s*(?:[$#>%]\s+)?(?:\w+=\S+\s+){0,5}psql\b")
_FIRST = 40


def language_of(info: str, text: str = "") -> str:
    """The language of a block, in lower case, by its fence's tag; one name for SQL and one for the
    shell. Without a tag what the text begins with tells; empty where it does not."""
    words = info.strip().lower().lstrip("{.").replace("}", " ").replace(",", " ").split()
    word = words[0] if words else _guessed(text)
    if word in _SQL:
        return "sql"
    return "bash" if word in _SHELL else word


def _guessed(text: str) -> str:
    """SQL where the first line that is no comment changes a schema, the shell where one of the
    first calls psql, mermaid where an ER diagram begins."""
    if not text or text.isspace():
        return ""
    lines = [line for line in text[:_LONG].splitlines() if line.strip()][:_FIRST]
    first = next((line for line in lines if not line.lstrip().startswith(("--", "/*", "*"))), "")
    if _DDL.match(first):
        return "sql"
    if any(_PSQL.match(line) for line in lines):
        return "bash"
    return "mermaid" if is_diagram(text[:_LONG]) else ""


_LONG = 10_000


def is_sql(language: str) -> bool:
    """Whether a block of that language is read as SQL."""
    return language == "sql"
