"""The command line of `make load`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from load_pages import last_knee
from load_shapes import SHAPES, Shape, spike_of
from load_stage import PLANTS, Settings


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description="Load the platform as a school would, and judge it."
    )
    parser.add_argument("shape", choices=SHAPES)
    parser.add_argument("--minutes", type=float, help="how long the main part lasts")
    parser.add_argument(
        "--scale", type=float, default=1.0, help="so many times the people (0.1: a tenth)"
    )
    parser.add_argument("--per-s", type=float, help="so many people come in a second (20 at most)")
    parser.add_argument("--starts", type=int, help="how often the server is started anew (bell)")
    parser.add_argument(
        "--knee", type=int, help="for spike: the knee that was measured (else the last one's)"
    )
    parser.add_argument("--processes", type=int, default=1, help="processes of the generator")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--calm", action="store_true", help="people who read: a median of 15 s a page"
    )
    parser.add_argument("--without-redis", action="store_true", help="REDIS_URL unset")
    parser.add_argument("--no-cache", action="store_true", help="PAGE_CACHE=0")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of the platform"
    )
    parser.add_argument(
        "--plant", choices=PLANTS, default="", help="a fault, to see the load test fail"
    )
    parser.add_argument("--json", type=Path, help="write every figure to this file too")
    parser.add_argument(
        "--write", action="store_true", help="write the page and picture in docs/reference/load/"
    )
    options = parser.parse_args(arguments)
    if options.shape == "knee" and options.processes > 1:
        parser.error("knee takes one process: it looks at what it measures")
    if any("=" not in one for one in options.set):
        parser.error("--set takes NAME=VALUE")
    return options


def shape_of(options: argparse.Namespace) -> Shape:
    """The shape that the command line asks for."""
    shape = SHAPES[options.shape]
    if options.shape == "spike":
        shape = spike_of(options.knee or last_knee())
    if options.scale != 1:
        shape = shape.scaled(options.scale)
    if options.minutes is not None:
        shape = shape.lasting(options.minutes)
    if options.per_s:
        shape = shape.coming(options.per_s)
    if options.starts is not None:
        shape = shape.starting(options.starts)
    return shape


def settings_of(options: argparse.Namespace) -> Settings:
    """How the platform is to be set."""
    changes = dict(one.split("=", 1) for one in options.set)
    return Settings(
        options.workers,
        options.threads,
        not options.without_redis,
        not options.no_cache,
        changes,
        options.plant,
    )


def is_short(options: argparse.Namespace) -> bool:
    """Whether a shape was made smaller, so that its figures prove nothing."""
    return options.scale != 1 or options.minutes is not None or options.starts is not None
