"""The process that an entry links its table to is not named as processes are.

`process_id` ties the rows of a table to the process that wrote them. An id of another form in the
catalogue cannot be searched for: no row has it, and no log.

Write it as the standard has it, with `{date}` where each run has its own:

    - HEIR Process: `shq.03.imo.V1.{date}.error_tracking`

Other parts may not be left open: they tell one process from another.
"""

from collections.abc import Iterator

from ctb_lint.claims import Claims
from ctb_lint.demands import LinkedProcess
from ctb_lint.formats import overrides_of
from ctb_lint.id_checks import Status, check
from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.rule import ERROR, WARNING, Finding, rule
from ctb_lint.standard import Standard
from ctb_lint.tokens import shown

_OPEN = "{date}"
_SOME_DAY = "20250131"


@rule("T038", severity=ERROR, doctrine=True)
def malformed_linked_process(
    demand: LinkedProcess, standard: Standard, claims: Claims
) -> Iterator[Finding]:
    templates = dict(standard.formats)["process_id"]
    legacy = dict(standard.legacy_formats).get("process_id", ())
    verdict = check(
        demand.id.replace(_OPEN, _SOME_DAY, 1), templates, legacy, overrides_of(standard)
    )
    if verdict.status is Status.OK:
        return
    is_legacy = verdict.status is Status.LEGACY
    legacy_fault = f"is of the legacy format {verdict.template}"
    fault = legacy_fault if is_legacy else f"is no process id: {verdict.why}"
    yield Finding(
        message=f"{shown(demand.id)}, the process that {demand.table} is linked to, {fault}",
        object=ObjectId(ObjectKind.TABLE, demand.table.schema, None, demand.table.name),
        at=demand.origin.location,
        facet=demand.id,
        hint=f"write {' or '.join(templates)}",
        because=demand,
        severity=WARNING if is_legacy else None,
    )


_ENTRY = """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### D - Dependencies

    **Linked Processes**:
    - HEIR Process: {process}
"""

VALID = [
    _ENTRY.format(process="`shq.03.imo.V1.{date}.error_tracking`"),
    _ENTRY.format(process="`shq.03.imo.V1.2.20250819.error-tracking`"),
]

INVALID = [
    _ENTRY.format(process="`shq.03.imo.V1.{date}` <!--! T038 -->"),
    _ENTRY.format(process="`shq.03.imo.V1.{day}.error_tracking` <!--! T038 -->"),
    _ENTRY.format(process="`shq.03.{app}.V1.{date}.error_tracking` <!--! T038 -->"),
    _ENTRY.format(process="`shq.03.imo.V1.20250231.error_tracking` <!--! T038 -->"),
    _ENTRY.format(process="error tracking <!--! T038 -->"),
]
