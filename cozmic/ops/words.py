"""The verbs of the audit record, as the admins' pages say them: somebody … somebody, in some class."""

from __future__ import annotations

from cozmic.rules.enums import Role

EVENT_WORDS = {
    "accept_invitation": "accepted an invitation",
    "add_pupils": "added pupils",
    "announce": "announced",
    "archive_classroom": "archived the class",
    "bring_back_pupil": "brought back",
    "change_password": "changed their own password",
    "change_school": "changed the school's settings",
    "create_admin": "was made an admin",
    "delete_draft": "deleted a draft",
    "draft_assignment": "drafted an assignment",
    "hand_over_classroom": "handed the class over to",
    "invite": "invited",
    "open_classroom": "opened the class",
    "publish_assignment": "published an assignment",
    "reinstate_person": "reinstated",
    "remove_pupil": "removed from the class",
    "rename_person": "renamed",
    "reset_password": "gave a new password to",
    "restore_classroom": "restored the class",
    "rotate_join_code": "changed the class code",
    "set_email": "set the e-mail of",
    "suspend_person": "suspended",
    "unpublish_assignment": "took back an assignment",
    "withdraw_invitation": "withdrew the invitation of",
    "write_question": "wrote a question",
}
ROLE_WORDS = {
    Role.STUDENT: "Pupil",
    Role.TEACHER: "Teacher",
    Role.ADMIN: "Admin",
    Role.GUARDIAN: "Guardian",
}
ROLE_GROUPS = {
    Role.STUDENT: "Pupils",
    Role.TEACHER: "Teachers",
    Role.ADMIN: "Admins",
    Role.GUARDIAN: "Guardians",
}


def event_words(verb: str) -> str:
    """Return a verb in words; one that nobody has put into words yet with spaces."""
    return EVENT_WORDS.get(verb, verb.replace("_", " "))
