"""Which id a text is: its kind, its format and its parts; of a text that is none, the nearest
format and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from ctb_lint.formats import Template, compile_template, overrides_of
from ctb_lint.id_checks import Status, Verdict, check
from ctb_lint.standard import DEFAULT_FORMATS, Standard

KINDS = tuple(DEFAULT_FORMATS)


class Recognised(Struct, frozen=True):
    """What a text is. Of a malformed one ``kind`` and ``template`` are the nearest, ``why`` is a
    sentence about what is wrong, and there are no ``parts``."""

    text: str
    kind: str
    verdict: Verdict
    parts: Mapping[str, str] = {}

    @property
    def well_formed(self) -> bool:
        """Whether it is an id, if only of a legacy format."""
        return self.verdict.status is not Status.MALFORMED


def recognised(text: str, standard: Standard, kinds: Iterable[str] = KINDS) -> Recognised:
    """What the text is, of these kinds; one that could be several is the first of them. Formats
    in use come before legacy ones."""
    overrides = overrides_of(standard)
    formats, legacy = dict(standard.formats), dict(standard.legacy_formats)
    found = [(kind, check(text, formats[kind], legacy.get(kind, ()), overrides)) for kind in kinds]
    for wanted in (Status.OK, Status.LEGACY):
        for kind, verdict in found:
            if verdict.status is wanted:
                parts = compile_template(verdict.template, overrides).parse(text) or {}
                return Recognised(text, kind, verdict, parts)

    def nearness(one: tuple[str, Verdict]) -> tuple[bool, bool, float]:
        return _nearness(compile_template(one[1].template, overrides), one[1], text)

    return Recognised(text, *max(found, key=nearness))


def _nearness(template: Template, verdict: Verdict, text: str) -> tuple[bool, bool, float]:
    """How near a text comes to a template: its beginning, whether only one part is wrong, and how
    many of the separators stand in it."""
    literals = [part.values[0].casefold() for part in template.parts if part.token is None]
    folded = text[: 2 * _FAR].casefold()
    led = template.parts[0].token is None and folded.startswith(literals[0])
    at, met = 0, 0
    for literal in literals:
        found = folded.find(literal, at)
        if found >= 0:
            at, met = found + len(literal), met + 1
    return led, verdict.part is not None, met / len(literals) if literals else 0.0


_FAR = 255
"""Further than an id is long nothing is looked at."""
