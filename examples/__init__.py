"""Projects to look at, and the demonstration that ``make demo`` runs on them."""
