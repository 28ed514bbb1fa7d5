"""Entries and whole catalogues, written from what the migrations build."""
