"""Pupils who do something together, at a moment: they come at the bell, hand in at the end, or all come at once."""

from __future__ import annotations

from typing import Any

import gevent  # type: ignore[import-untyped]
from locust import task
from people import flow
from people_pupils import Pupil


class Signal:
    """Something that many wait for."""

    events: dict[str, Any] = {}  # noqa: RUF012  shared on purpose

    @classmethod
    def of(cls, name: str) -> Any:
        """Return the event of this name; the conductor sets it."""
        return cls.events.setdefault(name, gevent.event.Event())


class BellPupil(Pupil):
    """Waits outside until the bell, signs in at some moment of the ten seconds after it, and goes to work."""

    kind = "bell"
    weight = 0
    prefix = "bell: "
    within_s = 10.0

    def on_start(self) -> None:
        """Wait for the bell."""
        Signal.of("bell").wait()
        gevent.sleep(self.dice.uniform(0, self.within_s))
        super().on_start()


class ExamPupil(Pupil):
    """Takes the one quiz with everybody, and hands in with everybody."""

    kind = "exam"
    weight = 0
    within_s = 60.0
    exam = ""
    has_handed_in = False

    @task
    @flow
    def take_the_exam(self) -> None:
        """Once; then look at the result and the first page again and again."""
        attempt = "" if self.has_handed_in else self.begin(self.exam)
        if not attempt:
            self.page("/student/", "GET /student/")
            return
        questions = self.answer_all(attempt)
        Signal.of("hand in").wait()
        gevent.sleep(self.dice.uniform(0, self.within_s))
        self.hand_in(attempt, questions, "exam: ")
        self.has_handed_in = True
        self.think()
        self.page(f"/student/attempts/{attempt}/result", "GET /student/attempts/:id/result")


ExamPupil.tasks = [ExamPupil.take_the_exam]


class SpikePupil(Pupil):
    """Signs in early, sits idle, and works as long as the spike lasts."""

    kind = "spike"
    weight = 0

    def on_start(self) -> None:
        """Sign in and wait."""
        super().on_start()
        Signal.of("spike").wait()
        gevent.sleep(self.dice.uniform(0, 3))

    def think(self) -> None:
        """Look at the page; when the spike is over, for good."""
        super().think()
        if Signal.of("calm").is_set():
            gevent.sleep(3600)

    def wait_time(self) -> float:
        """How long a page is looked at."""
        return 3600.0 if Signal.of("calm").is_set() else super().wait_time()
