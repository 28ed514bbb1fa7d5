"""The jobs that docs/ci shows: each page's snippets, and what is in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs" / "ci").glob("*.md"))
SCHEMAS = {
    "azure-pipelines": "azure-pipelines",
    "bitbucket-pipelines": "bitbucket-pipelines",
    "circleci": "circle-ci",
    "github-actions": "github-workflows",
    "gitlab-ci": "gitlab-ci",
}
"""The schema for the snippets of a page."""
RUNS = re.compile(r"\bctb-lint (check|audit) -")
PARTS = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


class Snippet(NamedTuple):
    page: str
    number: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}-{self.number}"


SNIPPETS = [
    Snippet(page.stem, number, *found)
    for page in PAGES
    for number, found in enumerate(PARTS.findall(page.read_text(encoding="utf-8")))
]
JOBS = [one for one in SNIPPETS if one.language == "yaml"]


def job(page: str, number: int = 0) -> Any:
    (found,) = (one for one in JOBS if (one.page, one.number) == (page, number))
    return yaml.safe_load(found.text)


def strings(value: object) -> Iterator[str]:
    """Every text in a document."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from strings(key)
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    elif isinstance(value, str):
        yield value


def scripts(snippet: Snippet) -> list[str]:
    """What a snippet hands to a shell."""
    if snippet.language == "groovy":
        return re.findall(r"sh '''(.*?)'''", snippet.text, re.DOTALL)
    return [text for text in strings(yaml.safe_load(snippet.text)) if RUNS.search(text)]


def used(document: Any) -> list[dict[str, Any]]:
    steps = [step for job in document.get("jobs", {}).values() for step in job.get("steps", ())]
    return [step for step in steps if isinstance(step, dict) and "uses" in step]


def steps_of(document: Any, name: str = "check") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document["jobs"][name]["steps"]
    return found
