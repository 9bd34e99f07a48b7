"""All that can be done to a school: the acts of tests/writes/touched_acts.py, and what needs more than a form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from cozmic.access.clock import get_now
from cozmic.access.links import make_invitation_token, make_reset_token
from cozmic.extensions import db
from cozmic.models import Invitation, User
from cozmic.rules.enums import Role
from tests.client import anonymous
from tests.factories import PASSWORD, save
from tests.writes.touched_acts import ACTS, KEY, ROOM, Act
from tests.writes.touched_stage import Stage

Deed = Callable[[Stage], int]
"""Does it and returns the status of the answer."""
CHANGES_NOTHING = {
    "classroom.preview_pupils", "teacher.preview_new_question", "teacher.preview_question", "auth.send_reset",
}  # fmt: skip
"""Routes that take a form and write no row that any screen shows."""
WORDS = "three good words"


def do(act: Act) -> Deed:
    """Make a deed of an act."""
    return lambda stage: stage.do(act)


def post(stage: Stage, path: str, **data: str) -> int:
    """Send a form as a stranger."""
    return anonymous(stage.app).post(stage.fill(path), data=data).status_code


def sign_in(stage: Stage) -> int:
    """Ben signs in."""
    return post(stage, "/login", username="ben", password=PASSWORD)


def join_as_newcomer(stage: Stage) -> int:
    """A child without an account joins Ada's class."""
    return post(
        stage, "/join", code=stage.things["code"], given_name="Nova", family_name="", password=WORDS, once_key="n",
    )  # fmt: skip


def reset_by_link(stage: Stage) -> int:
    """Ada follows the link in a mail."""
    token = make_reset_token(db.session.get_one(User, stage.people["ada"]), now=get_now())
    return post(stage, f"/reset-password/{token}", password=WORDS)


def make_invitation(stage: Stage) -> Invitation:
    """Somebody is invited."""
    now = get_now()
    invited = Invitation(
        role=Role.TEACHER, given_name="Eve", family_name="", email="eve@school.example",
        invited_by_id=stage.people["root"], created_at=now, expires_at=now + timedelta(days=1),
    )  # fmt: skip
    save(invited)
    return invited


def accept_invitation(stage: Stage) -> int:
    """Eve makes her account."""
    token = make_invitation_token(make_invitation(stage))
    return post(stage, f"/invitations/{token}", username="eve", password=WORDS)


def withdraw_invitation(stage: Stage) -> int:
    """The admin ends an invitation."""
    invited = make_invitation(stage).id
    return stage.do(Act("root", f"/ops/invitations/{invited}/withdraw"))


def save_one_answer(stage: Stage) -> int:
    """Emma's page saves while she types."""
    path = stage.fill("/student/attempts/{open}/answers/{asked}")
    return stage.client("emma").put(path, json={"answer": "7", "version": 0}).status_code


def end_a_session(stage: Stage) -> int:
    """Ben signs out another device of his."""
    client = stage.client("ben")
    with client.session_transaction() as cookie:
        session_id = cookie["session_id"]
    return client.post(f"/account/sessions/{session_id}/end").status_code


def load_the_bank(stage: Stage) -> int:
    """An operator loads the starter bank."""
    return run(stage, "seed", "bank")


def load_people(stage: Stage) -> int:
    """An operator loads made-up people, then takes them away."""
    run(stage, "seed", "load", "--students", "30", "--responses", "60")
    return run(stage, "seed", "unload")


def run(stage: Stage, *words: str) -> int:
    """Run a command; 303 for one that went well."""
    db.session.remove()
    result = stage.app.test_cli_runner().invoke(args=list(words))
    assert result.exit_code == 0, result.output
    return 303


NAME = {"given_name": "Benno", "family_name": "Older"}
DEEDS: dict[str, Deed] = {name: do(act) for name, act in ACTS.items()} | {
    "rename a pupil of one's class": do(Act("ada", f"{ROOM}/people/{{ben}}/name", NAME)),
    "print new login cards": do(
        Act("ada", f"{ROOM}/people/login-cards", {"everybody": "1", **KEY})
    ),
    "sign out everywhere": do(Act("ben", "/sign-out-everywhere")),
    "sign in": sign_in,
    "join as a newcomer": join_as_newcomer,
    "reset a password by a link": reset_by_link,
    "accept an invitation": accept_invitation,
    "withdraw an invitation": withdraw_invitation,
    "save one answer": save_one_answer,
    "end a session": end_a_session,
    "load the starter bank": load_the_bank,
    "load made-up people and remove them": load_people,
}
