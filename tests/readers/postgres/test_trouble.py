"""No password gets out, however it is written."""

from __future__ import annotations

from urllib.parse import quote, quote_plus

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctb_lint.readers.postgres.trouble import (
    Cause,
    ReadTrouble,
    Secrets,
    translated,
    trouble_of,
)

HARD = "p@ss w/ord'\\%é"


@pytest.mark.parametrize(
    "form",
    [
        HARD,
        quote(HARD),
        quote(HARD, safe=""),
        quote_plus(HARD),
        quote(HARD, safe="").lower().replace("p%40", "p%40"),
        "p@ss w/ord\\'\\\\%é",
        HARD.replace("'", "''"),
    ],
)
def test_every_spelling_is_hidden(form: str) -> None:
    secrets = Secrets({"password": HARD})
    assert secrets.scrubbed(f"before {form} after") == "before *** after"


@given(st.text(min_size=4), st.text(), st.text())
def test_what_is_hidden_is_not_in_the_text(word: str, before: str, after: str) -> None:
    shown = Secrets({"password": word}).scrubbed(f"{before}{word}{after}")
    assert word not in shown.replace("***", "\0") or word in "***"


def test_a_password_that_may_be_part_of_a_word_hides_the_whole_text() -> None:
    shown = Secrets({"password": "e"}).scrubbed("the server said no")
    assert shown == "(its message is left out: it may hold the password)"
    assert Secrets({"password": "x"}).scrubbed("the server said no") == "the server said no"


def test_without_a_password_nothing_is_hidden() -> None:
    assert Secrets({"password": ""}).scrubbed("text") == "text"
    assert repr(Secrets()) == "Secrets()"
    assert repr(Secrets({"password": HARD})) == "Secrets(password=***)"


@pytest.mark.parametrize(
    ("error", "cause", "message"),
    [
        (
            psycopg.errors.QueryCanceled,
            Cause.TIMEOUT,
            "PostgreSQL ended a query that took too long",
        ),
        (
            psycopg.errors.LockNotAvailable,
            Cause.LOCK,
            "another session holds a lock that was needed",
        ),
        (
            psycopg.errors.InsufficientPrivilege,
            Cause.RIGHTS,
            "the role may not read what was asked for",
        ),
        (psycopg.errors.AdminShutdown, Cause.CONNECTION, "the connection was lost"),
        (psycopg.errors.ConnectionFailure, Cause.CONNECTION, "the connection was lost"),
        (psycopg.OperationalError, Cause.CONNECTION, "the connection was lost"),
        (psycopg.errors.DiskFull, Cause.CONNECTION, "the server has nothing to spare"),
        (psycopg.errors.InternalError_, Cause.OTHER, "PostgreSQL could not answer"),
    ],
)
def test_each_error_is_one_sentence_without_the_password(
    error: type[psycopg.Error], cause: Cause, message: str
) -> None:
    found = trouble_of(error(f"it said\n  {HARD}"), Secrets({"password": HARD}))
    assert (found.cause, found.message) == (cause, f"{message}: it said ***")


def test_the_driver_s_error_does_not_go_along() -> None:
    with pytest.raises(ReadTrouble) as caught, translated(Secrets()):
        raise psycopg.OperationalError("gone")
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_other_errors_pass() -> None:
    with pytest.raises(KeyError), translated(Secrets()):
        raise KeyError("ours")
