"""Formats: bytes in, records or line errors out."""
