"""D Dependencies."""
