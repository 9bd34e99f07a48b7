"""flask capacity."""
