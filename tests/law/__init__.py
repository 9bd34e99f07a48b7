"""The cache law, held on real databases and a real Redis: what is served is never stale and nobody else's."""
