"""A school in one file: written in one snapshot while people work, read again before it counts, restored, rehearsed."""
