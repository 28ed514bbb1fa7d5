"""What a catalogue says → the claims that can be checked, with the demands that they make."""

from ctb_lint.readers.catalogue.claims.claims import claims_of

__all__ = ["claims_of"]
