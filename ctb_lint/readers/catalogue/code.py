"""The tags of fenced blocks."""

from __future__ import annotations

_SQL = frozenset({"sql", "postgresql", "postgres", "psql", "pgsql", "plpgsql", "pg"})
_SHELL = frozenset({"bash", "sh", "shell", "zsh", "console", "shell-session", "terminal"})


def language_of(info: str) -> str:
    """The language of a fence's tag, in lower case; one name for SQL and one for the shell."""
    words = info.strip().lower().lstrip("{.").replace("}", " ").replace(",", " ").split()
    word = words[0] if words else ""
    if word in _SQL:
        return "sql"
    return "bash" if word in _SHELL else word


def is_sql(language: str) -> bool:
    """Whether a block of that language is read as SQL."""
    return language == "sql"
