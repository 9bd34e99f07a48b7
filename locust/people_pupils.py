"""Pupils: they look what there is, take quizzes answer by answer, hand in, and read what became of it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from locust import task
from people import LEDGER, GaveUp, Person, Reply, flow

ASSIGNMENT = re.compile(rb"/student/assignments/(\d+)")
RESULT = re.compile(rb"/student/attempts/(\d+)/result")
ITEM = re.compile(rb'data-item="(\d+)"')
VERSION = re.compile(rb'name="version-\d+" value="(\d+)"')
CHOICE = re.compile(rb'type="radio" name="answer-\d+" value="([^"]+)"')
PRACTICE = b"Open practice "
"""How the quizzes are called that may be taken again and again (cozmic/seed/load_term.py)."""


@dataclass(slots=True)
class Question:
    """A question on the page, as its script knows it."""

    id: str
    version: int
    choices: tuple[str, ...]
    is_essay: bool
    answer: str = ""


def read_questions(body: bytes) -> list[Question]:
    """Return the questions of a take page."""
    found = []
    for part in body.split(b'<div class="take-item"')[1:]:
        item, version = ITEM.search(part), VERSION.search(part)
        if item and version:
            choices = tuple(one.decode() for one in CHOICE.findall(part))
            found.append(Question(item[1].decode(), int(version[1]), choices, b"<textarea" in part))
    return found


def find_practice(body: bytes) -> list[str]:
    """Return the ids of the practice quizzes that a page leads to."""
    links = (part.partition(b"</a>")[0] for part in body.split(b'href="/student/assignments/')[1:])
    return [link.partition(b'"')[0].decode() for link in links if PRACTICE in link]


class Pupil(Person):
    """A pupil at work."""

    kind = "pupil"
    weight = 24

    @task(16)
    @flow
    def look_around(self) -> None:
        """See what is new."""
        self.page("/student/", "GET /student/")

    @task(6)
    @flow
    def see_assignments(self) -> None:
        """See all work, and one piece of it."""
        body = self.fresh_page("/student/assignments/", "GET /student/assignments/")
        self.think()
        if ids := ASSIGNMENT.findall(body):
            self._look_at(self.dice.choice(ids).decode())

    @task(4)
    @flow
    def read_feedback(self) -> None:
        """Read what became of something that was handed in."""
        body = self.fresh_page("/student/", "GET /student/")
        self.think()
        if ids := RESULT.findall(body):
            self.page(
                f"/student/attempts/{self.dice.choice(ids).decode()}/result",
                "GET /student/attempts/:id/result",
            )

    @task(2)
    @flow
    def see_progress(self) -> None:
        """See how one gets on."""
        self.page("/student/progress", "GET /student/progress")

    @task(4)
    @flow
    def read_the_stream(self) -> None:
        """Read what the teacher has announced."""
        classes = sorted(self.account.classes)
        if classes:
            self.page(f"/classrooms/{self.dice.choice(classes)}/", "GET /classrooms/:id/")
        else:
            self.page("/student/", "GET /student/")

    @task(4)
    @flow
    def take_a_quiz(self) -> None:
        """Choose a practice quiz, take it, and read the result."""
        body = self.fresh_page("/student/assignments/", "GET /student/assignments/")
        self.think()
        if not (ids := find_practice(body)):
            return
        attempt = self.begin(self.dice.choice(ids))
        if attempt:
            questions = self.answer_all(attempt)
            self.think()
            self.hand_in(attempt, questions)
            self.think()
            self.page(f"/student/attempts/{attempt}/result", "GET /student/attempts/:id/result")

    def _look_at(self, assignment: str) -> bytes:
        body = self.page(f"/student/assignments/{assignment}", "GET /student/assignments/:id")
        self.keep_token(body)
        return body

    def begin(self, assignment: str) -> str:
        """Start an attempt or go on with the open one; return its id, empty where none is left."""
        body = self._look_at(assignment)
        self.think()
        open_one = self.find_id(body.decode(errors="replace"), r'href="/student/attempts/(\d+)"')
        if open_one:
            return open_one
        if b"/start" not in body:
            return ""
        reply = self.insist(
            lambda: self.send(
                f"/student/assignments/{assignment}/start",
                "POST /student/assignments/:id/start",
                {},
            )
        )
        attempt = self.find_id(reply.location, r"/attempts/(\d+)")
        LEDGER.acknowledge("start", attempt, self.account.username)
        return attempt

    def answer_all(self, attempt: str) -> list[Question]:
        """Open the page and answer question by question; each answer is saved when it is given."""
        body = self.fresh_page(f"/student/attempts/{attempt}", "GET /student/attempts/:id")
        self.keep_token(body)
        questions = read_questions(body)
        for question in questions:
            self.think()
            self._save(attempt, question)
        return questions

    def _save(self, attempt: str, question: Question) -> None:
        answer = self._make_answer(question)
        key = f"{attempt}/{question.id}"
        LEDGER.send("answer", key, answer)
        body = json.dumps({"answer": answer, "version": question.version})
        headers = {"X-CSRFToken": self.token, "Content-Type": "application/json", "Accept": "application/json",
                   "Referer": f"{self.host}/student/attempts/{attempt}"}  # fmt: skip
        reply = self.insist(
            lambda: self.ask(
                "PUT", f"/student/attempts/{attempt}/answers/{question.id}", "PUT /student/attempts/:id/answers/:id",
                headers=headers, data=body,
            )
        )  # fmt: skip
        question.version = int(json.loads(reply.body)["version"])
        question.answer = answer
        LEDGER.acknowledge("answer", key, answer, question.version)

    def _make_answer(self, question: Question) -> str:
        if question.choices:
            return self.dice.choice(question.choices)
        if question.is_essay:
            return f"I think it is so because of number {self.dice.randrange(10**9)}."
        return str(self.dice.randrange(1, 1000))

    def hand_in(self, attempt: str, questions: list[Question], name: str = "") -> None:
        """Close the attempt; sent again until the server has answered."""
        form: dict[str, str] = {}
        for question in questions:
            form |= {
                f"answer-{question.id}": question.answer,
                f"version-{question.id}": str(question.version),
            }
        LEDGER.send("hand-in", attempt, "in")

        def act() -> Reply:
            return self.send(
                f"/student/attempts/{attempt}/hand-in",
                f"{name}POST /student/attempts/:id/hand-in",
                form,
            )

        reply = self.insist(act)
        if not reply.location.endswith("/result"):
            raise GaveUp
        LEDGER.acknowledge("hand-in", attempt, "in")
