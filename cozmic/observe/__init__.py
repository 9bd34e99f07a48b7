"""What the software tells of itself: counts, log lines, metrics."""
