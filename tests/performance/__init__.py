"""Counts and times that must not grow."""
