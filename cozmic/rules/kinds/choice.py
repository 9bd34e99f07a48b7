"""One choice of several. Body: {"choices": [{"id", "text"}, 2 to 8 of them], "correct": id}; an answer is an id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from cozmic.errors import Invalid
from cozmic.rules.kinds.verdict import (
    BLANK,
    CORRECT,
    WRONG,
    Body,
    Verdict,
    expect_fields,
    expect_line,
    expect_text,
)
from cozmic.rules.typed import is_blank, tidy

FEWEST, MOST = 2, 8
LONGEST_CHOICE = 500
IDS = "abcdefgh"


def check_body(body: Body) -> None:
    """Raise Invalid unless there are 2 to 8 different choices and one of them is the right one.

    The field of a choice's own fault is "choices-N", counted from 0.
    """
    expect_fields(body, "choices", "correct")
    choices = body["choices"]
    if not isinstance(choices, list) or not FEWEST <= len(choices) <= MOST:
        raise Invalid("choices", f"Give {FEWEST} to {MOST} choices.")
    seen: set[str] = set()
    for index, choice in enumerate(choices):
        field = f"choices-{index}"
        expect_fields(choice, "id", "text")
        text = expect_line(field, choice["text"], longest=LONGEST_CHOICE, what="a choice")
        if tidy(text) in seen:
            raise Invalid(field, "Two choices read the same. Change or remove one.")
        seen.add(tidy(text))
    ids = [choice["id"] for choice in choices]
    if not all(isinstance(name, str) and 0 < len(name) <= 8 and name.isalnum() for name in ids):
        raise Invalid("choices", "The id of a choice has 1 to 8 letters or digits.")
    if len(set(ids)) < len(ids):
        raise Invalid("choices", "Two choices have the same id.")
    if not isinstance(body["correct"], str) or body["correct"] not in ids:
        raise Invalid("correct", "Mark the choice that is right.")


def grade(body: Body, answer: object) -> Verdict:
    """Compare ids exactly: they are the page's words, not the pupil's."""
    if answer is None or (isinstance(answer, str) and is_blank(answer)):
        return BLANK
    return CORRECT if isinstance(answer, str) and answer == body["correct"] else WRONG


def clean_answer(body: Body, raw: object) -> str | None:
    """Return the id, which must be one of this question's; None: nothing chosen."""
    answer = expect_text(raw)
    if is_blank(answer):
        return None
    if answer not in _texts(body):
        raise Invalid("answer", "That is none of the choices. Pick one of those shown.")
    return answer


def public_body(body: Body) -> dict[str, object]:
    """Return the choices in their order, without the key."""
    return {
        "choices": [{"id": name, "text": text} for name, text in _texts(body).items()],
    }


def show_answer(body: Body, answer: object) -> str:
    """Return the text of the choice that was picked."""
    return _texts(body).get(answer, "") if isinstance(answer, str) else ""


def show_key(body: Body) -> str:
    """Return the text of the right choice."""
    return show_answer(body, body["correct"])


def _texts(body: Body) -> dict[str, str]:
    choices = cast("list[Mapping[str, str]]", body["choices"])
    return {choice["id"]: choice["text"] for choice in choices}
