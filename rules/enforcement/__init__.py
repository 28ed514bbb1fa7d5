"""E Enforcement."""
