"""Names and texts that were made to do harm are names and texts."""

from __future__ import annotations

import doctest
from types import ModuleType

import pytest
from psycopg import sql

from ctb_lint.model import Grant, QualifiedName, quoted
from ctb_lint.readers.postgres import names, objects, printed
from ctb_lint.readers.postgres.inspect import inspect
from ctb_lint.readers.postgres.printed import condition, elements
from ctb_lint.readers.postgres.rights import grants
from tests.postgres import Server

HOSTILE = (
    '"; drop table x; --',
    "it's",
    'double "" quotes',
    "new\nline",
    "tab\tand\rreturn",
    "\x1b[31mred\x1b[0m",
    "right\u202eleft",
    "é" * 31,
    "名" * 21,
    "back\\slash",
    "WHEN (x) EXECUTE FUNCTION y(",
    "a) WITH =, (b",
    " ",
    "a=b/c,{d}",
    "%s %(x)s",
    "CHOSEN",
)
EVERYTHING = """
CREATE SCHEMA {name};
CREATE TYPE {name}.{name} AS ENUM ({text}, 'other');
CREATE DOMAIN {name}.{domain} AS text CONSTRAINT {name} CHECK (VALUE <> {text});
CREATE SEQUENCE {name}.{sequence};
CREATE FUNCTION {name}.{name}() RETURNS trigger LANGUAGE plpgsql AS {body};
CREATE TABLE {name}.{table} (
    {name} text NOT NULL DEFAULT {text} PRIMARY KEY,
    {kind} {name}.{name} DEFAULT {text},
    CONSTRAINT {check} CHECK ({name} <> {text}),
    CONSTRAINT {exclusion} EXCLUDE USING btree ({name} WITH =) WHERE ({name} <> {text})
);
CREATE INDEX {index} ON {name}.{table} ((lower({name}) || {text})) WHERE {name} > {text};
CREATE TRIGGER {name} BEFORE UPDATE OF {name} ON {name}.{table} FOR EACH ROW
    WHEN (NEW.{name} <> {text}) EXECUTE FUNCTION {name}.{name}({text}, 'x) EXECUTE FUNCTION y(');
CREATE POLICY {name} ON {name}.{table} USING ({name} = {text});
CREATE VIEW {name}.{view} AS SELECT {name} FROM {name}.{table} WHERE {name} <> {text};
COMMENT ON TABLE {name}.{table} IS {text};
COMMENT ON COLUMN {name}.{table}.{name} IS {text};
"""


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_come_back_as_they_are(server: Server, name: str) -> None:
    def short(suffix: str) -> str:
        return name.encode()[: 63 - len(suffix)].decode(errors="ignore") + suffix

    others = {
        word: sql.Identifier(short(word[:2]))
        for word in (
            "domain", "sequence", "table", "kind", "check", "exclusion", "index", "view",
        )
    }  # fmt: skip
    body = f"/* {name} */ BEGIN RETURN NEW; END"
    with server.database() as connection:
        connection.execute(
            sql.SQL(EVERYTHING).format(
                name=sql.Identifier(name), text=sql.Literal(name), body=sql.Literal(body), **others
            )
        )  # fmt: skip
        found = inspect(connection)
    assert found.knowledge.unknown == ()
    assert found.schemas == tuple(sorted((name, "public")))
    own = QualifiedName(name, name)
    assert found.enums[own].values == (name, "other")
    (domain,) = found.domains.values()
    assert [(c.name, c.expr and c.expr.columns) for c in domain.constraints] == [(name, ("value",))]
    (table,) = found.tables.values()
    assert (table.name, table.comment) == (QualifiedName(name, short("ta")), name)
    assert [c.name for c in table.columns] == [name, short("ki")]
    literals = [c.default.literal for c in table.columns if c.default]
    assert literals == [name, name]
    assert table.columns[0].comment == name
    assert {c.name: c.columns for c in table.constraints} == {
        short("ch"): (name,),
        short("ex"): (name,),
        table.constraints_of(table.primary_key.kind)[0].name: (name,),  # type: ignore[union-attr]
    }
    (exclusion,) = [c for c in table.constraints if c.name == short("ex")]
    assert exclusion.definition == f"{quoted(name)} WITH ="
    assert exclusion.expr is not None
    assert exclusion.expr.columns == (name,)
    (index,) = table.indexes
    assert (index.name, index.keys[0].expr and index.keys[0].expr.columns) == (short("in"), (name,))
    assert index.predicate is not None
    (trigger,) = table.triggers
    assert (trigger.name, trigger.function, trigger.columns) == (name, own, (name,))
    assert trigger.when is not None
    assert trigger.when.columns == (name,)
    (policy,) = table.policies
    assert (policy.name, policy.using and policy.using.columns) == (name, (name,))
    (view,) = found.views.values()
    assert (view.columns, view.depends_on) == ((name,), (table.name,))
    (function,) = found.functions
    assert (function.name, function.body) == (own, body)
    assert list(found.sequences) == [QualifiedName(name, short("se"))]


@pytest.mark.parametrize(
    "role", ['"', "a=b/c", "comma, brace}", "'", "with space", "ünï", "Upper", "public ", "plain"]
)
def test_the_grants_of_a_role_of_any_name(server: Server, role: str) -> None:
    with server.database() as connection:
        name = sql.Identifier(role)
        connection.execute(sql.SQL("CREATE ROLE {}").format(name))
        try:
            connection.execute('CREATE TABLE t (a int, "b,}" int)')
            for what in (
                "SELECT, INSERT ON t TO {}", "UPDATE ON t TO {} WITH GRANT OPTION",
                "TRIGGER ON t TO PUBLIC", 'REFERENCES ("b,}}", a) ON t TO {}',
            ):  # fmt: skip
                connection.execute(sql.SQL("GRANT " + what).format(name))
            (table,) = inspect(connection).tables.values()
        finally:
            connection.execute(sql.SQL("DROP OWNED BY {}; DROP ROLE {}").format(name, name))
    assert (table.owner, table.grants) == (
        "postgres",
        (
            *sorted(
                (
                    Grant("public", ("trigger",)),
                    Grant(role, ("insert", "select")),
                    Grant(role, ("update",), (), True),
                ),
                key=lambda grant: (grant.grantee, grant.grantable),
            ),
            Grant(role, ("references",), ("a", "b,}")),
        ),
    )


def test_access_control_lists() -> None:
    items = ["=r/o", "o=arwdDxtm/o", '"a""b"=a*r/o', "c=/o"]
    assert grants(items, "o") == (
        Grant('a"b', ("select",)),
        Grant('a"b', ("insert",), (), True),
        Grant("public", ("select",)),
    )
    assert grants(None, "o") == ()


def test_what_stands_in_printed_definitions() -> None:
    trigger = (
        "CREATE TRIGGER \"WHEN (x)\" AFTER INSERT ON t FOR EACH ROW WHEN ((new.a > ') EXECUTE'))"
        " EXECUTE FUNCTION f(') EXECUTE FUNCTION ')"
    )
    assert condition(trigger) == "(new.a > ') EXECUTE')"
    assert condition("CREATE TRIGGER t AFTER INSERT ON t EXECUTE FUNCTION f()") is None
    exclusion = "EXCLUDE USING gist (\")\" WITH =, f(a, '(') WITH &&) WHERE ((b > 0))"
    assert elements(exclusion) == "\")\" WITH =, f(a, '(') WITH &&"
    assert elements("") == ""


@pytest.mark.parametrize("module", [names, objects, printed])
def test_the_examples_of_the_documentation(module: ModuleType) -> None:
    tried = doctest.testmod(module)
    assert (tried.failed, tried.attempted > 0) == (0, True)
