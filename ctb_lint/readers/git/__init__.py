"""What git holds: commits and the index → files, and what changed between two states."""
