"""P Purpose."""
