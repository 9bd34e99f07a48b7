"""The verbs of the audit record, as the admins' pages say them: somebody … somebody, in some class."""

from __future__ import annotations

from dataclasses import dataclass

EVENT_WORDS = {
    "accept_invitation": "accepted an invitation",
    "add_pupils": "added pupils",
    "announce": "announced",
    "archive_classroom": "archived the class",
    "back_up_school": "backed up the school",
    "bring_back_pupil": "brought back",
    "change_password": "changed their own password",
    "change_school": "changed the school's settings",
    "create_admin": "made an admin of",
    "delete_draft": "deleted a draft",
    "draft_assignment": "drafted an assignment",
    "hand_over_classroom": "handed over to",
    "invite": "invited",
    "join_as_new_pupil": "joined with the class code",
    "make_new_cards": "made new login cards",
    "open_classroom": "opened the class",
    "publish_assignment": "published an assignment",
    "reinstate_person": "reinstated",
    "remove_pupil": "removed",
    "rename_person": "renamed",
    "reset_password": "gave a new password to",
    "restore_classroom": "restored the class",
    "restore_school": "restored the school from a backup",
    "rotate_join_code": "changed the code",
    "set_email": "set the e-mail of",
    "suspend_person": "suspended",
    "unpublish_assignment": "took back an assignment",
    "withdraw_invitation": "withdrew the invitation of",
    "write_question": "wrote a question",
}
# What stands between the words and the class; "in" where nothing is said here.
EVENT_PLACES = {
    "archive_classroom": "",
    "bring_back_pupil": "to",
    "hand_over_classroom": "the class",
    "open_classroom": "",
    "remove_pupil": "from",
    "restore_classroom": "",
    "rotate_join_code": "of",
}


@dataclass(frozen=True, slots=True)
class EventWords:
    """An event in words: somebody `did` … somebody, `place` some class."""

    did: str
    place: str


def event_words(verb: str) -> EventWords:
    """Return a verb in words; one that nobody has put into words yet with spaces."""
    return EventWords(
        did=EVENT_WORDS.get(verb, verb.replace("_", " ")), place=EVENT_PLACES.get(verb, "in")
    )
