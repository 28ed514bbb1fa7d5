"""Rows of ``pg_trigger`` and ``pg_policy``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from ctb_lint.model import Policy, QualifiedName, Trigger
from ctb_lint.readers.postgres.context import Context
from ctb_lint.readers.postgres.names import Row
from ctb_lint.readers.postgres.printed import condition

_ROW, _BEFORE, _INSTEAD = 1, 2, 64
_EVENTS = {4: "insert", 8: "delete", 16: "update", 32: "truncate"}
ENABLED = {"O": "origin", "A": "always", "R": "replica", "D": "disabled"}
"""When a trigger fires: by the letter of ``tgenabled`` and its like."""
_COMMANDS = {"*": "all", "r": "select", "a": "insert", "w": "update", "d": "delete"}


def triggers(rows: Iterable[Row], context: Context) -> Mapping[int, list[Trigger]]:
    """The triggers of each relation, sorted by name."""
    found: defaultdict[int, list[Trigger]] = defaultdict(list)
    for (
        relation, oid, name, bits, schema, function, conditional, definition, numbers, enabled,
        constraint,
    ) in rows:  # fmt: skip
        when = condition(definition) if definition else None
        found[relation].append(
            Trigger(
                name=name,
                timing="instead of" if bits & _INSTEAD else "before" if bits & _BEFORE else "after",
                events=tuple(event for bit, event in _EVENTS.items() if bits & bit),
                level="row" if bits & _ROW else "statement",
                function=QualifiedName(schema, function),
                when=context.expression(relation, "triggers", conditional, when),
                columns=context.named(relation, [int(number) for number in numbers.split()]),
                enabled=ENABLED[enabled],
                constraint=constraint,
                comment=context.names.comment("pg_trigger", oid),
            )
        )
    for group in found.values():
        group.sort(key=lambda trigger: trigger.name)
    return found


def policies(rows: Iterable[Row], context: Context) -> Mapping[int, list[Policy]]:
    """The policies of each table, sorted by name."""
    found: defaultdict[int, list[Policy]] = defaultdict(list)
    for (
        relation, oid, name, command, permissive, roles, has_using, using, has_check, check,
    ) in rows:  # fmt: skip
        found[relation].append(
            Policy(
                name=name,
                command=_COMMANDS[command],
                permissive=permissive,
                roles=tuple(sorted(roles)),
                using=context.expression(relation, "policies", has_using, using),
                check=context.expression(relation, "policies", has_check, check),
                comment=context.names.comment("pg_policy", oid),
            )
        )
    for group in found.values():
        group.sort(key=lambda policy: policy.name)
    return found
