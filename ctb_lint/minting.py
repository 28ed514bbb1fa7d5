"""New ids: which template, which values, and the next number that no known id has."""

from __future__ import annotations

import datetime
import random as randomness
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from ctb_lint.catalogue import Catalogue
from ctb_lint.entry_ids import IdKind, id_of, parsed
from ctb_lint.formats import RANDOM, FormatError, Part, Template, compile_template, overrides_of
from ctb_lint.standard import BUILT_IN_NUMBER, Standard
from ctb_lint.tokens import of_clock

NUMBERS = {"nn": 2, "nnn": 3}
"""The tokens that count, and how many digits they have at least."""
CLOCK = ("timestamp", "date", "yyyy", "mm")
"""The tokens that the clock gives: two ids that differ in nothing else have one row of numbers."""
SHARED = ("system", "division")
"""The tokens that say whose an id is. Where all known ids have the same value, it is taken."""
_LONGEST_NUMBER = 9


class MissingValuesError(FormatError):
    """Values that an id needs and that nobody gives; ``parts`` are those of the template."""

    def __init__(self, template: Template, parts: Sequence[Part]) -> None:
        names = " and ".join(f"{{{part.token}}}" for part in parts)
        super().__init__(f"{template.text} needs a value for {names}")
        self.parts = tuple(parts)


class Known(Struct, frozen=True):
    """The ids that are known of one kind, by their tokens. ``complete`` says that all are: without
    that no number is known to be free."""

    ids: tuple[Mapping[str, str], ...] = ()
    complete: bool = False


def known_ids(
    catalogue: Catalogue, texts: Iterable[str], kind: IdKind, standard: Standard
) -> Known:
    """The ids of a kind that a catalogue knows: those of its entries and of its index, and those
    that its texts only speak of. An id that was given once is not given again."""
    written = {value.text for entry in catalogue.entries if (value := id_of(entry, kind))}
    written |= {row.barton_id.text.strip("`* ") for row in catalogue.index if row.barton_id}
    for lead in _leads(kind, standard):
        written |= {found for text in texts for found in _led_by(lead, text)}
    every = (parsed(text, kind, standard) for text in sorted(written))
    return Known(tuple(tokens for tokens in every if tokens), complete=True)


def template_for(kind: str, standard: Standard, values: Iterable[str]) -> Template:
    """The kind's template that new ids are of: the first that has all the tokens that values are
    given for."""
    overrides = overrides_of(standard)
    templates = [compile_template(text, overrides) for text in dict(standard.formats)[kind]]
    given = set(values)
    return next((one for one in templates if given <= set(one.tokens)), templates[0])


def minted(
    template: Template,
    values: Mapping[str, str],
    known: Known,
    now: datetime.datetime,
    random: randomness.Random,
) -> str:
    """A new id, with the next free number where it has one.

    ``now`` has a time zone; ``random`` should be ``secrets.SystemRandom()``. Raises
    MissingValuesError where a value is neither given nor known, FormatError where one does not fit.
    """
    filled = {**usual_values(template, known), **values}
    lacking = [part for part in template.parts if _lacks(part, filled, known, now)]
    if lacking:
        raise MissingValuesError(template, lacking)
    for token in template.tokens:
        if token in NUMBERS and token not in filled:
            filled[token] = next_number(token, filled, known)
    return template.mint(filled, now, random)


def next_number(token: str, values: Mapping[str, str], known: Known) -> str:
    """The number behind the last that known ids with the same values have. The one that stands
    for tables of tools is passed over."""
    used = [0]
    for one in known.ids:
        number = one.get(token, "")
        others = (name for name in one if name not in (*NUMBERS, *CLOCK))
        alike = all(one[name].casefold() == values.get(name, "").casefold() for name in others)
        if alike and number.isdecimal() and len(number) <= _LONGEST_NUMBER:
            used.append(int(number))
    built_in = int(BUILT_IN_NUMBER)
    last = max(number for number in used if number != built_in)
    following = last + 1
    if following == built_in and token == "nnn":  # noqa: S105 - the name of a token
        following += 1
    return str(following).zfill(NUMBERS[token])


def usual_values(template: Template, known: Known) -> dict[str, str]:
    """The values that all known ids share, or the only ones that are legal."""
    found = {part.token: part.values[0] for part in template.parts if len(part.values) == 1}
    for token in SHARED:
        values = {one[token] for one in known.ids if token in one}
        if token in template.tokens and len(values) == 1:
            found[token] = values.pop()
    return {token: value for token, value in found.items() if token}


def with_id(known: Known, text: str, kind: IdKind, standard: Standard) -> Known:
    """What is known once an id has been given."""
    tokens = parsed(text, kind, standard)
    return Known((*known.ids, tokens), known.complete) if tokens else known


def _lacks(part: Part, filled: Mapping[str, str], known: Known, now: datetime.datetime) -> bool:
    token = part.token
    if token is None or token in filled or token == RANDOM or len(part.values) == 1:
        return False
    counted = token in NUMBERS and known.complete
    return not counted and of_clock(token, now) is None


def _leads(kind: IdKind, standard: Standard) -> Iterator[str]:
    """The texts that ids of the kind begin with, where they begin with one."""
    legacy = dict(standard.legacy_formats).get(kind.key, ())
    for text in (*dict(standard.formats)[kind.key], *legacy):
        first = compile_template(text, overrides_of(standard)).parts[0]
        if first.token is None:
            yield first.values[0]


_REST = r"[^\s`|\"'()<>\[\]{}]{1,250}"


def _led_by(lead: str, text: str) -> Iterator[str]:
    for match in re.finditer(re.escape(lead) + _REST, text):
        yield match.group().rstrip(".,;:!?*_-")
