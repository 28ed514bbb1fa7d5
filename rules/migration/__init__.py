"""M Migration."""
