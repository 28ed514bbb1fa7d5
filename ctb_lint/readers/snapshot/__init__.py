"""A database's schema as a file: written by ``ctb-lint snapshot``, read by ``check --snapshot``."""
