"""Screens from the database."""
