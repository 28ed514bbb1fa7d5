"""Constants in one spelling: what PostgreSQL's input functions make of a literal.

Each function takes a literal's text and returns the normal form, or None where the text is no
value of that type (or a form that is not read here, which is then compared as written).
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation

_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?\s*", re.IGNORECASE | re.ASCII)
_TRUE = frozenset({"t", "tr", "tru", "true", "y", "ye", "yes", "on", "1"})
_FALSE = frozenset({"f", "fa", "fal", "fals", "false", "n", "no", "of", "off", "0"})
_MOMENT = re.compile(
    r"\s*(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[T\s]\s*(\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,6})\d*)?)?"
    r"\s*(Z|UTC|GMT|[+-]\d\d?(?::?\d\d)?)?)?\s*",
    re.IGNORECASE | re.ASCII,
)
_CLOCK = re.compile(r"\s*(\d{1,2}):(\d\d)(?::(\d\d)(\.\d+)?)?\s*", re.ASCII)
_INTERVAL_PART = re.compile(
    r"\s*(?:(?P<sign>[+-]?)(?P<hours>\d+):(?P<minutes>\d+)(?::(?P<seconds>\d+(?:\.\d*)?))?"
    r"|(?P<number>[+-]?(?:\d+\.?\d*|\.\d+))\s*(?P<unit>[a-z]*))\s*",
    re.ASCII,
)
_ISO_INTERVAL = re.compile(r"P(?=.)[0-9.,YMWD-]*(T[0-9.,HMS-]+)?", re.ASCII)

# unit → (months, days, microseconds)
_SECOND = 1_000_000
_UNITS: dict[str, tuple[int, int, int]] = {}
for _names, _size in (
    ("us usec usecs microsecond microseconds", (0, 0, 1)),
    ("ms msec msecs millisecond milliseconds", (0, 0, 1_000)),
    ("s sec secs second seconds", (0, 0, _SECOND)),
    ("m min mins minute minutes", (0, 0, 60 * _SECOND)),
    ("h hr hrs hour hours", (0, 0, 3600 * _SECOND)),
    ("d day days", (0, 1, 0)),
    ("w week weeks", (0, 7, 0)),
    ("mon mons month months", (1, 0, 0)),
    ("y yr yrs year years", (12, 0, 0)),
    ("dec decs decade decades", (120, 0, 0)),
    ("c cent century centuries", (1200, 0, 0)),
):
    _UNITS.update(dict.fromkeys(_names.split(), _size))


def number(text: str) -> str | None:
    """A number without exponent, underscores or leading zeros; trailing zeros are kept, as
    numeric keeps them: ``1e3`` → ``1000``, ``.50`` → ``0.50``, ``0x1F`` → ``31``."""
    plain = text.strip().replace("_", "")
    if re.fullmatch(r"[+-]?0[xob][0-9a-f]+", plain, re.IGNORECASE | re.ASCII):
        try:
            return str(int(plain, 0))
        except ValueError:
            return None
    if not _NUMBER.fullmatch(plain):
        return None
    try:
        printed = f"{Decimal(plain):f}"
    except InvalidOperation:
        return None
    return "0" if printed == "-0" else printed


def boolean(text: str) -> str | None:
    """``true`` or ``false``."""
    word = text.strip().lower()
    return "true" if word in _TRUE else "false" if word in _FALSE else None


def moment(text: str) -> str | None:
    """A date or timestamp in ISO form: with a time only where it is not midnight, in UTC where it
    has an offset."""
    match = _MOMENT.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    try:
        value = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0),
            int((fraction or "").ljust(6, "0")), tzinfo=_zone(zone),
        ).astimezone(UTC)  # fmt: skip
    except (ValueError, OverflowError):
        return None
    return value.replace(tzinfo=None).isoformat(" ").removesuffix(" 00:00:00")


def _zone(text: str | None) -> timezone:
    if not text or text.upper() in {"Z", "UTC", "GMT"}:
        return UTC
    digits = text[1:].replace(":", "")
    hours, minutes = (digits, "0") if len(digits) <= 2 else (digits[:-2], digits[-2:])
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if text[0] == "-" else offset)


def clock(text: str) -> str | None:
    """A time of day as ``HH:MM:SS[.ffffff]``."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    hour, minute, second, fraction = match.groups()
    return f"{int(hour):02}:{minute}:{second or '00'}{(fraction or '').rstrip('0').rstrip('.')}"


def interval(text: str, unit: str = "second") -> str | None:
    """An interval as PostgreSQL prints it: ``24 hours`` → ``24:00:00``, ``1 week`` → ``7 days``.

    ``unit`` is that of a number without one (``interval '5' day``).
    """
    words = _iso(text) if text.startswith("P") else text.strip().lower().removeprefix("@")
    ago = words.endswith("ago")
    if ago:
        words = words[:-3]
    totals = [0, 0, 0]
    at = 0
    while at < len(words):
        part = _INTERVAL_PART.match(words, at)
        if part is None or not _add(totals, part, unit):
            return None
        at = part.end()
    if at == 0:
        return None
    return _printed_interval(*(-total for total in totals) if ago else totals)


def _iso(text: str) -> str:
    if not _ISO_INTERVAL.fullmatch(text):
        return "?"
    date, _, time = text[1:].partition("T")
    date = date.replace("Y", " years ").replace("M", " months ")
    date = date.replace("W", " weeks ").replace("D", " days ")
    return date + time.replace("H", " hours ").replace("M", " minutes ").replace("S", " seconds ")


def _add(totals: list[int], part: re.Match[str], default_unit: str) -> bool:
    if part["hours"] is not None:
        seconds = int(part["hours"]) * 3600 + int(part["minutes"]) * 60
        micros = seconds * _SECOND + int(Decimal(part["seconds"] or "0") * _SECOND)
        totals[2] += -micros if part["sign"] == "-" else micros
        return True
    size = _UNITS.get(part["unit"] or default_unit)
    if size is None:
        return False
    amount = Decimal(part["number"])
    months = amount * size[0]
    days = amount * size[1]
    if size[0] and size[0] < 12:
        days = (months - int(months)) * 30
        months = Decimal(int(months))
    totals[0] += int(months.to_integral_value())
    totals[1] += int(days)
    totals[2] += int(amount * size[2] + (days - int(days)) * 86400 * _SECOND)
    return True


def _printed_interval(months: int, days: int, micros: int) -> str:
    years, months = (abs(months) // 12, abs(months) % 12) if months >= 0 else (
        -(abs(months) // 12), -(abs(months) % 12))  # fmt: skip
    parts = [
        f"{value} {name}{'' if value == 1 else 's'}"
        for value, name in ((years, "year"), (months, "mon"), (days, "day"))
        if value
    ]
    if micros or not parts:
        seconds, fraction = divmod(abs(micros), _SECOND)
        time = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        tail = f".{fraction:06}".rstrip("0") if fraction else ""
        parts.append(("-" if micros < 0 else "") + time + tail)
    return " ".join(parts)


class _Digits(str):
    """A JSON number as written."""


def jsonb(text: str) -> str | None:
    """A JSON value as jsonb prints it: keys sorted by length, numbers as written."""
    try:
        value = json.loads(text, parse_float=_digits, parse_int=_digits)
        return _printed_json(value)
    except (ValueError, RecursionError):
        return None


def _digits(text: str) -> _Digits:
    return _Digits(number(text) or text)


def _printed_json(value: object) -> str:
    if isinstance(value, _Digits):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(_printed_json(item) for item in value) + "]"
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
        items = (f"{_printed_json(key)}: {_printed_json(value[key])}" for key in keys)
        return "{" + ", ".join(items) + "}"
    return json.dumps(value, ensure_ascii=False)


def array(text: str) -> list[str | None] | None:
    """The elements of a one-dimensional array literal (``{a,"b c",NULL}``); None for others."""
    body = text.strip()
    if not (body.startswith("{") and body.endswith("}")) or len(body) < 2:
        return None
    body = body[1:-1]
    if not body.strip():
        return []
    elements: list[str | None] = []
    pattern = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^",{}\\]+?))\s*(,|$)', re.DOTALL)
    at = 0
    while True:
        match = pattern.match(body, at)
        if match is None:
            return None
        inner, bare, separator = match.groups()
        if inner is not None:
            elements.append(re.sub(r"\\(.)", r"\1", inner, flags=re.DOTALL))
        else:
            elements.append(None if bare.upper() == "NULL" else bare)
        at = match.end()
        if not separator:
            return elements


def printed_array(elements: list[str | None]) -> str:
    """An array literal that quotes every element but NULL."""
    return "{" + ",".join(
        "NULL" if e is None else '"' + e.replace("\\", "\\\\").replace('"', '\\"') + '"'
        for e in elements
    ) + "}"  # fmt: skip


def relation(text: str, default_schema: str = "public") -> str:
    """The name in a ``regclass`` constant without the default schema and needless quotes."""
    parts = re.findall(r'"((?:[^"]|"")*)"|([^".\s]+)', text)
    names = [
        quoted.replace('""', '"') if quoted or not bare else bare.lower() for quoted, bare in parts
    ]
    if len(names) > 1 and names[0] in {default_schema, "pg_catalog"}:
        names = names[1:]
    return ".".join(names)
