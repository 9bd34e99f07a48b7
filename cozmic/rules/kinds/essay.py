"""Free writing, read by the teacher. Body: {"guidance": what a good answer has, for the teacher}; an answer is text."""

from __future__ import annotations

from cozmic.errors import Invalid
from cozmic.rules.enums import Outcome
from cozmic.rules.kinds.verdict import (
    BLANK,
    LONGEST_ESSAY,
    WRONG,
    Body,
    Verdict,
    expect_fields,
    expect_plain,
    expect_text,
    show_text,
    too_long,
)
from cozmic.rules.typed import is_blank, storable_lines

LONGEST_GUIDANCE = 5_000
UNGRADED = Verdict(Outcome.UNGRADED)


def check_body(body: Body) -> None:
    """Raise Invalid unless the guidance is text; it may be empty."""
    expect_fields(body, "guidance")
    guidance = body["guidance"]
    if not isinstance(guidance, str):
        raise Invalid("guidance", "The guidance is text.")
    if len(guidance) > LONGEST_GUIDANCE:
        raise Invalid("guidance", f"That is too long: at most {LONGEST_GUIDANCE:,} characters.")
    expect_plain("guidance", guidance)


def grade(body: Body, answer: object) -> Verdict:
    """Leave whatever is written to the teacher."""
    if answer is None:
        return BLANK
    if not isinstance(answer, str):
        return WRONG
    return BLANK if is_blank(answer) else UNGRADED


def clean_answer(body: Body, raw: object) -> str | None:
    """Return the text with its lines; None: blank."""
    sent = expect_text(raw)
    if (
        len(sent) > 2 * LONGEST_ESSAY
    ):  # too long however many line ends count twice: nothing is copied
        raise too_long(LONGEST_ESSAY)
    text = storable_lines(sent)
    if len(text) > LONGEST_ESSAY:
        raise too_long(LONGEST_ESSAY)
    return None if is_blank(text.replace("\ufffd", "")) else text


def public_body(body: Body) -> dict[str, object]:
    """Return nothing: the guidance is the teacher's."""
    return {}


def show_answer(body: Body, answer: object) -> str:
    """Return the text as it was written."""
    return show_text(answer)


def show_key(body: Body) -> str:
    """Return nothing: there is no one right answer."""
    return ""
