"""Dates as people write them: days, months, quarters and years."""

from __future__ import annotations

import datetime
import re

from ctb_lint.catalogue import When, Written

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_M = r"(?P<name>[a-z]{3,9})\.?"
_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?:[t ]\d{1,2}:\d{2}.{0,30})?",
        r"(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})",
        r"(?P<y>\d{4})[-/](?P<m>\d{1,2})",
        r"(?P<y>\d{4})",
        r"q(?P<q>[1-4])[ /-]?\s?(?P<y>\d{4})",
        r"(?P<y>\d{4})[ /-]?\s?q(?P<q>[1-4])",
        rf"{_M}\s(?P<y>\d{{4}})",
        rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?\s{_M},?\s(?P<y>\d{{4}})",
        rf"{_M}\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y>\d{{4}})",
    )
)
_LONGEST = 60


def when(written: Written) -> When:
    """The days that a date stands for. A remark in parentheses behind it does not count."""
    span = period(written.text)
    return When(written.text, written.at, *(span or (None, None)))


def period(text: str) -> tuple[datetime.date, datetime.date] | None:
    """The first and last day of a day, month, quarter or year; None for anything else."""
    plain = " ".join(text.split("(")[0].replace("`", " ").replace("*", " ").lower().split())
    if len(plain) > _LONGEST:
        return None
    for form in _FORMS:
        match = form.fullmatch(plain)
        if match:
            return _span(match.groupdict())
    return None


def _span(parts: dict[str, str | None]) -> tuple[datetime.date, datetime.date] | None:
    year = int(parts["y"] or 0)
    month = int(parts.get("m") or 0)
    name = parts.get("name")
    if name:
        found = [i for i, known in enumerate(_MONTHS, 1) if known.startswith(name)]
        if name == "sept":
            found = [9]
        if len(found) != 1:
            return None
        month = found[0]
    try:
        if parts.get("d"):
            day = datetime.date(year, month, int(parts["d"] or 0))
            return day, day
        if parts.get("q"):
            first = 3 * int(parts["q"] or 0) - 2
            return datetime.date(year, first, 1), _end(year, first + 2)
        if month:
            return datetime.date(year, month, 1), _end(year, month)
        return datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    except ValueError:
        return None


def _end(year: int, month: int) -> datetime.date:
    """The last day of a month."""
    if month == 12:
        return datetime.date(year, 12, 31)
    return datetime.date(year, month + 1, 1) - datetime.timedelta(days=1)
