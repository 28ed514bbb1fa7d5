"""The parts of ``ctb_lint.compare``: one file for each family of objects."""
