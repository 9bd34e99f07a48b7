"""The kinds of question. A kind is one module and one line of KINDS; everything else asks through here.

Pages, grading and the bank know only these functions. See docs/how-to/add-a-question-kind.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cozmic.rules.enums import QuestionKind
from cozmic.rules.kinds import choice, essay, numeric, text
from cozmic.rules.kinds.verdict import LONGEST_ANSWER, LONGEST_ESSAY, Body, Kind, Verdict

__all__ = [
    "KINDS",
    "LONGEST_ANSWER",
    "LONGEST_ESSAY",
    "Body",
    "Verdict",
    "check_body",
    "clean_answer",
    "grade",
    "public_body",
    "show_answer",
    "show_key",
]

KINDS: Mapping[QuestionKind, Kind] = MappingProxyType(
    {
        QuestionKind.CHOICE: choice,
        QuestionKind.NUMERIC: numeric,
        QuestionKind.TEXT: text,
        QuestionKind.ESSAY: essay,
    }
)


def check_body(kind: QuestionKind, body: Body) -> None:
    """Raise Invalid, naming the field, where a body cannot be used."""
    KINDS[kind].check_body(body)


def grade(kind: QuestionKind, body: Body, answer: object) -> Verdict:
    """Judge an answer. Never raises and takes no noticeable time, whatever the answer is."""
    return KINDS[kind].grade(body, answer)


def clean_answer(kind: QuestionKind, body: Body, raw: object) -> str | None:
    """Return what to store of an answer: plain text of bounded length; None: blank.

    Raises Invalid("answer", ...) for another type, a choice that is not there, and what is too long. Cleaning never
    changes the verdict.
    """
    return KINDS[kind].clean_answer(body, raw)


def public_body(kind: QuestionKind, body: Body) -> dict[str, object]:
    """Return what a pupil's page may see of a body: never its key, forms, tolerance or guidance."""
    return KINDS[kind].public_body(body)


def show_answer(kind: QuestionKind, body: Body, answer: object) -> str:
    """Return an answer as people read it (the text of a choice, not its id); "" for a blank one."""
    return KINDS[kind].show_answer(body, answer)


def show_key(kind: QuestionKind, body: Body) -> str:
    """Return the right answer as people read it; "" where there is none to give."""
    return KINDS[kind].show_key(body)
