"""A trigger is missing, not declared, or does something else than is declared.

What the trigger was to keep up (a time of change, an audit log, a rule) is kept up no more, and no
statement fails. One that nobody declared changes rows behind the back of who writes them.

Make it again as it is declared, or switch it on:

    ALTER TABLE public.orders ENABLE TRIGGER touch_orders;
"""

from collections.abc import Callable, Iterator

from ctb_lint.contrasts import contrast, declares, or_declare, where
from ctb_lint.ddl import expression, listed
from ctb_lint.differences import TriggerDiffers
from ctb_lint.facts_in_words import told
from ctb_lint.model import Trigger, quoted
from ctb_lint.rule import WARNING, Example, Finding, rule


@rule(
    "S054",
    severity=WARNING,
    # Who finds it switched off in the database alone.
    subsumes=("E027",),
)
def trigger_differs(difference: TriggerDiffers) -> Iterator[Finding]:
    wanted, found, table = difference.wanted, difference.found, difference.table
    name = quoted(difference.object.name)
    if found is None:
        fact = f"is not {where(difference)}; {declares(difference)} it"
        hint = "make it as it is declared"
    elif wanted is None:
        fact = f"is {where(difference)}; {declares(difference)} none"
        hint = or_declare(difference, "the trigger")
    else:
        fact = told(difference, difference.what, _fact, wanted, found)
        hint = f"make it again as it is declared, or {or_declare(difference, 'what is there')}"
        if difference.what == ("enabled",):
            hint = f"type `ALTER TABLE {table} {_SWITCH[wanted.enabled]} TRIGGER {name};`"
    yield contrast(difference, f"trigger {name} of {table} {fact}", hint=hint)


_SWITCH = {
    "origin": "ENABLE", "always": "ENABLE ALWAYS", "replica": "ENABLE REPLICA",
    "disabled": "DISABLE",
}  # fmt: skip


_STATES = {
    "origin": "enabled", "always": "enabled always", "replica": "enabled in replicas",
    "disabled": "disabled",
}  # fmt: skip


def _fact(trigger: Trigger, fact: str) -> str:
    return _FACTS[fact](trigger)


_FACTS: dict[str, Callable[[Trigger], str]] = {
    "timing": lambda t: t.timing.upper(),
    "events": lambda t: " OR ".join(event.upper() for event in sorted(t.events)),
    "level": lambda t: f"FOR EACH {t.level.upper()}",
    "function": lambda t: f"calling {t.function}",
    "when": lambda t: f"WHEN ({expression(t.when)})" if t.when else "without WHEN",
    "columns": lambda t: f"OF {listed(t.columns)}" if t.columns else "of all columns",
    "enabled": lambda t: _STATES[t.enabled],
    "constraint": lambda t: "a constraint trigger" if t.constraint else "a plain trigger",
}


_TABLE = """
        CREATE TABLE orders (id int, state text, total int); {one}
        CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TRIGGER touch_orders BEFORE UPDATE ON orders {two}
            FOR EACH ROW WHEN (NEW.total > 0) EXECUTE FUNCTION touch();
"""

VALID = [
    Example(
        f"""
        {_TABLE.format(one="", two="")}
        -- file: live.sql
        CREATE OR REPLACE TRIGGER "touch_orders" BEFORE UPDATE ON public.orders
            FOR EACH ROW WHEN ((NEW.total > 0)) EXECUTE PROCEDURE public.touch();
        """,
        live=True,
    ),
]

INVALID = [
    Example(
        f"""
        {_TABLE.format(one="--! S054", two="--! S054")}
        -- file: live.sql
        ALTER TABLE orders DISABLE TRIGGER touch_orders;
        CREATE TRIGGER other AFTER INSERT ON orders EXECUTE FUNCTION touch();
        """,
        live=True,
    ),
    Example(
        f"""
        {_TABLE.format(one="", two="--! S054")}
        -- file: live.sql
        CREATE OR REPLACE TRIGGER touch_orders AFTER INSERT OR UPDATE OF total ON orders
            FOR EACH ROW WHEN (NEW.total >= 0) EXECUTE FUNCTION touch();
        """,
        live=True,
    ),
]
