"""Stand-ins for extensions that the throwaway server's build lacks.

Migrations need the names, types and signatures, not the cryptography: the functions return values
of the right kind. The folder that is written here goes on the server's ``extension_control_path``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psycopg import Connection

_UUID = "".join(
    f"""
CREATE FUNCTION {name}({arguments}) RETURNS uuid LANGUAGE sql {volatility}
    AS 'SELECT pg_catalog.{result}';"""
    for name, arguments, volatility, result in (
        ("uuid_nil", "", "IMMUTABLE", "uuid(repeat(''0'', 32))"),
        ("uuid_ns_dns", "", "IMMUTABLE", "uuid(md5(''dns''))"),
        ("uuid_ns_url", "", "IMMUTABLE", "uuid(md5(''url''))"),
        ("uuid_ns_oid", "", "IMMUTABLE", "uuid(md5(''oid''))"),
        ("uuid_ns_x500", "", "IMMUTABLE", "uuid(md5(''x500''))"),
        ("uuid_generate_v1", "", "VOLATILE", "gen_random_uuid()"),
        ("uuid_generate_v1mc", "", "VOLATILE", "gen_random_uuid()"),
        ("uuid_generate_v3", "namespace uuid, name text", "IMMUTABLE", "uuid(md5(name))"),
        ("uuid_generate_v4", "", "VOLATILE", "gen_random_uuid()"),
        ("uuid_generate_v5", "namespace uuid, name text", "IMMUTABLE", "uuid(md5(name))"),
    )
)

_CRYPTO = "".join(
    f"""
CREATE FUNCTION {name}({arguments}) RETURNS {returns} LANGUAGE sql {volatility}
    AS 'SELECT {result}';"""
    for name, arguments, returns, volatility, result in (
        ("digest", "bytea, text", "bytea", "IMMUTABLE", "pg_catalog.sha256($1)"),
        (
            "digest", "text, text", "bytea", "IMMUTABLE",
            "pg_catalog.sha256(pg_catalog.convert_to($1, ''UTF8''))",
        ),
        ("hmac", "bytea, bytea, text", "bytea", "IMMUTABLE", "pg_catalog.sha256($1)"),
        (
            "hmac", "text, text, text", "bytea", "IMMUTABLE",
            "pg_catalog.sha256(pg_catalog.convert_to($1, ''UTF8''))",
        ),
        ("crypt", "text, text", "text", "IMMUTABLE", "pg_catalog.md5($1)"),
        ("gen_salt", "text", "text", "VOLATILE", "$1"),
        ("gen_salt", "text, integer", "text", "VOLATILE", "$1"),
        (
            "gen_random_bytes", "integer", "bytea", "VOLATILE",
            "pg_catalog.substr(pg_catalog.decode(pg_catalog.repeat("
            "pg_catalog.md5(pg_catalog.random()::text), 64), ''hex''), 1, $1)",
        ),
        ("encrypt", "bytea, bytea, text", "bytea", "IMMUTABLE", "$1"),
        ("decrypt", "bytea, bytea, text", "bytea", "IMMUTABLE", "$1"),
        ("armor", "bytea", "text", "IMMUTABLE", "pg_catalog.encode($1, ''base64'')"),
        ("dearmor", "text", "bytea", "IMMUTABLE", "pg_catalog.decode($1, ''base64'')"),
        (
            "pgp_sym_encrypt", "text, text", "bytea", "VOLATILE",
            "pg_catalog.convert_to($1, ''UTF8'')",
        ),
        (
            "pgp_sym_decrypt", "bytea, text", "text", "IMMUTABLE",
            "pg_catalog.convert_from($1, ''UTF8'')",
        ),
    )
)  # fmt: skip

EXTENSIONS = {"pgcrypto": _CRYPTO, "uuid-ossp": _UUID}
"""The scripts of the stand-ins, by extension."""


@contextmanager
def extension_folder() -> Iterator[Path]:
    """A folder with the stand-ins, readable by whoever runs the server."""
    with tempfile.TemporaryDirectory(prefix="ctb-lint-ext-", dir="/tmp") as folder:
        extensions = Path(folder, "extension")
        extensions.mkdir()
        for name, script in EXTENSIONS.items():
            control = extensions / f"{name}.control"
            control.write_text("default_version = '1.0'\nrelocatable = true\ntrusted = true\n")
            (extensions / f"{name}--1.0.sql").write_text(script)
        # Whatever the umask of whoever runs this.
        for path in (extensions.parent, extensions):
            path.chmod(0o755)
        for path in extensions.iterdir():
            path.chmod(0o644)
        yield extensions.parent


def stand_ins(connection: Connection[Any]) -> dict[str, str]:
    """The functions in the connection's database that stand in for an extension's own, which are
    none of SQL, with the extension."""
    rows = connection.execute(
        "SELECT p.proname::text, e.extname::text FROM pg_catalog.pg_extension e"
        " JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_extension'::regclass"
        " AND d.refobjid = e.oid AND d.classid = 'pg_catalog.pg_proc'::regclass"
        " JOIN pg_catalog.pg_proc p ON p.oid = d.objid"
        " JOIN pg_catalog.pg_language l ON l.oid = p.prolang"
        " WHERE l.lanname = 'sql' AND e.extname = ANY (%s)",
        [list(EXTENSIONS)],
    )
    return dict(rows.fetchall())


def offer_extensions(connection: Connection[Any], folder: Path) -> None:
    """Lets every later session of the connection's database, and this one, create them."""
    from psycopg import sql

    path = f"$system:{folder}"
    row = connection.execute("SELECT current_database()").fetchone()
    assert row is not None
    connection.execute(
        sql.SQL("ALTER DATABASE {} SET extension_control_path = {}").format(
            sql.Identifier(row[0]), sql.Literal(path)
        )
    )
