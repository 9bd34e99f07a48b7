"""How a setting is read from the environment: its value, or one line that names the cure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from limits import RateLimitItem, parse_many


class ConfigError(Exception):
    """A setting is missing or unusable; the message is one line that names the cure."""


def read_int(environ: Mapping[str, str], name: str, default: int, *, low: int, high: int) -> int:
    """Return the whole number in a variable; raise ConfigError unless low <= value <= high."""
    raw = environ.get(name, "").strip()
    if not raw:
        return default
    try:
        value = int(raw)
    except ValueError:
        value = low - 1
    if not low <= value <= high:
        raise ConfigError(f"{name} is {raw!r}; it takes a whole number from {low} to {high}.")
    return value


def read_share(environ: Mapping[str, str], name: str, default: float) -> float:
    """Return the share in a variable; raise ConfigError unless it is a number from 0 to 1."""
    raw = environ.get(name, "").strip()
    try:
        value = float(raw) if raw else default
    except ValueError:
        value = -1
    if not 0 <= value <= 1:
        raise ConfigError(f"{name} is {raw!r}; it takes a number from 0 to 1.")
    return value


def read_bool(environ: Mapping[str, str], name: str, *, default: bool) -> bool:
    """Return the switch in a variable: 1/0, true/false, yes/no, on/off."""
    raw = environ.get(name, "").strip().lower()
    if not raw:
        return default
    if raw in {"1", "true", "yes", "on"}:
        return True
    if raw in {"0", "false", "no", "off"}:
        return False
    raise ConfigError(f"{name} is {raw!r}; it takes 1 or 0.")


def read_limit(environ: Mapping[str, str], name: str, default: str) -> RateLimitItem:
    """Return the limit in a variable, such as 100 per minute or 10 per 15 minutes; raise ConfigError for another."""
    raw = environ.get(name, "").strip() or default
    try:
        (limit,) = parse_many(raw)
    except ValueError:  # no limit, or several
        limit = None
    if limit is None or not limit.amount:
        raise ConfigError(f"{name} is {raw!r}; it takes one limit, like {default!r}.")
    return limit


def make_folder(name: str, folder: Path) -> None:
    """Make the folder that a variable names, unless it is there; raise ConfigError where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"{name} is {str(folder)!r}, a folder that cannot be made: {error.strerror}."
        ) from error
