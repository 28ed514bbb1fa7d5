"""The fold: statements in their order → the schema at the end, and what happened on the way."""
