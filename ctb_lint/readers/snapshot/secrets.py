"""Texts that may hold a credential: a snapshot goes without them.

Here a placeholder counts, too: nothing is lost by leaving one out but that one text.
"""

from __future__ import annotations

import re

from ctb_lint.column_names import holds_password, words_of
from ctb_lint.model import Expr
from ctb_lint.passwords import passwords

_IN_URL = re.compile(r"://[^\s/:@'\"]{0,200}:[^\s'\"]{1,500}@")
_PASSWORD_SET = re.compile(r"\b(?:pass(?:word|wd)?|pwd)\s*=\s*(?:'')?[^\s'\"=,;)]", re.IGNORECASE)
_TOKENS = re.compile(
    r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY"
    r"|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\."  # JSON web tokens
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\bAIza[\w-]{30,}"
    r"|\bgh[pousr]_\w{30,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{20,}"
    r"|\b[rs]k[_-](?:live|test|ant|proj)[_-][\w-]{10,}|\bsk-\w{20,}|\bwhsec_\w{16,}"
    r"|\bxox[abeoprs]-[\w-]{10,}"
    r"|\b(?:napi|npg|sbp)_\w{12,}"
    r"|\b(?:SCRAM-SHA-256\$|md5[0-9a-f]{32}\b)"
    r"|\b(?:[Bb]earer|[Bb]asic)\s+[\w.~+/=-]{12,}"
)
_STRING = re.compile(r"'((?:[^']|'')*)'")
_SECRET = frozenset({"secret", "token", "apikey", "credential", "credentials"})
_KINDS_OF_KEYS = frozenset({"api", "access", "auth", "private", "secret", "signing", "encryption"})


def holds_secret(text: str) -> bool:
    """Whether the text may hold a password, a key or a token."""
    if "://" in text and _IN_URL.search(text):
        return True
    return _TOKENS.search(text) is not None or bool(passwords(text))


def expression_holds_secret(text: str) -> bool:
    """The same of an expression: what its strings hold counts one by one, too."""
    if holds_secret(text):
        return True
    return any(_PASSWORD_SET.search(string) for string in _STRING.findall(text))


def default_is_secret(column: str, default: Expr) -> bool:
    """Whether the default is a constant of a column whose name says that it holds credentials."""
    return bool(default.literal) and _holds_credentials(column)


def _holds_credentials(column: str) -> bool:
    words = words_of(column)
    if holds_password(column) or (words and words[-1] in _SECRET):
        return True
    return len(words) > 1 and words[-1] == "key" and words[-2] in _KINDS_OF_KEYS
