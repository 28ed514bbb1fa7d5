"""What only a running database can tell, beside its schema: who was asked, and as whom."""

from __future__ import annotations

from msgspec import Struct


class Server(Struct, frozen=True):
    """The server that was asked, and how it was reached.

    ``host`` is the name or address that was connected to, or the folder of a socket; behind a
    pooler it is the pooler's. ``version`` is the server's own text (``18.1``), ``version_number``
    PostgreSQL's ``server_version_num`` (180001). ``tls`` says that the connection is encrypted,
    ``local`` that it does not leave the machine, ``plaintext_allowed`` that someone let it go
    without. ``in_recovery`` is a standby.
    """

    host: str
    port: int
    database: str
    role: str
    version: str
    version_number: int
    superuser: bool
    tls: bool
    local: bool
    plaintext_allowed: bool
    in_recovery: bool

    @property
    def major(self) -> int:
        """The major version: 18."""
        return self.version_number // 10_000
