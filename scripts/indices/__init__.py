"""The indices, each proven on a large school: see scripts/prove_indices.py."""
