"""Findings without the passwords that stand in what was read."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import structs

from ctb_lint.passwords import masked, scrubber
from ctb_lint.report import Because, Reported, Skipped
from ctb_lint.rule import Related


def without_passwords(
    findings: Iterable[Reported], skipped: Iterable[Skipped], texts: Iterable[str]
) -> tuple[tuple[Reported, ...], tuple[Skipped, ...]]:
    """The same findings and reasons, none of which quotes a password of the texts."""
    scrub = scrubber(texts)
    if scrub is masked:
        return tuple(findings), tuple(skipped)
    return (
        tuple(_finding(one, scrub) for one in findings),
        tuple(structs.replace(one, reason=scrub(one.reason)) for one in skipped),
    )


def _finding(one: Reported, scrub: Callable[[str], str]) -> Reported:
    because = one.because and Because(scrub(one.because.text), one.because.location)
    return structs.replace(
        one,
        message=scrub(one.message),
        hint=scrub(one.hint) if one.hint else None,
        facet=scrub(one.facet),
        because=because,
        related=tuple(Related(scrub(note.message), note.location) for note in one.related),
    )
