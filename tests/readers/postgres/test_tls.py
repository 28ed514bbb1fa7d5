"""TLS, on the PostgreSQL of this machine."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from ctb_lint.readers.postgres.connect import Patience, connected, server_of
from ctb_lint.readers.postgres.target import choose_target
from ctb_lint.readers.postgres.trouble import Cause, ReadTrouble
from tests.machine import make_certificate, tls_server
from tests.postgres import Server

IMPATIENT = Patience(seconds=0)
HINT = "check sslrootcert and the host's name against the server's certificate"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    with tls_server(folder) as (_, port):
        wait_for_tls(port)
        yield port


def wait_for_tls(port: int) -> None:
    """The server takes its configuration up in its own time."""
    deadline = time.monotonic() + 60
    while not tls(f"postgresql://postgres@127.0.0.1:{port}/postgres"):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def tls(url: str) -> bool:
    target = choose_target(url, {}, {})
    with connected(target, IMPATIENT) as connection:
        return server_of(connection, target).tls


def trouble(url: str) -> ReadTrouble:
    with pytest.raises(ReadTrouble) as caught:
        tls(url)
    assert caught.value.cause is Cause.CONNECTION
    return caught.value


@pytest.mark.parametrize(("mode", "expected"), [("require", True), ("disable", False)])
def test_whether_the_connection_is_encrypted_is_known(port: int, mode: str, expected: bool) -> None:
    assert tls(f"postgresql://postgres@127.0.0.1:{port}/postgres?sslmode={mode}") is expected


def test_a_certificate_that_is_the_server_s_is_accepted(port: int, folder: Path) -> None:
    url = f"postgresql://postgres@localhost:{port}/postgres?sslmode=verify-full"
    assert tls(f"{url}&hostaddr=127.0.0.1&sslrootcert={folder / 'server.crt'}")


def test_a_certificate_for_another_host_is_not(port: int, folder: Path) -> None:
    url = f"postgresql://postgres@127.0.0.1:{port}/postgres?sslmode=verify-full"
    found = trouble(f"{url}&sslrootcert={folder / 'server.crt'}")
    assert 'does not match host name "127.0.0.1"' in found.message
    assert found.hint == HINT


def test_nor_is_one_of_another_authority(port: int, folder: Path) -> None:
    make_certificate(folder, "other", "localhost")
    url = f"postgresql://postgres@localhost:{port}/postgres?sslmode=verify-full"
    found = trouble(f"{url}&hostaddr=127.0.0.1&sslrootcert={folder / 'other.crt'}")
    assert "certificate verify failed" in found.message
    assert found.hint == HINT


def test_without_an_authority_nothing_can_be_verified(port: int, folder: Path) -> None:
    url = f"postgresql://postgres@localhost:{port}/postgres?sslmode=verify-full"
    found = trouble(f"{url}&hostaddr=127.0.0.1&sslrootcert={folder / 'nowhere.crt'}")
    assert "nowhere.crt" in found.message
    assert found.hint == HINT


def test_what_came_about_without_tls_over_a_network_is_given_up(server: Server) -> None:
    # As if the socket led to another machine.
    target = structs.replace(choose_target(server.dsn(), {}, {}), local=False)
    with pytest.raises(ReadTrouble) as caught, connected(target, IMPATIENT):
        raise AssertionError("connected")
    assert caught.value.message == "the connection goes without TLS over a network"
    with connected(structs.replace(target, allow_plaintext=True), IMPATIENT) as connection:
        assert server_of(connection, target).tls is False
