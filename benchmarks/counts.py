"""How many findings a report of ``ctb-lint check`` holds, told from its output in each format."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from xml.etree import ElementTree

_LINE = re.compile(r"^\S+:\d+:\d+:? (?:.*\b)?[A-Z]\d{3}\b", re.MULTILINE)
_SUMMARY = re.compile(r"^(?:ctb-lint failed: |\*\*)([\d,]+) findings?\b", re.MULTILINE)


def findings_in(output: str, form: str) -> int:
    """The number of findings in the output of one format. Raises KeyError for a format that is
    not known here, ValueError where the output is none of that format."""
    return _COUNTS[form](output)


def _lines(output: str) -> int:
    return len(_LINE.findall(output))


def _in_json(output: str) -> int:
    return len(json.loads(output)["findings"])


def _in_sarif(output: str) -> int:
    return sum(len(run["results"]) for run in json.loads(output)["runs"])


def _in_gitlab(output: str) -> int:
    return len(json.loads(output))


def _in_junit(output: str) -> int:
    return sum(1 for _ in ElementTree.fromstring(output).iter("failure"))


def _in_summary(output: str) -> int:
    """Of formats that list no more than their reader takes: what their summary says."""
    said = _SUMMARY.search(output)
    if said is None:
        raise ValueError("no summary")
    return int(said[1].replace(",", ""))


_COUNTS: dict[str, Callable[[str], int]] = {
    "text": _lines,
    "concise": _lines,
    "json": _in_json,
    "sarif": _in_sarif,
    "gitlab": _in_gitlab,
    "junit": _in_junit,
    "github": _in_summary,
    "markdown": _in_summary,
}
