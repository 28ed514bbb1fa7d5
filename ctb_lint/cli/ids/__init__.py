"""``ctb-lint id``: mints, parses and checks ids."""
