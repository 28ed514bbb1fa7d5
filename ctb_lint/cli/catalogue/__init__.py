"""``ctb-lint catalogue``: writes, renders and mends the catalogue."""
