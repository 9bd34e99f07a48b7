"""A school carried from one database to another: read in one snapshot, written in batches, compared row by row."""
