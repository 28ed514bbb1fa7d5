"""Types in a snapshot: PostgreSQL's own as it prints them, others by their parts."""

from __future__ import annotations

from ctb_lint.model import DataType
from ctb_lint.readers.postgres.names import data_type
from ctb_lint.readers.snapshot.form import AnyType, TypeForm

_ARRAY = "[]"


def type_form(type_: DataType) -> AnyType:
    """How a type is written.

    >>> type_form(DataType("character varying", None, (255,), True, "", "character varying(255)"))
    'character varying(255)[]'
    """
    text = type_.text + (_ARRAY if type_.array else "")
    if type_.schema is None and _of_postgresql(text) == type_:
        return text
    return TypeForm(
        name=type_.name,
        schema=type_.schema,
        modifiers=type_.modifiers,
        array=type_.array,
        qualifier=type_.qualifier,
        text=type_.text,
    )


def type_of(form: AnyType) -> DataType:
    """The type that is written so."""
    if isinstance(form, str):
        return _of_postgresql(form)
    return DataType(form.name, form.schema, form.modifiers, form.array, form.qualifier, form.text)


def _of_postgresql(text: str) -> DataType:
    array = text.endswith(_ARRAY)
    return data_type("pg_catalog", "", -1, array, text.removesuffix(_ARRAY))
