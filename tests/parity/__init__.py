"""The SQL reader held against a real PostgreSQL."""
