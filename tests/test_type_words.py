"""What documents call types, against the types of columns."""

from __future__ import annotations

import pytest

from ctb_lint.model import Column, DataType, Domain, QualifiedName, Schema
from ctb_lint.type_words import can_stand_for

VARCHAR = DataType("character varying", modifiers=(255,))
TZ = DataType("timestamp with time zone")
PLAIN = DataType("timestamp without time zone")
ENUM = DataType("order_kind", "shop")
EMAIL = DataType("email", "public")
SCHEMA = Schema(
    domains={
        QualifiedName("public", "email"): Domain(QualifiedName("public", "email"), DataType("text"))
    }
)

STAND = [
    ("VARCHAR", VARCHAR),
    ("`varchar(255)`", VARCHAR),
    ("character varying", VARCHAR),
    ("character_varying(255)", VARCHAR),
    ("string", VARCHAR),
    ("TIMESTAMPTZ", TZ),
    ("timestamp with time zone", TZ),
    ("timestamp(3) with time zone", DataType("timestamp with time zone", modifiers=(3,))),
    ("timestamp_with_time_zone", TZ),
    ("timestamp", PLAIN),
    ("TIMESTAMP WITHOUT TIME ZONE", PLAIN),
    ("datetime", TZ),
    ("numeric(8)", DataType("numeric", modifiers=(8, 0))),
    ("DECIMAL(8, 2)", DataType("numeric", modifiers=(8, 2))),
    ("numeric", DataType("numeric", modifiers=(8, 2))),
    ("bigserial", DataType("bigint")),
    ("double_precision", DataType("double precision")),
    ("float", DataType("real")),
    ("char(3)", DataType("character", modifiers=(3,))),
    ("text[]", DataType("text", array=True)),
    ("array", DataType("text", array=True)),
    ("order_kind", ENUM),
    ("shop.order_kind", ENUM),
    ("enum", ENUM),
    ("email", EMAIL),
    ("text", EMAIL),
    ("one of 'a', 'b'", VARCHAR),
]

DIFFER = [
    ("text", VARCHAR),
    ("varchar(80)", VARCHAR),
    ("timestamp", TZ),
    ("timestamptz", PLAIN),
    ("timestamp with time zone", PLAIN),
    ("numeric(8,3)", DataType("numeric", modifiers=(8, 2))),
    ("integer", DataType("bigint")),
    ("string", DataType("integer")),
    ("text", DataType("text", array=True)),
    ("text[]", DataType("text")),
    ("json", DataType("jsonb")),
    ("other.order_kind", ENUM),
    ("mood", ENUM),
    ("varchar", EMAIL),
    ("double", DataType("numeric")),
]


@pytest.mark.parametrize(("written", "data_type"), STAND, ids=[name for name, _ in STAND])
def test_these_words_can_stand_for_the_type(written: str, data_type: DataType) -> None:
    assert can_stand_for(written, Column("c", data_type), SCHEMA)


@pytest.mark.parametrize(
    ("written", "data_type"), DIFFER, ids=[f"{name} {one.canonical}" for name, one in DIFFER]
)
def test_these_words_name_another_type(written: str, data_type: DataType) -> None:
    assert not can_stand_for(written, Column("c", data_type), SCHEMA)
