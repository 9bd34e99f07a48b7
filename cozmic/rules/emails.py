"""E-mail addresses: how they are written down, and which are none."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

LONGEST_EMAIL = 254


def tidy_email(email: str) -> str:
    """Return an address as it is stored and looked up: without surrounding space, in lower case."""
    return email.strip().lower()


def find_email_fault(email: str) -> str | None:
    """Return why a tidied address cannot be one; None when it can. Asks no name server."""
    try:
        validate_email(
            email, check_deliverability=False, allow_smtputf8=False, test_environment=True
        )
    except EmailNotValidError:
        return "This is not a whole e-mail address; one looks like ada@school.example."
    return None
