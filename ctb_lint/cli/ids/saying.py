"""What is said of an id: in a line, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ctb_lint.reporters.sanitise import visible

if TYPE_CHECKING:
    from ctb_lint.recognition import Recognised

_SHOWN = 80


def sentence(found: Recognised) -> str:
    """One line: the id, and what it is or why it is none."""
    from ctb_lint.id_checks import Status

    verdict = found.verdict
    text = found.text if len(found.text) <= _SHOWN else f"{found.text[:_SHOWN]}…"
    said = {
        Status.OK: f"ok: {found.kind}",
        Status.LEGACY: f"warning: {found.kind} of the legacy format {verdict.template}",
        Status.MALFORMED: f"malformed: {verdict.why}; the nearest format is {verdict.template} "
        f"({found.kind})",
    }
    return f"{visible(text)}: {visible(said[verdict.status])}\n"


def as_json(found: Recognised) -> dict[str, Any]:
    """All that is known of it. Of one that is malformed ``kind`` and ``format`` are the nearest."""
    verdict = found.verdict
    return {
        "value": found.text,
        "status": verdict.status.value,
        "kind": found.kind,
        "format": verdict.template,
        "parts": dict(found.parts),
        "why": verdict.why,
        "part": verdict.part,
    }
