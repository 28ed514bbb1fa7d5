"""Which values the ids of a table are minted from."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping

from ctb_lint.drafting.facts import Facts
from ctb_lint.formats import Template
from ctb_lint.minting import Known, usual_values
from ctb_lint.standard import BUILT_IN_NUMBER, Standard

_NO_PART = re.compile(r"[^A-Z0-9]+")


def barton_values(
    facts: Facts, template: Template, given: Mapping[str, str], known: Known, standard: Standard
) -> dict[str, str]:
    """The values of a Barton ID that are certain. A table that a migration tool owns has the
    number of such tables while no other has it."""
    values = {token: value for token, value in given.items() if token in template.tokens}
    owned = standard.exempt(facts.table.name) and "nnn" in template.tokens
    if owned and not any(one.get("nnn") == BUILT_IN_NUMBER for one in known.ids):
        values.setdefault("nnn", BUILT_IN_NUMBER)
    return values


def heir_values(
    facts: Facts, template: Template, given: Mapping[str, str], known: Known
) -> dict[str, str]:
    """The values of a HEIR ID that are certain: the table's name without its system's, and the
    month in which it was made."""
    values = {token: value for token, value in given.items() if token in template.tokens}
    system = values.get("system") or usual_values(template, known).get("system", "")
    name = _NO_PART.sub("-", facts.table.name.name.upper()).strip("-")
    short = name.removeprefix(f"{system}-") if system else name
    if "name" in template.tokens and short[:1].isalpha():
        values.setdefault("name", short)
    if facts.created:
        month = {"yyyy": f"{facts.created:%Y}", "mm": f"{facts.created:%m}"}
        values = {token: v for token, v in month.items() if token in template.tokens} | values
    return values


def moment(facts: Facts, now: datetime.datetime) -> datetime.datetime:
    """When the table was made, as far as that is known."""
    if facts.created is None:
        return now
    return datetime.datetime.combine(facts.created, datetime.time(), datetime.UTC)
