"""A cheap hash of the catalogs, part by part: did a statement change anything?

What is hashed are meanings, not row versions: a no-op update, a rewrite of a table, a rebuilt
index or new statistics leave every part as it was. Trees of expressions are hashed as stored,
which PostgreSQL 17 and later store without source positions.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from psycopg import Connection

Fingerprint = dict[str, tuple[int, int | None]]

_FIRST_USER_OID = 16384
_RELATIONS = "('r', 'p', 'f', 'v', 'm', 'c')"
_DESCRIBED = "('pg_type', 'pg_proc', 'pg_constraint', 'pg_trigger', 'pg_policy')"
# Neither temporary relations, which a COMMIT may drop, nor TOAST, which a rewrite makes anew.
_LASTING = "relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname ~ '^pg_')"
_COMMENTED = f"""(classoid IN (SELECT oid FROM pg_class WHERE oid < {{first}}
            AND relname IN {_DESCRIBED})
        OR classoid = 'pg_class'::regclass AND EXISTS (SELECT FROM pg_class c
            WHERE c.oid = objoid AND (c.relkind IN ('r', 'p', 'f')
                OR c.relkind IN ('v', 'm', 'i', 'I') AND objsubid = 0))
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = objoid AND contype <> 'f'))"""
"""Comments on what the model keeps comments of: no columns of views, no sequences, no indexes of
constraints."""

_MODELLED = {
    "schemas": ("nspname", "pg_namespace WHERE oid >= {first} AND nspname !~ '^pg_'"),
    "extensions": ("extname, extnamespace", "pg_extension WHERE oid >= {first}"),
    "relations": (
        "oid, relname, relnamespace, relkind, relpersistence, relrowsecurity,"
        " relforcerowsecurity, relispartition",
        f"pg_class WHERE oid >= {{first}} AND relkind IN {_RELATIONS} AND {_LASTING}",
    ),
    "inheritance": (
        "inhrelid, inhparent, inhseqno",
        "pg_inherits JOIN pg_class c ON c.oid = inhrelid AND c.relkind NOT IN ('i', 'I')",
    ),
    "partition keys": ("partrelid, partstrat, partattrs, partexprs", "pg_partitioned_table"),
    "columns": (
        "attrelid, attnum, attname, atttypid, atttypmod, attnotnull, attidentity, attgenerated,"
        " attcollation",
        f"pg_attribute JOIN pg_class c ON c.oid = attrelid AND c.relkind IN {_RELATIONS}"
        f" AND c.{_LASTING}"
        " WHERE attrelid >= {first} AND attnum > 0 AND NOT attisdropped",
    ),
    "defaults": (
        "adrelid, adnum, adbin",
        f"pg_attrdef JOIN pg_class c ON c.oid = adrelid AND c.{_LASTING}",
    ),
    "constraints": (
        "conname, contype, condeferrable, condeferred, convalidated, conrelid, contypid,"
        " confrelid, confupdtype, confdeltype, confmatchtype, connoinherit, conkey, confkey,"
        " confdelsetcols, conexclop, conbin",
        f"pg_constraint WHERE oid >= {{first}} AND {_LASTING.replace('rel', 'con', 1)}",
    ),
    "indexes": (
        "c.relname, c.relam, indrelid, indisunique, indnullsnotdistinct, indisprimary,"
        " indisvalid, indnkeyatts, indkey, indcollation, indclass, indoption, indexprs, indpred",
        f"pg_index JOIN pg_class c ON c.oid = indexrelid AND c.{_LASTING}"
        " WHERE indrelid >= {first}",
    ),
    "views": ("ev_class, ev_action", "pg_rewrite WHERE oid >= {first} AND rulename = '_RETURN'"),
    "view options": (
        "oid, reloptions",
        "pg_class WHERE oid >= {first} AND relkind IN ('v', 'm') AND reloptions IS NOT NULL",
    ),
    "types": (
        "oid, typname, typnamespace, typtype, typisdefined, typbasetype, typtypmod, typnotnull,"
        " typdefaultbin, typcollation",
        f"pg_type WHERE oid >= {{first}} AND {_LASTING.replace('rel', 'typ', 1)}",
    ),
    "enums": ("enumtypid, enumsortorder, enumlabel", "pg_enum WHERE oid >= {first}"),
    "sequences": (
        "seqrelid, seqtypid, d.refobjid, d.refobjsubid",
        f"pg_sequence JOIN pg_class c ON c.oid = seqrelid AND c.{_LASTING}"
        " LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass"
        " AND d.objid = seqrelid AND d.refobjsubid > 0",
    ),
    "functions": (
        "oid, proname, pronamespace, prokind, prosecdef, provolatile, prolang, prorettype,"
        " proretset, proargtypes, prosrc, prosqlbody, proconfig",
        "pg_proc WHERE oid >= {first}",
    ),
    "triggers": (
        "tgrelid, tgname, tgfoid, tgtype, tgenabled, tgconstraint <> 0, tgattr, tgqual",
        "pg_trigger WHERE NOT tgisinternal",
    ),
    "policies": (
        "polrelid, polname, polcmd, polpermissive, polroles, polqual, polwithcheck",
        "pg_policy",
    ),
    "comments": (
        "objoid, classoid, objsubid, description",
        f"pg_description WHERE objoid >= {{first}} AND {_COMMENTED}",
    ),
    "grants": (
        "oid, relacl",
        f"pg_class WHERE oid >= {{first}} AND relacl IS NOT NULL AND relkind IN {_RELATIONS}",
    ),
    "column grants": (
        "attrelid, attnum, attacl",
        "pg_attribute WHERE attrelid >= {first} AND attacl IS NOT NULL",
    ),
    "function grants": ("oid, proacl", "pg_proc WHERE oid >= {first} AND proacl IS NOT NULL"),
}

_OTHER = {
    "owners": (
        "oid, relowner",
        f"pg_class WHERE oid >= {{first}} AND relkind IN {_RELATIONS} AND {_LASTING}",
    ),
    "replica identities": (
        "oid, relreplident",
        f"pg_class WHERE oid >= {{first}} AND relkind IN ('r', 'p') AND {_LASTING}",
    ),
    "partition bounds": (
        "oid, relpartbound",
        "pg_class WHERE oid >= {first} AND relpartbound IS NOT NULL",
    ),
    "sequence options": (
        "seqrelid, seqstart, seqincrement, seqmax, seqmin, seqcache, seqcycle",
        f"pg_sequence JOIN pg_class c ON c.oid = seqrelid AND c.{_LASTING}",
    ),
    "rules": (
        "ev_class, rulename, ev_type, ev_enabled, is_instead, ev_qual, ev_action",
        "pg_rewrite WHERE oid >= {first} AND rulename <> '_RETURN'",
    ),
    "other comments": (
        "objoid, classoid, objsubid, description",
        f"pg_description WHERE objoid >= {{first}} AND NOT {_COMMENTED}",
    ),
    "schema grants": (
        "oid, nspacl, nspowner",
        "pg_namespace WHERE oid = 2200 OR oid >= {first} AND nspname !~ '^pg_'",
    ),
    **{
        catalog: (f"{catalog}::text", f"{catalog} WHERE oid >= {{first}}")
        for catalog in (
            "pg_operator", "pg_opclass", "pg_opfamily", "pg_cast", "pg_collation",
            "pg_conversion", "pg_ts_config", "pg_ts_dict", "pg_foreign_server",
            "pg_foreign_data_wrapper", "pg_user_mapping", "pg_default_acl", "pg_language",
            "pg_publication", "pg_publication_rel", "pg_event_trigger", "pg_am",
        )
    },
    "roles": (
        "oid, rolname, rolsuper, rolcreaterole, rolcreatedb, rolcanlogin, rolbypassrls",
        "pg_authid WHERE oid >= {first}",
    ),
    "memberships": ("roleid, member", "pg_auth_members WHERE roleid >= {first}"),
    "settings": ("setdatabase, setrole, setconfig", "pg_db_role_setting"),
}  # fmt: skip

# Planner and storage settings are not even part of this: no source speaks of them.

MODELLED = frozenset(_MODELLED)
"""The parts of the catalogs that the model has words for."""


_PARTS = {**_MODELLED, **_OTHER}
_ALSO_READS = {"indexes": "pg_class", "sequences": "pg_depend"}
"""Of a part that joins a second catalog whose changes matter: that catalog."""


def _catalogs(part: str) -> set[str]:
    first = _PARTS[part][1].split()[0]
    return {first, _ALSO_READS.get(part, first)}


_CATALOGS = sorted(set().union(*(_catalogs(part) for part in _PARTS)))

_SUMS = " + ".join(
    f"pg_stat_get_{where}tuples_{what}(oid)"
    for where in ("", "xact_")
    for what in ("inserted", "updated", "deleted")
)
_COUNTERS = (
    f"SELECT relname::text, {_SUMS} FROM pg_catalog.pg_class"
    f" WHERE relname = ANY('{{{','.join(_CATALOGS)}}}') AND relnamespace = 11"
).encode()


class Watch:
    """The fingerprint of one database, kept up with what this connection does to it.

    The server's own counters of rows written say which catalogs a statement touched at all: only
    those are hashed again. Without that, a large schema takes 40 ms a statement.
    """

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection
        self._counters = self._count()
        self.fingerprint = fingerprint(connection)

    def update(self, *, undone: bool = False) -> tuple[str, ...]:
        """Brings the fingerprint up to date, and returns the parts that changed, sorted.

        ``undone`` says that a rollback took rows back, which no counter tells.
        """
        counters = self._count()
        touched = {
            name for name, count in counters.items() if undone or self._counters[name] != count
        }
        self._counters = counters
        parts = [part for part in _PARTS if _catalogs(part) & touched]
        if not parts:
            return ()
        before = self.fingerprint
        self.fingerprint = {**before, **fingerprint(self._connection, parts)}
        return changed(before, self.fingerprint)

    def _count(self) -> dict[str, int]:
        # Outside a transaction the counters reach the shared statistics once a second, unless
        # asked for; within one they stand with the transaction.
        self._connection.execute(b"SELECT pg_catalog.pg_stat_force_next_flush()", prepare=True)
        return dict(self._connection.execute(_COUNTERS, prepare=True).fetchall())


def fingerprint(connection: Connection[Any], parts: Iterable[str] = _PARTS) -> Fingerprint:
    """Of each part of the catalogs, how many rows it has and a hash of their meaning."""
    query = " UNION ALL ".join(
        f"SELECT '{part}', count(*), bit_xor(hashtextextended(ROW({_PARTS[part][0]})::text, 0))"
        f" FROM pg_catalog.{_PARTS[part][1].format(first=_FIRST_USER_OID)}"
        for part in parts
    )
    with connection.cursor() as cursor:
        rows = cursor.execute(query.encode(), prepare=True).fetchall()
    return {part: (count, digest) for part, count, digest in rows}


def changed(before: Fingerprint, after: Fingerprint) -> tuple[str, ...]:
    """The parts that differ, sorted."""
    return tuple(sorted(part for part, value in after.items() if before.get(part) != value))
