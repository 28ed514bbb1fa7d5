"""The tests, a package so that its rooms can share helpers."""
