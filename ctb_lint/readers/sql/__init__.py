"""Histories of SQL files → statements → changes → Schema."""
