"""Parse and build files: bytes in, records or line errors out. Pure, like rules/."""
