r"""Makes text from outside safe to show: SQL, comments and file names are data, never commands.

Control characters, marks that reorder or hide text, line separators and lone surrogates are shown
as escapes (``\x1b``, ``\u202e``); a newline inside a name as ``\n``.
"""

from __future__ import annotations

import re

_HIDDEN = (
    "\x7f-\x9f"  # DEL and C1
    "\xad\u061c\u180e"  # soft hyphen, Arabic letter mark, Mongolian vowel separator
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero width, separators, bidirectional controls
    "\ufeff\ufff9-\ufffb"  # byte order mark, interlinear annotations
    "\ud800-\udfff"  # lone surrogates: undecodable bytes of file names
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f"  # formatting, tags
)
_UNSAFE = re.compile(f"[\x00-\x1f{_HIDDEN}]")
_UNSAFE_IN_JSON = re.compile(f"[{_HIDDEN}]")
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def visible(text: str) -> str:
    """The text on one line, with an escape for every character that is not for the eye."""
    if text.isascii() and text.isprintable():
        return text
    return _UNSAFE.sub(_escape, text)


def escaped_json(encoded: str) -> str:
    """JSON with the same meaning in which such characters stand as JSON's own escapes.

    What stands below U+0020 in JSON is its layout and stays.
    """
    return _UNSAFE_IN_JSON.sub(_json_escape, encoded)


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    named = _NAMED.get(character)
    if named:
        return named
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _json_escape(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be", "surrogatepass")
    pairs = [units[at : at + 2].hex() for at in range(0, len(units), 2)]
    return "".join(f"\\u{pair}" for pair in pairs)
