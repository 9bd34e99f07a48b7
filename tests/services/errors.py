"""What can go wrong before the first test runs."""


class ServiceUnavailable(Exception):
    """A server or browser cannot be had; the message is one line that says what would help."""
