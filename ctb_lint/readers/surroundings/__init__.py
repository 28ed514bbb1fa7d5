"""The files and commits that a catalogue names → what became of them."""

from ctb_lint.readers.surroundings.reader import Lookup, look

__all__ = ["Lookup", "look"]
