"""Backups and restores, on both databases and across."""
