"""Markdown → what the catalogue says, and the Schema of the tables that it declares."""
