"""What people do, and which revisions that sets: the table, written from the cache law of DESIGN.md, not from the code.

A pupil's own screens depend on the pupil and on the posts of each class; a teacher's first page on the teacher and on
posts and work of each class; a class's pages on its posts, the teacher's also on its work; all on the school.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cozmic.rules.marks import grade_version
from tests.factories import PASSWORD


@dataclass(frozen=True, slots=True)
class Act:
    """A request, and the revisions that it sets: "person ben, work room", by the names of people and classes below."""

    who: str
    path: str
    data: Mapping[str, str] = field(default_factory=dict)
    sets: str = ""

    @property
    def expected(self) -> set[str]:
        """The revisions one by one."""
        return set(self.sets.split(", ")) - {""}


KEY = {"once_key": "k"}
NO_GRADE = {"known": grade_version(None, None, is_by_hand=False, comment="")}
PLAN = {
    "title": "Changed", "instructions": "", "opens_at": "", "due_at": "", "closes_at": "", "attempts_allowed": "3",
    "late_rule": "accept", "late_penalty_percent": "10", "release": "automatic",
}  # fmt: skip
QUESTION = {
    "prompt": "How many now?", "explanation": "", "hint_1": "", "hint_2": "", "hint_3": "", "difficulty": "3",
    "skill": "", "answer": "7", "tolerance": "0", "unit": "", "once_key": "k",
}  # fmt: skip
ROOM, QUIZ = "/classrooms/{room}", "/classrooms/{room}/assignments/{quiz}"

BOTH, BEN = "posts room, work room", "person ben, work room"

ACTS = {
    "announce": Act("ada", f"{ROOM}/announcements", {"body": "Hello", **KEY}, sets="posts room"),
    "take an announcement back": Act(
        "ada", f"{ROOM}/announcements/{{note}}/take-back", sets="posts room"
    ),
    "draft": Act("ada", f"{ROOM}/assignments/new", {**PLAN, **KEY}, sets="posts room"),
    "change a draft": Act("ada", f"{ROOM}/assignments/{{draft}}/edit", PLAN, sets="posts room"),
    "change what is published": Act("ada", f"{ROOM}/assignments/{{fresh}}/edit", PLAN, sets=BOTH),
    "move the due time of late work": Act(
        "ada", f"{ROOM}/assignments/{{late}}/edit", PLAN, sets="person ben, posts room, work room"
    ),
    "release with the release rule": Act(
        "ada", f"{ROOM}/assignments/{{held}}/edit", PLAN, sets="person ben, posts room, work room"
    ),
    "publish": Act("ada", f"{ROOM}/assignments/{{draft}}/publish", sets=BOTH),
    "unpublish": Act("ada", f"{ROOM}/assignments/{{fresh}}/unpublish", sets=BOTH),
    "delete a draft": Act("ada", f"{ROOM}/assignments/{{draft}}/delete", sets="posts room"),
    "copy to another class": Act(
        "ada", f"{QUIZ}/copy", {"classroom": "{other}", **KEY}, sets="posts other"
    ),
    "add questions": Act(
        "ada",
        f"{ROOM}/assignments/{{fresh}}/questions",
        {"questions": "{spare}", "points": "2"},
        sets=BOTH,
    ),
    "give questions points": Act(
        "ada", f"{ROOM}/assignments/{{fresh}}/questions/points", {"points-{item}": "5"}, sets=BOTH
    ),
    "move a question": Act(
        "ada",
        f"{ROOM}/assignments/{{fresh}}/questions/{{item}}/move",
        {"direction": "down"},
        sets=BOTH,
    ),
    "take a question off": Act(
        "ada", f"{ROOM}/assignments/{{fresh}}/questions/{{item}}/remove", sets=BOTH
    ),
    "start": Act("ben", "/student/assignments/{fresh}/start", sets=BEN),
    "start what is begun": Act("emma", "/student/assignments/{quiz}/start"),
    "save answers": Act(
        "emma", "/student/attempts/{open}/answers", {"answer-{asked}": "5", "version-{asked}": "0"}
    ),
    "hand in": Act("emma", "/student/attempts/{open}/hand-in", sets="person emma, work room"),
    "hand in twice": Act("ben", "/student/attempts/{handed_in}/hand-in"),
    "collect": Act("ada", f"{ROOM}/assignments/{{closed}}/collect", sets="person emma, work room"),
    "rename a class": Act(
        "ada", f"{ROOM}/settings", {"name": "5B", "grade": ""}, sets="posts room"
    ),
    "archive a class": Act(
        "ada",
        f"{ROOM}/settings/archive",
        sets="person ada, person ben, person emma, person barred, posts room, work room",
    ),
    "restore a class": Act(
        "ada",
        "/classrooms/{shelved}/settings/restore",
        sets="person ada, person ben, posts shelved, work shelved",
    ),
    "change the code": Act("ada", f"{ROOM}/settings/code", sets="posts room"),
    "hold all grades": Act(
        "ada", f"{ROOM}/assignments/{{graded}}/hold", sets="person ben, posts room, work room"
    ),
    "release all grades": Act("ada", f"{ROOM}/assignments/{{held}}/release", sets=BEN),
    "hold a grade": Act("ada", f"{ROOM}/assignments/{{graded}}/grades/{{ben}}/hold", sets=BEN),
    "release a grade": Act("ada", f"{ROOM}/assignments/{{held}}/grades/{{ben}}/release", sets=BEN),
    "release what is released": Act("ada", f"{ROOM}/assignments/{{graded}}/grades/{{ben}}/release"),
    "mark an answer": Act(
        "ada", "/teacher/grading/{essay}", {"points": "1", "comment": "", "known": "|"}, sets=BEN
    ),
    "set a grade by hand": Act(
        "ada",
        f"{ROOM}/assignments/{{fresh}}/grades/{{ben}}",
        {"points": "1", "reason": "Oral", **NO_GRADE},
        sets=BEN,
    ),
    "go back to the attempts": Act(
        "ada", f"{ROOM}/assignments/{{fresh}}/grades/{{ben}}/automatic", NO_GRADE, sets=BEN
    ),
    "comment on a grade": Act(
        "ada",
        f"{ROOM}/assignments/{{fresh}}/grades/{{ben}}/comment",
        {"comment": "Well", **NO_GRADE},
        sets=BEN,
    ),
    "write a question": Act("ada", "/teacher/questions/new/numeric", QUESTION, sets="person ada"),
    "copy a question": Act("ada", "/teacher/questions/{spare}/copy", KEY, sets="person ada"),
    "change a question that nobody met": Act(
        "ada", "/teacher/questions/{unmet}/edit", QUESTION, sets="person ada, posts room"
    ),
    "change a question that pupils met": Act(
        "ada", "/teacher/questions/{met}/edit", QUESTION, sets="person ada, posts room"
    ),
    "archive a question": Act(
        "ada", "/teacher/questions/{unmet}/archive", sets="person ada, posts room"
    ),
    "restore a question": Act(
        "ada", "/teacher/questions/{spare}/restore", sets="person ada, posts room"
    ),
    "add a new pupil": Act(
        "ada",
        f"{ROOM}/people/new",
        {"given_name": "Finn", "family_name": "", **KEY},
        sets="person new, posts room, work room",
    ),
    "add somebody who has an account": Act(
        "ada",
        f"{ROOM}/people/import/confirm",
        {"text": "Cleo,,cleo", "layout": "given-first", **KEY},
        sets="person cleo, posts room, work room",
    ),
    "join with the code": Act(
        "cleo", "/join", {"code": "{code}"}, sets="person cleo, posts room, work room"
    ),
    "join twice": Act("ben", "/join", {"code": "{code}"}),
    "remove a pupil": Act(
        "ada", f"{ROOM}/people/{{ben}}/remove", sets="person ben, posts room, work room"
    ),
    "bring a pupil back": Act(
        "ada", f"{ROOM}/people/{{gone}}/bring-back", sets="person gone, posts room, work room"
    ),
    "give a pupil a password": Act(
        "ada", f"{ROOM}/people/{{ben}}/password", KEY, sets="person ben"
    ),
    "open a class": Act(
        "ada",
        "/teacher/classrooms/new",
        {"name": "5B", "grade": "", **KEY},
        sets="person ada, posts new, work new",
    ),
    "change one's password": Act(
        "ben",
        "/account/password",
        {"current_password": PASSWORD, "password": "three good words"},
        sets="person ben",
    ),
    "change one's address": Act(
        "ben",
        "/account/email",
        {"current_password": PASSWORD, "email": "ben@school.example"},
        sets="person ben",
    ),
    "rename a pupil": Act(
        "root",
        "/ops/people/{ben}/name",
        {"given_name": "Benno", "family_name": ""},
        sets="person ben, posts room, posts shelved, work room, work shelved",
    ),
    "rename a teacher": Act(
        "root",
        "/ops/people/{dan}/name",
        {"given_name": "Daniel", "family_name": ""},
        sets="person dan, posts dan_class, work dan_class",
    ),
    "suspend": Act(
        "root",
        "/ops/people/{ben}/suspend",
        sets="person ben, posts room, posts shelved, work room, work shelved",
    ),
    "reinstate": Act(
        "root", "/ops/people/{barred}/reinstate", sets="person barred, posts room, work room"
    ),
    "give somebody a password": Act("root", "/ops/people/{ben}/password", KEY, sets="person ben"),
    "give somebody an address": Act(
        "root", "/ops/people/{ben}/email", {"email": "b@school.example"}, sets="person ben"
    ),
    "hand a class over": Act(
        "root",
        "/ops/classrooms/{room}/teacher",
        {"teacher": "{dan}"},
        sets="person ada, person dan, posts room, work room",
    ),
    "invite": Act(
        "root",
        "/ops/invitations",
        {
            "given_name": "Eve",
            "family_name": "",
            "email": "eve@school.example",
            "role": "teacher",
            **KEY,
        },
    ),
    "change the school": Act(
        "root",
        "/ops/school",
        {"name": "Orion", "zone": "Europe/Paris", "language": "en"},
        sets="school",
    ),
    "sign out": Act("ben", "/sign-out"),
}
