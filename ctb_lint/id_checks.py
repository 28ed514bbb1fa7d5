"""Whether a text is an id of some format; of one that is none, which part is wrong and why."""

from __future__ import annotations

import datetime
import string
from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from ctb_lint import regular
from ctb_lint.formats import MAX_LENGTH, Template, compile_template, spans_of
from ctb_lint.tokens import FormatError, Part, Tokens, shown


class Status(StrEnum):
    """How a check ends."""

    OK = "ok"
    LEGACY = "legacy"
    MALFORMED = "malformed"


class Verdict(Struct, frozen=True):
    """What a check says of an id.

    ``template`` is the one that fits, or the one that comes nearest. Of a malformed id ``part``
    is the token that is wrong (None where no single part is) and ``why`` a sentence about it.
    """

    status: Status
    template: str
    part: str | None = None
    why: str | None = None


def check(
    text: str,
    templates: Sequence[str],
    legacy: Sequence[str] = (),
    tokens: Tokens | None = None,
    *,
    as_written: Sequence[str] = (),
) -> Verdict:
    """Whether the text is an id of one of the templates, of a legacy one, or of none.

    Raises FormatError where a template cannot be used, or there is none.
    """
    if not templates:
        raise FormatError("there is no template to check against")
    for status, group in ((Status.OK, templates), (Status.LEGACY, legacy)):
        for template in group:
            if compile_template(template, tokens, as_written=as_written).fits(text):
                return Verdict(status, template)
    verdicts = [
        _explained(compile_template(template, tokens, as_written=as_written), text)
        for template in templates
    ]
    return next((verdict for verdict in verdicts if verdict.part), verdicts[0])


_ANYTHING = Part(None, regular.ANYTHING, "anything")


def _explained(template: Template, text: str) -> Verdict:
    """Which part of a malformed id is wrong, and why."""
    wrong = _wrong_part(template, text) if 0 < len(text) <= MAX_LENGTH else None
    if wrong:
        part, value = wrong
        return Verdict(Status.MALFORMED, template.text, part.token, _why(part, value))
    return Verdict(Status.MALFORMED, template.text, None, _why_none(template, text))


def _why_none(template: Template, text: str) -> str:
    """Why the text is no id, where more than one part is wrong."""
    if not text:
        return "it is empty"
    if len(text) > MAX_LENGTH:
        return f"it is {len(text)} characters long; no id is longer than {MAX_LENGTH}"
    parts = template.parts
    separators = [part.values[0] for part in parts[1:-1] if part.token is None]
    if len(set(separators)) == 1 and 0 < text.count(separators[0]) < len(separators):
        found = text.count(separators[0]) + 1
        return f"it has {found} parts between '{separators[0]}' and needs {len(separators) + 1}"
    fitting = max(
        count for count in range(len(parts)) if spans_of([*parts[:count], _ANYTHING], text)
    )
    part = parts[fitting]
    what = f"{{{part.token}}} ({part.description})" if part.token else part.description
    if not fitting:
        return f"it does not begin with {what}"
    return f"{what} does not follow what fits {template.text[: _offset(template, fitting)]}"


def _offset(template: Template, count: int) -> int:
    """Where the part of that number begins in the template's text."""
    parts = template.parts[:count]
    return sum(len(part.token) + 2 if part.token else len(part.values[0]) for part in parts)


def _wrong_part(template: Template, text: str) -> tuple[Part, str] | None:
    """The only part that does not fit, and what stands in its place; None where more are wrong.

    A value of the right shape is taken before one of any shape, a token before a separator, then
    the shorter value.
    """
    found: list[tuple[bool, bool, int, int, str]] = []
    for number, part in enumerate(template.parts):
        for node in (part.shape, regular.ANYTHING):
            loose = Part(None, node, "") if node else None
            before, after = template.parts[:number], template.parts[number + 1 :]
            spans = loose and spans_of([*before, loose, *after], text)
            value = text[slice(*spans[number])] if spans else ""
            # A separator that is not there at all is a part that is missing.
            if spans and (part.token or value):
                exact = node is not regular.ANYTHING
                found.append((not exact, not part.token, len(value), number, value))
    if not found:
        return None
    *_, number, value = min(found)
    return template.parts[number], value


def _why(part: Part, value: str) -> str:
    if part.token is None:
        return f"{part.description} is expected where {shown(value)} stands"
    if not value:
        return f"the {part.token} is missing: {part.description}"
    if part.shape and regular.fits(part.shape, value):
        return f"the {part.token} {_impossible(value)}"
    for changed, case in ((value.lower(), "lower"), (value.upper(), "upper")):
        if changed != value and regular.fits(part.node, changed):
            return f"the {part.token} {shown(value)} is not in {case} case"
    return f"the {part.token} {shown(value)} is not {part.description}"


def _impossible(value: str) -> str:
    """What is impossible about a date, a time or a month of the right shape."""
    digits = "".join(character for character in value if character in string.digits)
    if len(digits) == 2:
        return f"{value} is no month"
    day = value if "-" in value[:5] else digits[:8]
    try:
        datetime.date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return f"{day} is no date"
    if int(digits[:4]) < 1000:
        return f"{day} is no date"
    return f"{value} has no time of day" if len(digits) == 8 else f"{digits[8:]} is no time of day"
