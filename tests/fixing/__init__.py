"""Fixes, from the plan to the server."""
