"""What grading an answer found, and the shape that every kind of question has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from cozmic.errors import Invalid
from cozmic.rules.enums import Outcome
from cozmic.rules.typed import is_blank, is_deceptive, storable_line, tidy

Body = Mapping[str, object]
LONGEST_ANSWER = 500
LONGEST_ESSAY = 20_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome, and why, in words for the teacher ("" where it says itself)."""

    outcome: Outcome
    note: str = ""


CORRECT, WRONG, BLANK = Verdict(Outcome.CORRECT), Verdict(Outcome.WRONG), Verdict(Outcome.BLANK)


class Kind(Protocol):
    """What a module of this package gives. Bodies have passed check_body; answers may be anything."""

    def check_body(self, body: Body) -> None:
        """Raise Invalid, naming the field, where a teacher's body cannot be used."""

    def grade(self, body: Body, answer: object) -> Verdict:
        """Judge an answer; never raises, whatever the answer is."""

    def clean_answer(self, body: Body, raw: object) -> str | None:
        """Return what to store; None: blank. Raise Invalid where it cannot be an answer, or is too long."""

    def public_body(self, body: Body) -> dict[str, object]:
        """Return what a pupil's page may see: never the key."""

    def show_answer(self, body: Body, answer: object) -> str:
        """Return an answer as people read it; "" for a blank one."""

    def show_key(self, body: Body) -> str:
        """Return the right answer as people read it; "" where there is none."""


def read_line(answer: object, longest: int) -> Verdict | str:
    """Return what a typed line shows, tidied; or the verdict that needs no reading.

    Blank is settled first, then the length, and only then is anything normalised.
    """
    if answer is None:
        return BLANK
    if not isinstance(answer, str):
        return WRONG
    if is_blank(answer):
        return BLANK
    if len(answer.strip()) > longest or is_deceptive(answer):
        return WRONG
    return tidy(answer)


def clean_line(raw: object) -> str | None:
    """Return a typed line as it is stored; None: blank."""
    text = expect_text(raw)
    if is_blank(text):
        return None
    if len(text.strip()) > LONGEST_ANSWER:
        raise too_long(LONGEST_ANSWER)
    return storable_line(text)


def expect_text(raw: object) -> str:
    """Return text, "" for an absent answer; raise Invalid for any other type."""
    if raw is None:
        return ""
    if not isinstance(raw, str):
        raise Invalid("answer", "An answer is text.")
    return raw


def too_long(longest: int) -> Invalid:
    """The refusal of an answer longer than so many characters."""
    return Invalid("answer", f"That is too long: an answer has at most {longest:,} characters.")


def show_text(answer: object) -> str:
    """Return a typed answer as it is, "" for anything that is none."""
    return answer if isinstance(answer, str) and not is_blank(answer) else ""


def expect_fields(body: object, *names: str) -> None:
    """Raise Invalid unless a body has exactly these fields."""
    if not isinstance(body, Mapping):
        raise Invalid("body", "The body of a question is a table of fields.")
    if missing := [name for name in names if name not in body]:
        raise Invalid(missing[0], f"“{missing[0]}” is missing.")
    if unknown := sorted(str(name)[:40] for name in body if name not in names):
        raise Invalid("body", f"“{unknown[0]}” is no field of this kind of question.")


def expect_line(field: str, value: object, *, longest: int, what: str) -> str:
    """Return a body's text; raise Invalid unless something of it shows and it is short enough and plain."""
    if not isinstance(value, str) or is_blank(value):
        raise Invalid(field, f"Write {what}.")
    if len(value) > longest:
        raise Invalid(field, f"That is too long: {what} has at most {longest} characters.")
    expect_plain(field, value)
    return value


def expect_plain(field: str, value: str) -> None:
    """Raise Invalid where a text holds characters that no database keeps, or that reverse what is seen."""
    if is_deceptive(value) or any(0xD800 <= ord(c) <= 0xDFFF for c in value):
        raise Invalid(field, "It holds a character that cannot be seen or kept. Type it afresh.")
