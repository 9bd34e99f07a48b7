"""Teachers, who watch their classes, grade and post; and an admin, who looks after the school."""

from __future__ import annotations

import re

from locust import task
from people import LEDGER, Person, Reply, flow

GRADING = re.compile(r'href="(/teacher/grading/(\d+)[^"]*)"')
ACTION = re.compile(r'action="(/teacher/grading/(\d+)[^"]*)"')
KNOWN = re.compile(r'name="known"[^>]*? value="([^"]*)"')
ONCE = re.compile(r'name="once_key"[^>]*? value="([^"]*)"')
WORTH = re.compile(r'data-first="Give the points first: 0 to ([\d.]+)')
MOST_MARKED = 4


class Teacher(Person):
    """A teacher at work."""

    kind = "teacher"
    weight = 1

    def some_class(self) -> str:
        """One of the teacher's classes, as in the address."""
        if not self.account.classes:
            body = self.fresh_page("/teacher/classrooms", "GET /teacher/classrooms").decode()
            return str(self.dice.choice(re.findall(r"/classrooms/(\d+)", body) or ["0"]))
        return str(self.dice.choice(sorted(self.account.classes)))

    @task(6)
    @flow
    def watch(self) -> None:
        """See what waits."""
        self.page("/teacher/", "GET /teacher/")

    @task(3)
    @flow
    def visit_a_class(self) -> None:
        """Look at a class: its assignments and its people."""
        room = self.some_class()
        self.page(f"/classrooms/{room}/", "GET /classrooms/:id/")
        self.think()
        page = self.dice.choice(["assignments", "people"])
        self.page(f"/classrooms/{room}/{page}", f"GET /classrooms/:id/{page}")

    @task(2)
    @flow
    def open_the_gradebook(self) -> None:
        """Look at all grades of a class."""
        self.page(f"/classrooms/{self.some_class()}/gradebook", "GET /classrooms/:id/gradebook")

    @task(3)
    @flow
    def grade(self) -> None:
        """Mark some of the answers that wait, one after the other."""
        body = self.fresh_page("/teacher/to-grade", "GET /teacher/to-grade").decode()
        found = GRADING.search(body.replace("&amp;", "&"))
        place = found[1] if found else ""
        for _ in range(MOST_MARKED):
            self.think()
            if "/teacher/grading/" not in place:
                return
            place = self._mark(place)

    def _mark(self, place: str) -> str:
        body = self.fresh_page(place, "GET /teacher/grading/:id")
        self.keep_token(body)
        text = body.decode().replace("&amp;", "&")
        action, known, worth = ACTION.search(text), KNOWN.search(text), WORTH.search(text)
        if not (action and known and worth) or 'name="goes_on" type="hidden" value="1"' not in text:
            return ""
        self.think()
        points = self.dice.choice(["0", worth[1]])
        comment = f"Looked at: {self.dice.randrange(10**9)}"
        value = f"{float(points):g} {comment}"
        LEDGER.send("mark", action[2], value)
        form = {"points": points, "comment": comment, "known": known[1], "goes_on": "1"}
        reply = self.send(action[1], "POST /teacher/grading/:id", form)
        LEDGER.acknowledge("mark", action[2], value)
        return reply.location

    @task(1)
    @flow
    def post(self) -> None:
        """Tell a class something."""
        room = self.some_class()
        body = self.fresh_page(f"/classrooms/{room}/", "GET /classrooms/:id/")
        self.keep_token(body)
        once = ONCE.search(body.decode())
        if once is None:
            return
        self.think()
        text = f"Load note {self.dice.getrandbits(60):x}"
        LEDGER.send("note", text, room)

        def act() -> Reply:
            return self.send(
                f"/classrooms/{room}/announcements", "POST /classrooms/:id/announcements",
                {"body": text, "once_key": once[1]},
            )  # fmt: skip

        self.insist(act)
        LEDGER.acknowledge("note", text, room)


class ExamTeacher(Teacher):
    """Watches the class that writes the exam."""

    kind = "exam teacher"
    weight = 0

    @task
    @flow
    def watch_closely(self) -> None:
        """See who has handed in."""
        self.page("/teacher/", "GET /teacher/ (exam)")


ExamTeacher.tasks = [ExamTeacher.watch_closely]


class Admin(Person):
    """An admin, who reads lists."""

    kind = "admin"
    fixed_count = 1

    @task(3)
    @flow
    def read_people(self) -> None:
        """Who is here."""
        self.page("/ops/", "GET /ops/")

    @task(1)
    @flow
    def read_classes(self) -> None:
        """Which classes there are."""
        self.page("/ops/classrooms", "GET /ops/classrooms")

    @task(1)
    @flow
    def read_events(self) -> None:
        """What has been done."""
        self.page("/ops/events", "GET /ops/events")
