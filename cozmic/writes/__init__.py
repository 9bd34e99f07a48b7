"""Verbs of the trade: change rows, name what they touch, never commit."""
