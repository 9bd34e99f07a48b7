"""Clients of the outside world, each with a null object."""
