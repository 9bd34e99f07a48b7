"""People as those who administer them may reach them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import or_, select

from cozmic.extensions import db
from cozmic.models import User
from cozmic.rules.usernames import username_stem


def list_taken_usernames(names: Iterable[tuple[str, str]]) -> set[str]:
    """Return the user names in use that (given, family) names might be given. One query, whatever the number."""
    stems = {username_stem(given_name, family_name) for given_name, family_name in names}
    if not stems:
        return set()
    begins = or_(*(User.username.startswith(stem, autoescape=True) for stem in sorted(stems)))
    return set(db.session.execute(select(User.username).where(begins)).scalars())
