"""How far a copy is, on a terminal, and that it goes on where it was stopped."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import NoReturn

import click

AGAIN = "Run the same command again: it goes on where it stopped."


@contextmanager
def showing_progress(rows: int, label: str) -> Iterator[Callable[[str, int], None]]:
    """Show a bar for so many rows; yield what is told a table's name, and how many of its rows are done."""
    began_at: list[float] = []
    first_rows = 0

    def shown(table: str | None) -> str | None:
        if table is None or not began_at:
            return None
        left_s = seconds_left(monotonic() - began_at[0], bar.pos - first_rows, rows - bar.pos)
        return f"{table}{'' if left_s is None else f', about {as_clock(left_s)} left'}"

    with click.progressbar(
        length=rows, label=label, show_eta=False, item_show_func=shown
    ) as bar:  # click's own estimate follows its last few steps, which may be tables of one row

        def told(table: str, number: int) -> None:
            nonlocal first_rows
            if not began_at:  # what came before, the migrations, says nothing of the pace
                began_at.append(monotonic())
                first_rows = number
            bar.update(number, table)

        yield told


def seconds_left(elapsed_s: float, done: int, left: int) -> float | None:
    """Return how long the rest takes at the pace of all that is done; None: nothing is done yet."""
    return elapsed_s / done * left if done > 0 else None


def as_clock(seconds: float) -> str:
    """Return seconds as minutes and seconds."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


@contextmanager
def stopping_in_words() -> Iterator[None]:
    """End with one line on Ctrl-C, and likewise when told to end (TERM)."""

    def stop(_number: int, _frame: object) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except KeyboardInterrupt:
        raise click.ClickException(f"Stopped. {AGAIN}") from None
    finally:
        signal.signal(signal.SIGTERM, before)
