"""Readers translate one source each into the model; none of them judges."""
