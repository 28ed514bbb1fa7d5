"""What stands between a client and a server: a pooler, or a compute that has to wake."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.postgres import Server

_TAKEN = {"user", "database", "client_encoding", "application_name", "datestyle", "timezone"}
_SSL, _GSS, _CANCEL = 80877103, 80877104, 80877102
STARTING = b"C57P03\0Mthe database system is starting up"


class Proxy:
    """A listener on loopback that forwards to a server. It refuses start-up parameters as pgbouncer
    does; ``asleep`` are the numbers of the sessions, from 1 on, that it answers with an error
    instead, and ``sessions`` counts them."""

    def __init__(self, server: Server, asleep: frozenset[int]) -> None:
        self._path = server.dsn().partition("host=")[2] + "/.s.PGSQL.5432"
        self._asleep = asleep
        self.sessions = 0
        self.listening = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = [self.listening]

    def url(self, database: str, more: str = "") -> str:
        port = self.listening.getsockname()[1]
        return f"postgresql://postgres@127.0.0.1:{port}/{database}?sslmode=disable{more}"

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                peer, _ = self.listening.accept()
                self._open.append(peer)
                threading.Thread(target=self._session, args=(peer,), daemon=True).start()

    def close(self) -> None:
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _session(self, peer: socket.socket) -> None:
        with suppress(OSError), peer:
            first = _message(peer)
            code = int.from_bytes(first[4:8], "big")
            while code in {_SSL, _GSS}:
                peer.sendall(b"N")
                first = _message(peer)
                code = int.from_bytes(first[4:8], "big")
            refusal = None if code == _CANCEL else self._refusal(first)
            if refusal:
                fields = b"SFATAL\0VFATAL\0" + refusal + b"\0\0"
                peer.sendall(b"E" + (len(fields) + 4).to_bytes(4, "big") + fields)
                return
            with socket.socket(socket.AF_UNIX) as behind:
                behind.connect(self._path)
                self._open.append(behind)
                behind.sendall(first)
                back = threading.Thread(target=_forward, args=(behind, peer), daemon=True)
                back.start()
                _forward(peer, behind)
                back.join()

    def _refusal(self, first: bytes) -> bytes | None:
        self.sessions += 1
        if self.sessions in self._asleep:
            return STARTING
        asked = {name.decode() for name in first[8:].split(b"\0")[::2] if name}
        odd = sorted(asked - _TAKEN)
        return f"C08P01\0Munsupported startup parameter: {odd[0]}".encode() if odd else None


def _message(peer: socket.socket) -> bytes:
    """What a client says first: its length, and the rest."""
    head = peer.recv(4, socket.MSG_WAITALL)
    return head + peer.recv(int.from_bytes(head, "big") - 4, socket.MSG_WAITALL)


def _forward(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@contextmanager
def proxy(server: Server, *asleep: int) -> Iterator[Proxy]:
    """Such a proxy, closed in the end."""
    made = Proxy(server, frozenset(asleep))
    threading.Thread(target=made.serve, daemon=True).start()
    try:
        yield made
    finally:
        made.close()
