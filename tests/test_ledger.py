"""The ledger: how what tables are declared to have ends, held against the migrations."""

from __future__ import annotations

from pathlib import Path

from ctb_lint.ledger import ledger
from tests.described import entry, examined

Ruled = dict[str, tuple[str, str, tuple[str, ...]]]

SQL = """
CREATE TABLE orders (
    id uuid PRIMARY KEY,
    slug text UNIQUE,
    total int NOT NULL DEFAULT 0,
    state text CHECK (state IN ('a', 'b')),
    parent uuid REFERENCES orders (id),
    INDEX by_total (total)
);
"""
SAME = """
CREATE TABLE orders (
    id uuid PRIMARY KEY, slug text UNIQUE, total int NOT NULL DEFAULT 0,
    state text CHECK (state IN ('a', 'b')), parent uuid REFERENCES orders (id)
);
CREATE INDEX by_total ON orders (total);
"""
HELD = ("held", "in the migrations", ())


def ruled(folder: Path, catalogue: str, migrations: str, config: str = "") -> Ruled:
    """Verdict, reason and codes of what is declared, by what it says."""
    judged = examined(folder, catalogue, migrations, config=config).judged
    return {
        one.claim.text: (str(one.verdict), one.why, one.codes)
        for one in ledger(judged)
        if str(one.claim.kind).startswith("declared ")
    }


def test_what_is_there_as_it_is_declared_is_held(tmp_path: Path) -> None:
    assert ruled(tmp_path, entry(SQL), SAME) == dict.fromkeys(
        (
            "the table public.orders",
            "id uuid", "slug text", "total integer", "state text", "parent uuid",
            "primary key (id)", "unique (slug)", "check state IN ('a', 'b')",
            "foreign key (parent)", "by_total (total)",
        ),
        HELD,
    )  # fmt: skip


def test_a_column_is_broken_by_each_of_its_differences_and_the_others_are_held(
    tmp_path: Path,
) -> None:
    other = (
        SAME.replace("total int NOT NULL DEFAULT 0", "total bigint DEFAULT 1")
        .replace("slug text UNIQUE, ", "")
    )  # fmt: skip
    found = ruled(tmp_path, entry(SQL), other)
    where = "in the migrations"
    assert found["total integer"] == ("broken", where, ("S042", "S043", "S044"))
    assert found["slug text"] == ("broken", where, ("S040",))
    assert found["id uuid"] == found["parent uuid"] == found["the table public.orders"] == HELD


def test_an_index_that_is_not_there_is_broken_even_where_another_rule_tells(
    tmp_path: Path,
) -> None:
    other = SAME.replace("CREATE INDEX by_total ON orders (total);", "")
    assert ruled(tmp_path, entry(SQL), other)["by_total (total)"] == (
        "broken", "in the migrations", ("S045",),
    )  # fmt: skip
    # The missing column tells of its index as well; the index is not there all the same.
    without = other.replace("total int NOT NULL DEFAULT 0, ", "").replace("\n    state", " state")
    assert ruled(tmp_path, entry(SQL), without)["by_total (total)"][2] == ("S045",)


def test_of_a_table_that_is_not_there_the_table_is_broken_and_the_rest_is_skipped(
    tmp_path: Path,
) -> None:
    found = ruled(tmp_path, entry(SQL), "CREATE TABLE parts (id int PRIMARY KEY);")
    assert found.pop("the table public.orders") == ("broken", "in the migrations", ("S049",))
    why = "public.orders is not in the migrations"
    assert set(found.values()) == {("skipped", why, ())}


def test_a_planned_table_that_is_not_there_yet_is_not_broken(tmp_path: Path) -> None:
    planned = entry(SQL, status="Planned")
    found = ruled(tmp_path, planned, "CREATE TABLE parts (id int PRIMARY KEY);")
    assert found.pop("the table public.orders") == (
        "skipped", "public.orders is planned, and not in the migrations", (),
    )  # fmt: skip
    assert {verdict for verdict, _, _ in found.values()} == {"skipped"}


def test_a_planned_table_that_is_there_is_held_or_broken(tmp_path: Path) -> None:
    planned = entry(SQL, status="Planned")
    found = ruled(tmp_path, planned, SAME.replace("slug text", "slug varchar(9)"))
    assert found["slug text"] == ("broken", "in the migrations", ("S042",))
    assert found["the table public.orders"] == HELD


def test_what_nobody_can_know_is_skipped_with_the_reason(tmp_path: Path) -> None:
    built = "DO $$ BEGIN EXECUTE 'ALTER TABLE orders ADD ' || current_setting('x'); END $$;"
    found = ruled(tmp_path, entry(SQL), f"{SAME}{built}")
    verdict, why, codes = found["total integer"]
    assert (verdict, codes) == ("skipped", ())
    assert "EXECUTE" in why


def test_why_the_migrations_cannot_tell_comes_before_that_the_document_cannot(
    tmp_path: Path,
) -> None:
    said = entry(SQL) + "\n### A - Authentication\n\n- **Write Access**: Clerks\n"
    judged = examined(tmp_path, said, SAME).judged
    (found,) = [one for one in ledger(judged) if one.claim.text.startswith("**Write Access**")]
    assert (str(found.verdict), found.why) == (
        "skipped",
        "standard.roles does not say which roles 'Clerks' are",
    )


def test_a_rule_that_is_off_leaves_only_what_it_would_have_told_open(tmp_path: Path) -> None:
    other = SAME.replace("total int NOT NULL DEFAULT 0", "total bigint NOT NULL DEFAULT 0")
    found = ruled(tmp_path, entry(SQL), other, config='ignore = ["S042", "S044"]')
    assert found["total integer"] == ("skipped", "S042 is off", ())
    assert found["slug text"] == HELD


def test_a_table_that_is_left_out_is_skipped(tmp_path: Path) -> None:
    config = "[[exclude-tables]]\ntable = 'orders'\nreason = 'old'\n"
    found = ruled(tmp_path, entry(SQL), SAME, config)
    assert {one[:1] + one[2:] for one in found.values()} == {("skipped", ())}
    assert all(why.endswith(": old") for _, why, _ in found.values())


def document(folder: Path, catalogue: str) -> list[tuple[str, str, str]]:
    """Kind, verdict and reason of the claims of a catalogue."""
    judged = examined(folder, catalogue, SAME).judged
    return [(str(o.claim.kind), str(o.verdict), o.why) for o in ledger(judged)]


def test_what_a_diagram_draws_of_strangers_is_not_held(tmp_path: Path) -> None:
    diagram = (
        "```mermaid\nerDiagram\n    ORDERS ||--o{ BOATS : moves\n"
        "    BOATS {\n        int id\n    }\n```\n"
    )
    found = document(tmp_path, f"{entry(SQL)}\n\n# Diagram\n\n{diagram}")
    assert [one for one in found if one[0].startswith("diagram")] == [
        ("diagram entity", "held", ""),
        ("diagram edge", "skipped", "no SQL that can be read declares BOATS"),
        ("diagram entity", "broken", ""),
        ("diagram attribute", "skipped", "no SQL that can be read declares BOATS"),
    ]


def test_a_second_entry_claims_nothing_of_what_the_first_declares(tmp_path: Path) -> None:
    found = document(tmp_path, f"{entry(SQL)}\n\n{entry('')}")
    assert len([one for one in found if one[0] == "declared table"]) == 1


def test_a_figure_that_nobody_can_count_is_not_held(tmp_path: Path) -> None:
    figures = (
        "# Statistics\n\n- Total tables: 2\n- Average columns per table: ~5\n- Rows in total: 6\n"
        "- Tables with JSONB: 1\n"
    )
    unread = entry("CREATE TABLE bills (id int PRIMARY KEY;", "bills")
    found = document(tmp_path, f"{entry(SQL)}\n\n{unread}\n\n{figures}")
    assert [one[1:] for one in found if one[0] == "statistic"] == [
        ("held", ""),
        ("skipped", "it is no exact figure"),
        ("skipped", "nobody knows what it counts"),
        ("skipped", "not all is known of every table"),
    ]


def test_a_columns_list_beside_sql_that_cannot_be_read_is_not_held(tmp_path: Path) -> None:
    list_ = "**Columns**:\n- `id` (UUID)\n"
    unread = entry("CREATE TABLE bills (id int PRIMARY KEY;", "bills", more=list_)
    none = entry("", "stock", more=list_)
    found = document(
        tmp_path, f"{entry('CREATE TABLE orders (id uuid);', more=list_)}{unread}{none}"
    )
    assert [one[1:] for one in found if one[0] == "Columns list"] == [
        ("held", ""),
        ("skipped", "the statement at SCHEMA_REFERENCE.md:23 could not be read"),
        ("skipped", "no SQL that can be read declares public.stock"),
    ]
