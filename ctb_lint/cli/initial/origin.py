"""Where the installed ctb-lint is from, so that others can install the same."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distribution

from msgspec import Struct

_DISTRIBUTION = "ctb-lint"
_LABELS = ("repository", "source", "source code", "sourcecode", "source-code", "github", "gitlab")


class Origin(Struct, frozen=True):
    """``requirement`` is what pip installs; ``repository`` and ``revision`` are for a hook that
    pre-commit installs, None where nothing says them. ``folder`` says that it was installed from
    files of this machine, which the others do not have."""

    requirement: str
    repository: str | None = None
    revision: str = ""
    folder: bool = False


def origin() -> Origin:
    """Where the installed package is from, by its own metadata. Raises nothing: what the metadata
    does not say is left out."""
    try:
        installed = distribution(_DISTRIBUTION)
    except PackageNotFoundError:
        return Origin(_DISTRIBUTION)
    urls = installed.metadata.get_all("Project-URL") or []
    return origin_of(installed.version, urls, installed.read_text("direct_url.json"))


def origin_of(version: str, project_urls: Iterable[str], direct_url: str | None) -> Origin:
    """The origin of a version, from the fields ``Project-URL`` of its metadata and the record of
    how it was installed (``direct_url.json``)."""
    found = _from_version_control(direct_url)
    if found:
        url, commit = found
        return Origin(f"{_DISTRIBUTION} @ git+{url}@{commit}", url, commit)
    requirement = f"{_DISTRIBUTION}=={version}"
    folder = _from_files(direct_url)
    for entry in project_urls:
        label, _, url = entry.partition(",")
        if label.strip().lower() in _LABELS and _is_plain(url.strip()):
            return Origin(requirement, url.strip(), f"v{version}", folder)
    return Origin(requirement, folder=folder)


def _from_version_control(record: str | None) -> tuple[str, str] | None:
    """The URL and commit that pip installed from, None where it was no git repository."""
    try:
        said = json.loads(record or "null")
        url, how = str(said["url"]), said["vcs_info"]
        commit = str(how["commit_id"])
    except (ValueError, TypeError, KeyError):
        return None
    plain = how.get("vcs") == "git" and _is_plain(url) and commit.isalnum()
    return (url, commit) if plain else None


def _from_files(record: str | None) -> bool:
    try:
        return str(json.loads(record or "null")["url"]).startswith("file:")
    except (ValueError, TypeError, KeyError):
        return False


def _is_plain(url: str) -> bool:
    """Whether a URL can be written into a file that others read: no secret stands in it."""
    return url.startswith("https://") and "@" not in url and url.isprintable() and " " not in url
