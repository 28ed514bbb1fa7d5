"""A Authentication and authorization."""
