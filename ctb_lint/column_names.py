"""What a column is for, as far as its name tells: addresses, passwords, hashes, accesses.

A name is no proof. Who asks here says "looks like" and no more.
"""

from __future__ import annotations

import re
from functools import lru_cache

_SEPARATOR = re.compile(r"[\W_]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

_PASSWORDS = frozenset({"password", "passwd", "passwort", "passphrase", "pwd", "passcode"})
_PLAIN = frozenset({"plain", "plaintext", "clear", "cleartext", "raw", "text"})
_HASHED = frozenset(
    {
        "hash", "hashed", "hashes", "digest", "digested", "crypt", "crypted", "bcrypt", "scrypt",
        "argon", "argon2", "encrypted", "salted", "verifier", "md5", "sha", "sha1", "sha256",
        "sha512", "checksum", "fingerprint", "pbkdf",
    }
)  # fmt: skip
_EMAILS = (("email",), ("e", "mail"), ("mail",))
_ADDRESS = frozenset({"address", "addr"})
_COUNTS = frozenset({"count", "counter", "counts", "hits", "views", "reads", "number", "total"})
_ACCESSES = frozenset(
    {
        "access", "accessed", "accesses", "read", "reads", "used", "usage", "use", "uses", "seen",
        "viewed", "views", "view", "hit", "hits", "opened", "visited", "visits", "touched",
    }
)  # fmt: skip
_WHEN = frozenset({"last", "at", "on", "time", "timestamp", "date", "ts"})
_CHANGES = (
    "updated at", "modified at", "changed at", "last updated", "last modified", "last changed",
    "last update", "date updated", "date modified", "updated on", "modified on", "last updated at",
    "last modified at", "update time", "updated", "modified", "update date", "updated time",
)  # fmt: skip


@lru_cache(maxsize=4096)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name in lower case: of ``lastAccessed`` and of ``last_accessed`` the same."""
    return tuple(word.lower() for word in _SEPARATOR.split(name) if word)


def holds_email(name: str) -> bool:
    """Whether it looks like e-mail addresses: ``email``, ``contact_email``, ``e_mail_address``."""
    words = words_of(name)
    if words and words[-1] in _ADDRESS:
        words = words[:-1]
    return any(words[-len(end) :] == end for end in _EMAILS)


@lru_cache(maxsize=4096)
def holds_password(name: str) -> bool:
    """Whether it looks like passwords, hashed or not; not when or by whom they were changed."""
    words = [word for word in words_of(name) if word not in _HASHED]
    while words and words[-1] in _PLAIN:
        words.pop()
    return bool(words) and words[-1] in _PASSWORDS


def says_hashed(name: str) -> bool:
    """Whether it says that it holds hashes: ``password_hash``, ``encrypted_password``."""
    return not _HASHED.isdisjoint(words_of(name))


def holds_version_hash(name: str) -> bool:
    """Whether it looks like the hash of a version or of content: ``version_hash``, ``checksum``;
    no password's and no token's."""
    words = words_of(name)
    others = {"password", "passwd", "pwd", "token", "secret", "key", "session", "ip", "email"}
    return not _HASHED.isdisjoint(words) and others.isdisjoint(words)


def holds_access(name: str) -> bool:
    """Whether it can hold how often or when a row was accessed: ``access_count``,
    ``last_accessed``, ``read_at``, ``hits``."""
    words = words_of(name)
    if _ACCESSES.isdisjoint(words):
        return False
    counts = not _COUNTS.isdisjoint(words)
    return counts or not _WHEN.isdisjoint(words) or words[-1].endswith("ed")


def holds_change_time(name: str) -> bool:
    """Whether it looks like the time of a row's last change: ``updated_at``, ``modifiedAt``."""
    return " ".join(words_of(name)) in _CHANGES
