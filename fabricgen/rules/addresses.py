"""Address plan."""
