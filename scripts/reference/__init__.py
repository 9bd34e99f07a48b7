"""Writes the pages of docs/reference that the code can tell; tests/house/test_docs.py holds them to it."""
