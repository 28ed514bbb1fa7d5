"""Which sentences of an entry tell what its table is for, and which what it is used for."""

from __future__ import annotations

import re

from ctb_lint.catalogue import Sentence

PURPOSE = re.compile(r"\b(?:purpose|aim|goal|description|summary|what for)\b", re.IGNORECASE)
USE_CASES = re.compile(
    r"\b(?:use[- ]?cases?|uses?|usage|used (?:by|for|in)|scenarios?|workflows?)\b", re.IGNORECASE
)


def called_purpose(sentence: Sentence) -> bool:
    """Whether the sentence is called a purpose, or stands below a label that is."""
    return any(PURPOSE.search(name) for name in (sentence.name, sentence.group) if name)


def called_use_case(sentence: Sentence) -> bool:
    """Whether the sentence is called a use case, or stands below a label that is."""
    return any(USE_CASES.search(name) for name in (sentence.name, sentence.group) if name)
