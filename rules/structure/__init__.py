"""S Structure."""
