"""The questions to ``pg_catalog``, a file each."""
