"""Colours: what each part of a text report looks like on a terminal.

A reporter paints through a function that it is given, and never asks whether there is a terminal.
"""

from __future__ import annotations

from collections.abc import Callable

Paint = Callable[[str, str], str]
"""Gives a part of the report (a key of ``STYLES``) its looks: ``paint("hint", text)``."""

STYLES = {
    "error": "bold red",
    "warning": "bold yellow",
    "info": "bold blue",
    "doctrine": "bold magenta",
    "code": "bold",
    "path": "bold",
    "gutter": "blue",
    "note": "bold",
    "hint": "bold green",
    "good": "bold green",
    "bad": "bold red",
}


def plain(part: str, text: str) -> str:
    """No colours."""
    return text


def coloured() -> Paint:
    """Colours by rich, of the 16 that every terminal has."""
    from rich.color import ColorSystem
    from rich.style import Style

    styles = {part: Style.parse(style) for part, style in STYLES.items()}

    def paint(part: str, text: str) -> str:
        return styles[part].render(text, color_system=ColorSystem.STANDARD) if text else text

    return paint
