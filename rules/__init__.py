"""The rules that come with ctb-lint: a file per rule, a folder per STAMPED letter."""
