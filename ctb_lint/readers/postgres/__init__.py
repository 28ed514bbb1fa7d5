"""A live PostgreSQL: connecting without disturbing anyone, and its catalogs as a ``Schema``."""
