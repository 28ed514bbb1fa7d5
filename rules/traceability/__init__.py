"""T Traceability."""
