"""The starter bank and the demo school."""
