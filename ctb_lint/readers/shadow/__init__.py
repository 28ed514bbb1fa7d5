"""Histories on a real, empty PostgreSQL: whether they apply, lead back, and what they come to."""
