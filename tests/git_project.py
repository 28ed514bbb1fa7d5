"""Throwaway git repositories, free of the settings of whoever runs the tests."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "ctb-lint",
    "GIT_AUTHOR_EMAIL": "ctb-lint@example.invalid",
    "GIT_COMMITTER_NAME": "ctb-lint",
    "GIT_COMMITTER_EMAIL": "ctb-lint@example.invalid",
}


class Project:
    """A repository in a folder: write files, run git, commit."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        if not (folder / ".git").exists():
            self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str, feed: bytes = b"", **environment: str) -> str:
        """What a git command prints, without the last line end. Fails where git does."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            input=feed,
            capture_output=True,
            env={**os.environ, **ENVIRONMENT, **environment},
            timeout=60,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().removesuffix("\n")

    def write(self, files: Mapping[str, str | bytes]) -> None:
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def commit(self, files: Mapping[str, str | bytes] | None = None) -> str:
        """Writes the files, commits everything, and returns the commit's id."""
        self.write(files or {})
        self.git("add", "--all")
        self.git("commit", "--quiet", "--no-verify", "--allow-empty", "--message=state")
        return self.git("rev-parse", "HEAD")

    def tree(self, *entries: tuple[str, str, str]) -> str:
        """A commit of a tree made by hand, of (mode, id, name): git checks neither the names nor
        whether one stands twice."""
        body = b"".join(
            f"{mode.lstrip('0')} {name}".encode() + b"\0" + bytes.fromhex(blob)
            for mode, blob, name in entries
        )
        tree = self.git("hash-object", "-t", "tree", "-w", "--stdin", "--literally", feed=body)
        return self.git("commit-tree", tree, "-m", "by hand")

    def blob(self, text: str | bytes) -> str:
        """The id of a text that git keeps."""
        data = text if isinstance(text, bytes) else text.encode()
        return self.git("hash-object", "-w", "--stdin", feed=data)
