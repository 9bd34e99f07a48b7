"""Where in the application something happened: a view by its endpoint, a command by its name."""

from __future__ import annotations

import click
from flask import has_request_context, request

from cozmic.observe.tally import NO_ENDPOINT, current_tally


def find_place() -> str:
    """Return the endpoint of the request that this thread serves, or the command that it runs, or none."""
    if has_request_context():
        return request.endpoint or NO_ENDPOINT
    if current_tally().endpoint:  # while the request is cleared away
        return current_tally().endpoint
    command = click.get_current_context(silent=True)
    return command.command_path if command else NO_ENDPOINT
