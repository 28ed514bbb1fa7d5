"""The throwaway PostgreSQL that tests run on."""

from typing import Any

import psycopg

from ctb_lint.readers.shadow.throwaway import SUPERUSER, Server

Connection = psycopg.Connection[tuple[Any, ...]]

__all__ = ["SUPERUSER", "Connection", "Server"]
