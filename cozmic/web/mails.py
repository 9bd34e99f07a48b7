"""The mails that people get, in plain words."""

from __future__ import annotations

from cozmic.access.links import RESET_HOURS
from cozmic.outside.mail import Mail
from cozmic.rules.enums import Role
from cozmic.web.role_words import a_role

HOW_LONG = "one hour" if RESET_HOURS == 1 else f"{RESET_HOURS} hours"


def reset_mail(*, to: str, given_name: str, username: str, school: str, url: str) -> Mail:
    """The mail with the link for a new password."""
    return Mail(
        to=to,
        subject="A new password for CozmicLearning",
        text=f"""Hello {given_name},

somebody, most likely you, asked for a new password for the user name {username} at {school}.
Choose one here. The link works once, for {HOW_LONG}:

{url}

If it was not you, do nothing: your password stays as it is.
""",
    )


def invitation_mail(
    *, to: str, given_name: str, role: Role, invited_by: str, school: str, url: str, days: int
) -> Mail:
    """The mail with the link by which an invitation is accepted."""
    return Mail(
        to=to,
        subject=f"Your invitation to {school} on CozmicLearning",
        text=f"""Hello {given_name},

{invited_by} has invited you to join {school} on CozmicLearning as {a_role(role)}.
Choose your user name and password here. The link works once, for {days} days:

{url}

If you do not know {invited_by}, do nothing.
""",
    )
