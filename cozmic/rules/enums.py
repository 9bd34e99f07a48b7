"""The words that the database, the rules and the screens share."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What somebody is at school."""

    STUDENT = "student"
    TEACHER = "teacher"
    ADMIN = "admin"
    GUARDIAN = "guardian"


class QuestionKind(StrEnum):
    """How a question is answered; each has a module in rules/kinds/."""

    CHOICE = "choice"
    NUMERIC = "numeric"
    TEXT = "text"
    ESSAY = "essay"


class Outcome(StrEnum):
    """What grading found. DOUBTFUL and UNGRADED wait for the teacher; PARTLY only a teacher gives."""

    CORRECT = "correct"
    PARTLY = "partly"
    WRONG = "wrong"
    BLANK = "blank"
    DOUBTFUL = "doubtful"
    UNGRADED = "ungraded"

    @property
    def waits(self) -> bool:
        """Whether a person has to look before there are points."""
        return self in {Outcome.DOUBTFUL, Outcome.UNGRADED}


class Release(StrEnum):
    """When pupils see a grade: as soon as it is complete, or when the teacher says so."""

    AUTOMATIC = "automatic"
    BY_TEACHER = "by_teacher"


class LateRule(StrEnum):
    """What becomes of work handed in between due and closes."""

    ACCEPT = "accept"
    PENALTY = "penalty"
    REFUSE = "refuse"


class WorkState(StrEnum):
    """Where one pupil stands with one assignment."""

    NOT_OPEN = "not_open"
    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    HANDED_IN = "handed_in"  # not graded yet
    HELD = "held"  # graded, not released
    GRADED = "graded"
    MISSING = "missing"
    EXCUSED = "excused"  # was due before the pupil joined


class Subject(StrEnum):
    """What a skill belongs to."""

    MATHEMATICS = "mathematics"
    SCIENCE = "science"
    ENGLISH = "english"
    GEOGRAPHY = "geography"
    HISTORY = "history"
