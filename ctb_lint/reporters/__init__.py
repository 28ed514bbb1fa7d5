"""Reporters: one pure ``render(report)`` a file."""
