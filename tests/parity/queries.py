"""What the introspection asks of ``pg_catalog``: one query a kind of object.

All run with an empty ``search_path``, so that what PostgreSQL deparses is qualified. Facts that
only newer servers have are read through ``to_jsonb`` of the row, which knows no missing columns.
"""

from __future__ import annotations


def _type(oid: str, modifier: str) -> str:
    """A type as JSON: the schema and name of its element, what ``format_type`` says, whether it
    is an array of that. The storage test tells real arrays from ``int2vector``."""
    return f"""(
        SELECT jsonb_build_object(
            'schema', tn.nspname, 'name', tb.typname, 'array', tb.oid <> tt.oid,
            'formatted', format_type(tb.oid, {modifier}))
        FROM pg_type tt
        JOIN pg_type tb ON tb.oid = CASE
            WHEN tt.typelem <> 0 AND tt.typstorage <> 'p'
                AND tt.typsubscript = 'array_subscript_handler'::regproc
            THEN tt.typelem ELSE tt.oid END
        JOIN pg_namespace tn ON tn.oid = tb.typnamespace
        WHERE tt.oid = {oid})"""


def _names(numbers: str, relation: str) -> str:
    """The names of a relation's attributes, in the order of an array of their numbers."""
    return f"""ARRAY(
        SELECT na.attname::text
        FROM unnest({numbers}) WITH ORDINALITY AS nu(number, place)
        JOIN pg_attribute na ON na.attrelid = {relation} AND na.attnum = nu.number
        ORDER BY nu.place)"""


def _own(catalog: str, oid: str) -> str:
    """Neither a system object nor one that came with an extension; needs ``n``, its schema."""
    return f"""n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND NOT EXISTS (
            SELECT FROM pg_depend de
            WHERE de.classid = '{catalog}'::regclass AND de.objid = {oid} AND de.deptype = 'e')"""


SCHEMAS = f"""
    SELECT n.nspname::text AS name FROM pg_namespace n
    WHERE {_own("pg_namespace", "n.oid")} ORDER BY 1"""

EXTENSIONS = "SELECT extname::text AS name FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1"

RELATIONS = f"""
    SELECT c.oid, n.nspname::text AS schema, c.relname::text AS name, c.relkind::text AS kind,
        c.relpersistence::text AS persistence, c.relrowsecurity AS row_security,
        c.relforcerowsecurity AS force_row_security, c.relispartition AS partition,
        CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS partition_key,
        CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END AS definition,
        ARRAY(SELECT jsonb_build_array(pn.nspname, p.relname)
            FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhparent
            JOIN pg_namespace pn ON pn.oid = p.relnamespace
            WHERE h.inhrelid = c.oid ORDER BY h.inhseqno) AS parents,
        ARRAY(SELECT DISTINCT jsonb_build_array(dn.nspname, dc.relname)
            FROM pg_rewrite r
            JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> c.oid
            JOIN pg_class dc ON dc.oid = d.refobjid
            JOIN pg_namespace dn ON dn.oid = dc.relnamespace
            WHERE r.ev_class = c.oid AND c.relkind IN ('v', 'm') ORDER BY 1) AS depends_on,
        coalesce(c.reloptions, '{{}}') AS options,
        obj_description(c.oid, 'pg_class') AS comment
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c') AND {_own("pg_class", "c.oid")}
    ORDER BY 2, 3"""

COLUMNS = f"""
    SELECT a.attrelid AS relation, a.attname::text AS name,
        {_type("a.atttypid", "a.atttypmod")} AS type,
        a.attnotnull AS not_null, a.attidentity::text AS identity,
        a.attgenerated::text AS generated, pg_get_expr(d.adbin, d.adrelid) AS expression,
        cn.nspname::text AS collation_schema, co.collname::text AS collation_name,
        col_description(a.attrelid, a.attnum) AS comment
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c')
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN pg_collation co ON co.oid = a.attcollation AND a.attcollation <> t.typcollation
    LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
    WHERE a.attnum > 0 AND NOT a.attisdropped AND {_own("pg_class", "c.oid")}
    ORDER BY a.attrelid, a.attnum"""

# NOT NULL constraints are the column's; what a partition or child table has from its parent is
# the parent's.
CONSTRAINTS = f"""
    SELECT o.conrelid AS relation, o.contypid AS domain, o.conname::text AS name,
        o.contype::text AS kind, {_names("o.conkey", "o.conrelid")} AS columns,
        pg_get_expr(o.conbin, o.conrelid) AS expression,
        pg_get_expr(i.indpred, i.indrelid) AS predicate,
        pg_get_constraintdef(o.oid) AS definition,
        rn.nspname::text AS referenced_schema, rc.relname::text AS referenced_table,
        {_names("o.confkey", "o.confrelid")} AS referenced_columns,
        o.confdeltype::text AS on_delete, o.confupdtype::text AS on_update,
        o.confmatchtype::text AS match,
        {_names("o.confdelsetcols", "o.conrelid")} AS set_columns,
        o.condeferrable AS deferrable, o.condeferred AS deferred, o.convalidated AS validated,
        coalesce((to_jsonb(o) ->> 'conenforced')::boolean, true) AS enforced,
        coalesce((to_jsonb(o) ->> 'conperiod')::boolean, false) AS period,
        o.contype = 'c' AND o.connoinherit AS no_inherit,
        coalesce(i.indnullsnotdistinct, false) AND o.contype = 'u' AS nulls_not_distinct,
        CASE WHEN o.contype = 'f' THEN '{{}}' ELSE
            {_names("i.indkey[i.indnkeyatts:]", "o.conrelid")} END AS include,
        am.amname::text AS method, obj_description(o.oid, 'pg_constraint') AS comment
    FROM pg_constraint o
    JOIN pg_namespace n ON n.oid = o.connamespace
    LEFT JOIN pg_class rc ON rc.oid = o.confrelid
    LEFT JOIN pg_namespace rn ON rn.oid = rc.relnamespace
    LEFT JOIN pg_index i ON i.indexrelid = o.conindid AND o.contype IN ('p', 'u', 'x')
    LEFT JOIN pg_class ic ON ic.oid = i.indexrelid
    LEFT JOIN pg_am am ON am.oid = ic.relam
    WHERE o.contype IN ('p', 'u', 'c', 'f', 'x') AND o.conparentid = 0
        AND (o.conislocal OR o.coninhcount = 0) AND {_own("pg_constraint", "o.oid")}
    ORDER BY o.conrelid, o.contypid, o.conname COLLATE "C" """

INDEXES = f"""
    SELECT i.indrelid AS relation, c.relname::text AS name, i.indisunique AS "unique",
        am.amname::text AS method, pg_get_expr(i.indpred, i.indrelid) AS predicate,
        {_names("i.indkey[i.indnkeyatts:]", "i.indrelid")} AS include,
        i.indnullsnotdistinct AS nulls_not_distinct, i.indisvalid AS valid,
        pg_get_indexdef(i.indexrelid) AS definition,
        ARRAY(SELECT jsonb_build_object(
                'column', a.attname, 'text', pg_get_indexdef(i.indexrelid, k, false),
                'option', i.indoption[k - 1],
                'opclass_schema', opn.nspname, 'opclass', op.opcname,
                'collation_schema', cn.nspname, 'collation', co.collname,
                'collation_differs', co.oid <> a.attcollation)
            FROM generate_series(1, i.indnkeyatts) AS k
            LEFT JOIN pg_attribute a
                ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k - 1] AND a.attnum > 0
            LEFT JOIN pg_opclass op ON op.oid = i.indclass[k - 1] AND NOT op.opcdefault
            LEFT JOIN pg_namespace opn ON opn.oid = op.opcnamespace
            LEFT JOIN pg_collation co ON co.oid = i.indcollation[k - 1]
            LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
            ORDER BY k) AS keys,
        obj_description(i.indexrelid, 'pg_class') AS comment
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_am am ON am.oid = c.relam
    WHERE NOT c.relispartition AND {_own("pg_class", "i.indrelid")}
        AND NOT EXISTS (SELECT FROM pg_constraint o
            WHERE o.conindid = i.indexrelid AND o.contype IN ('p', 'u', 'x'))
    ORDER BY i.indrelid, c.relname COLLATE "C" """

# The events stand in the order in which PostgreSQL deparses them. Clones on partitions are the
# parent's.
TRIGGERS = f"""
    SELECT t.tgrelid AS relation, t.tgname::text AS name, t.tgtype AS bits,
        fn.nspname::text AS function_schema, f.proname::text AS function_name,
        pg_get_triggerdef(t.oid) AS definition, {_names("t.tgattr", "t.tgrelid")} AS columns,
        t.tgenabled::text AS enabled, t.tgconstraint <> 0 AS "constraint",
        obj_description(t.oid, 'pg_trigger') AS comment
    FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_proc f ON f.oid = t.tgfoid
    JOIN pg_namespace fn ON fn.oid = f.pronamespace
    WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND {_own("pg_class", "c.oid")}
    ORDER BY t.tgrelid, t.tgname COLLATE "C" """

POLICIES = f"""
    SELECT p.polrelid AS relation, p.polname::text AS name, p.polcmd::text AS command,
        p.polpermissive AS permissive,
        ARRAY(SELECT CASE WHEN role = 0 THEN 'public' ELSE pg_get_userbyid(role)::text END
            FROM unnest(p.polroles) AS role ORDER BY 1) AS roles,
        pg_get_expr(p.polqual, p.polrelid) AS "using",
        pg_get_expr(p.polwithcheck, p.polrelid) AS "check",
        obj_description(p.oid, 'pg_policy') AS comment
    FROM pg_policy p
    JOIN pg_class c ON c.oid = p.polrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE {_own("pg_class", "c.oid")}
    ORDER BY p.polrelid, p.polname COLLATE "C" """

TYPES = f"""
    SELECT t.oid, n.nspname::text AS schema, t.typname::text AS name, t.typtype::text AS kind,
        t.typisdefined AS defined, t.typrelid AS relation,
        ARRAY(SELECT e.enumlabel::text FROM pg_enum e
            WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder) AS labels,
        CASE WHEN t.typtype = 'd' THEN {_type("t.typbasetype", "t.typtypmod")} END AS base,
        t.typnotnull AS not_null, pg_get_expr(t.typdefaultbin, 0) AS default_expression,
        cn.nspname::text AS collation_schema, co.collname::text AS collation_name,
        obj_description(t.oid, 'pg_type') AS comment
    FROM pg_type t
    JOIN pg_namespace n ON n.oid = t.typnamespace
    LEFT JOIN pg_class c ON c.oid = t.typrelid
    LEFT JOIN pg_type b ON b.oid = t.typbasetype
    LEFT JOIN pg_collation co ON co.oid = t.typcollation AND t.typcollation <> b.typcollation
    LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
    WHERE t.typtype IN ('e', 'd', 'r', 'm', 'b', 'c', 'p') AND {_own("pg_type", "t.oid")}
        AND (c.oid IS NULL OR c.relkind = 'c')
        AND NOT EXISTS (SELECT FROM pg_type el WHERE el.typarray = t.oid)
    ORDER BY 2, 3"""

# The sequence of an identity column is that column's property, and no object of its own.
SEQUENCES = f"""
    SELECT n.nspname::text AS schema, c.relname::text AS name,
        format_type(s.seqtypid, NULL) AS type, on_.nspname::text AS owner_schema,
        oc.relname::text AS owner_table, oa.attname::text AS owner_column
    FROM pg_sequence s
    JOIN pg_class c ON c.oid = s.seqrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid
        AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
    LEFT JOIN pg_class oc ON oc.oid = d.refobjid
    LEFT JOIN pg_namespace on_ ON on_.oid = oc.relnamespace
    LEFT JOIN pg_attribute oa ON oa.attrelid = d.refobjid AND oa.attnum = d.refobjsubid
    WHERE d.deptype IS DISTINCT FROM 'i' AND {_own("pg_class", "c.oid")}
    ORDER BY 1, 2"""

FUNCTIONS = f"""
    SELECT n.nspname::text AS schema, p.proname::text AS name, p.prokind::text AS kind,
        ARRAY(SELECT {_type("ty.oid", "-1")}
            FROM unnest(p.proargtypes) WITH ORDINALITY AS ty(oid, place)
            ORDER BY ty.place) AS arguments,
        pg_get_function_result(p.oid) AS returns, l.lanname::text AS language,
        p.prosecdef AS security_definer, coalesce(p.proconfig, '{{}}') AS settings,
        p.prosrc AS body, p.provolatile::text AS volatility,
        obj_description(p.oid, 'pg_proc') AS comment
    FROM pg_proc p
    JOIN pg_namespace n ON n.oid = p.pronamespace
    JOIN pg_language l ON l.oid = p.prolang
    WHERE {_own("pg_proc", "p.oid")}
        AND NOT EXISTS (SELECT FROM pg_depend i
            WHERE i.classid = 'pg_proc'::regclass AND i.objid = p.oid AND i.deptype = 'i')
    ORDER BY 1, 2, 4"""
