"""An answer within a deadline, from something that may hang: a database that is stopped keeps no timeout of its own."""

from __future__ import annotations

from collections.abc import Callable
from threading import BoundedSemaphore, Thread
from typing import Generic, TypeVar

from flask import Flask, current_app

from cozmic.connections import within_deadline

Answer = TypeVar("Answer")


class Question(Generic[Answer]):
    """A function that is asked in a thread of its own, by at most so many at once."""

    def __init__(
        self, ask: Callable[[], Answer], *, deadline_s: float, most_at_once: int = 3
    ) -> None:
        self._ask = ask
        self._deadline_s = deadline_s
        # Threads that hang stay behind; without a bound every question of a monitor would leave one.
        self._places = BoundedSemaphore(most_at_once)

    def answer(self) -> Answer:
        """Return the answer, or raise what the function raised; raise TimeoutError at the deadline."""
        if not self._places.acquire(blocking=False):
            raise TimeoutError("earlier questions are still waiting")
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  for another thread
        found: list[Answer] = []
        failed: list[BaseException] = []
        thread = Thread(target=self._run, args=(app, found, failed), name="question", daemon=True)
        thread.start()
        thread.join(self._deadline_s)
        if failed:
            raise failed[0]
        if not found:
            raise TimeoutError(f"no answer within {self._deadline_s:g} s")
        return found[0]

    def _run(self, app: Flask, found: list[Answer], failed: list[BaseException]) -> None:
        try:
            with app.app_context(), within_deadline():
                found.append(self._ask())
        except Exception as error:  # noqa: BLE001  it is raised again where somebody waits
            failed.append(error)
        finally:
            self._places.release()
