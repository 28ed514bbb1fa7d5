"""Places as reports write them: for the eye, and as paths of the repository."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from urllib.parse import quote

from ctb_lint.model import Location, ObjectKind
from ctb_lint.report import Report, Reported
from ctb_lint.reporters.sanitise import visible


def place(at: Location) -> str:
    """``path:line:column``, safe to print."""
    return f"{visible(at.path)}:{at.line}:{at.column}"


def in_repository(report: Report, path: str) -> str:
    """The path of a file as seen from the root of the repository, which is what CI systems want;
    one outside of it begins with ``../``, or is absolute. Not yet safe to print."""
    return posixpath.normpath(posixpath.join(report.base, path))


def shown_at(report: Report) -> Callable[[Reported], str | None]:
    """Gives the path of the file that a finding is shown at, for formats that want one.

    That is its own; for a finding without a place the last file of its history, else the last
    of all (those that are reported on before the others), else the file that it is about, which
    is gone, else None.
    """
    last: dict[str, str] = {}
    for source in sorted(report.inputs, key=lambda one: (one.reported, one.path)):
        last[source.history] = last[""] = source.path

    def path_of(finding: Reported) -> str | None:
        if finding.at:
            return finding.at.path
        gone = finding.object.name if finding.object.kind is ObjectKind.FILE else None
        return last.get(finding.database) or last.get("") or gone

    return path_of


def uri(path: str) -> str:
    """The path as a relative URI reference (an absolute one as a ``file:`` URI), the bytes of its
    name percent-encoded."""
    try:
        name = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a surrogate that stands for no byte of a file name
        name = path.encode("utf-8", "surrogatepass")
    encoded = quote(name, safe="/")
    return f"file://{encoded}" if encoded.startswith("/") else encoded
