"""HTTP pieces that every audience shares."""
