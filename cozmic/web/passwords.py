"""Hashing for a request, which holds no connection meanwhile: what was read is over, and no transaction is open.

A hash takes 20 ms and waits for its turn. Inside a write transaction every other writer would wait as long on SQLite,
and on PostgreSQL whoever needs the rows that it has locked.
"""

from __future__ import annotations

from cozmic.access.credentials import find_proven
from cozmic.access.failures import Account
from cozmic.access.new_passwords import NewPassword, choose_password, make_first_passwords
from cozmic.rules.enums import Role
from cozmic.transaction import end_reading


def hash_chosen_password(plain: str, *, role: Role, username: str = "") -> NewPassword:
    """Return the password that somebody chose; raise Invalid for a weak one, Busy where too many wait."""
    end_reading()
    return choose_password(plain, role=role, username=username)


def hash_first_passwords(number: int, *, words: int = 2) -> list[NewPassword]:
    """Return so many first passwords, of two words for pupils and of three for others; raise Busy as above."""
    end_reading()
    return make_first_passwords(number, words=words)


def find_owner(account: Account | None, password: str) -> Account | None:
    """Return the account where the password is its own, else None; both take as long. Raise Busy as above."""
    end_reading()
    return find_proven(account, password)
