"""The baseline: what it knows, what is new, what is paid, and a file that is the same each time."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from ctb_lint.baseline import BaselineError, Whole, entries_of, hold, read, written
from ctb_lint.model import ObjectId, ObjectKind
from ctb_lint.report import Reported, fingerprint
from tests.reporters.reports import PATH, SQL, finding, span

WHOLE = Whole(frozenset({"migrations"}), lambda entry: True)


def fault(
    name: str, *, code: str = "S001", database: str = "migrations", number: int = 0
) -> Reported:
    named = ObjectId(ObjectKind.TABLE, "public", None, name)
    return finding(
        span(SQL, "users"),
        code=code,
        object=named,
        database=database,
        fingerprint=fingerprint(code, named, "", number),
    )


def test_the_file_has_a_line_for_each_fault() -> None:
    text = written(entries_of([fault("b"), fault("a"), fault("a", number=1)]))
    assert text == (
        '{"version":1,"findings":[\n'
        '{"history":"migrations","rule":"S001","object":"public.a",'
        f'"fingerprint":"{fault("a").fingerprint}","count":2}},\n'
        '{"history":"migrations","rule":"S001","object":"public.b",'
        f'"fingerprint":"{fault("b").fingerprint}"}}\n'
        "]}\n"
    )
    assert json.loads(text)["version"] == 1
    assert written(read(text.encode())) == text


def test_an_empty_baseline_can_be_read() -> None:
    assert written(()) == '{"version":1,"findings":[\n]}\n'
    assert read(written(()).encode()) == ()


def test_known_debt_is_set_apart_wherever_it_stands() -> None:
    entries = entries_of([fault("a")])
    moved = structs.replace(fault("a"), at=span(SQL, "CREATE"))
    held = hold(entries, [moved, fault("b")], "base.json", WHOLE)
    assert held.standing == (fault("b"),)
    assert [one.finding for one in held.suppressed] == [moved]
    assert (held.debt.entries, held.debt.known, held.debt.paid) == (1, 1, ())


def test_one_more_of_a_known_fault_is_new() -> None:
    entries = entries_of([fault("a")])
    both = [fault("a"), fault("a", number=1)]
    assert hold(entries, both, "base.json", WHOLE).standing == (both[1],)


def test_of_a_known_fault_and_one_more_the_one_in_question_is_new() -> None:
    first, second = fault("a"), fault("a", number=1)
    entries = entries_of([first])
    held = hold(entries, [first, second], "base.json", WHOLE, lambda one: one is first)
    assert held.standing == (first,)


def test_an_entry_that_says_another_fault_than_its_fingerprint_stands_for_nothing() -> None:
    (entry,) = entries_of([fault("a")])
    for said in ({"rule": "S002"}, {"object": "public.b"}, {"facet": "x"}):
        lie = structs.replace(entry, **said)
        held = hold([lie], [fault("a")], "base.json", WHOLE)
        assert held.standing == (fault("a"),)
        assert held.debt.paid == (f"{lie.rule} {lie.object}",)


def test_a_byte_order_mark_is_passed_over() -> None:
    entries = entries_of([fault("a")])
    assert read(b"\xef\xbb\xbf" + written(entries).encode()) == entries


def test_a_count_that_nobody_counted_is_refused() -> None:
    (entry,) = entries_of([fault("a")])
    text = written([structs.replace(entry, count=3_000_000_000)])
    with pytest.raises(BaselineError, match="<= 100000"):
        read(text.encode())


def test_paid_debt_is_named_and_leaves() -> None:
    entries = entries_of([fault("a"), fault("a", number=1), fault("b")])
    held = hold(entries, [fault("a")], "base.json", WHOLE)
    assert held.debt.paid == ("S001 public.a", "S001 public.b")
    assert held.remaining == entries_of([fault("a")])


def test_what_was_not_looked_at_is_not_paid() -> None:
    entries = entries_of([fault("a"), fault("b", code="S002")])
    held = hold(entries, [], "base.json", None)
    assert held.debt.paid is None
    assert held.remaining == entries
    some = Whole(frozenset({"migrations"}), lambda entry: entry.rule == "S001")
    held = hold(entries, [], "base.json", some)
    assert held.debt.paid == ("S001 public.a",)
    assert held.remaining == entries_of([fault("b", code="S002")])


def test_the_debt_of_one_database_is_not_that_of_another() -> None:
    entries = entries_of([fault("a", database="one")])
    both = Whole(frozenset({"one", "two"}), lambda entry: True)
    other = fault("a", database="two")
    assert hold(entries, [other], "base.json", both).standing == (other,)
    assert hold(entries, [other], "base.json", None).standing == (other,)


def test_a_history_may_move_where_it_is_the_only_one() -> None:
    entries = entries_of([fault("a", database="old/folder")])
    moved = fault("a", database="new/folder")
    alone = Whole(frozenset({"new/folder"}), lambda entry: True)
    assert hold(entries, [moved], "base.json", alone).standing == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"", "is no baseline of ctb-lint"),
        (b"[]", "is no baseline of ctb-lint"),
        (
            b'{"version":2,"findings":[]}',
            "is a baseline of version 2; this ctb-lint knows version 1",
        ),
        (b'{"version":1,"findings":[{}]}', "is no baseline of ctb-lint"),
        (b'{"version":1,"findings":[],"more":1}', "is no baseline of ctb-lint"),
        (b"\xff", "is no baseline of ctb-lint"),
        (b"[" * 100_000, "is no baseline of ctb-lint"),
    ],
)
def test_what_is_no_baseline_is_refused(text: bytes, why: str) -> None:
    with pytest.raises(BaselineError, match=why):
        read(text)


names = st.sampled_from(["a", "b", "c"])
found = st.lists(st.tuples(names, st.sampled_from(["S001", "S002"])), max_size=12)


def numbered(pairs: list[tuple[str, str]]) -> list[Reported]:
    seen: Counter[tuple[str, str]] = Counter()
    faults = []
    for name, code in pairs:
        faults.append(fault(name, code=code, number=seen[name, code]))
        seen[name, code] += 1
    return faults


@given(found, found)
def test_known_new_and_paid_add_up(
    before: list[tuple[str, str]], after: list[tuple[str, str]]
) -> None:
    entries = read(written(entries_of(numbered(before))).encode())
    held = hold(entries, numbered(after), "base.json", WHOLE)
    was, now = Counter(before), Counter(after)
    assert Counter((one.object.name, one.code) for one in held.standing) == now - was
    assert held.debt.known == (now & was).total()
    assert held.debt.paid is not None
    assert len(held.debt.paid) == (was - now).total()
    again = hold(held.remaining, numbered(after), "base.json", WHOLE)
    assert again.debt.paid == ()
    assert again.standing == held.standing


def test_hostile_names_survive() -> None:
    hostile = fault('x"\n\u202e\x1b[31m\udcff')
    (entry,) = read(written(entries_of([hostile])).encode())
    assert entry.fingerprint == hostile.fingerprint
    assert hold((entry,), [hostile], PATH, WHOLE).standing == ()
