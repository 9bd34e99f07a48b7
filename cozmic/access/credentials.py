"""Passwords: how they are hashed, and whose they are."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

from cozmic.access.failures import Account
from cozmic.access.hashing import hash_in_turn
from cozmic.rules.passwords import LONGEST


@lru_cache(maxsize=4)
def _hasher(memory_kib: int, time_cost: int, lanes: int) -> PasswordHasher:
    return PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=lanes)


@lru_cache(maxsize=4)
def _decoy(hasher: PasswordHasher) -> str:
    """A hash that no password matches, checked for unknown names so that they take as long as known ones."""
    return hasher.hash("decoy")


def _configured_hasher() -> PasswordHasher:
    config = current_app.config
    return _hasher(config["ARGON2_MEMORY_KIB"], config["ARGON2_TIME"], config["ARGON2_LANES"])


def hash_password(password: str) -> str:
    """Return the argon2id hash to store (19 MiB, 2 passes, 1 lane unless the config says otherwise; about 20 ms).

    Raise Busy where too many wait for the same.
    """
    return hash_in_turn(_configured_hasher().hash, _canonical(password))


def is_password(stored_hash: str, password: str) -> bool:
    """Whether this is the password behind the hash; raise Busy where too many wait for the same."""
    try:
        return hash_in_turn(_configured_hasher().verify, stored_hash, _canonical(password))
    except (VerificationError, InvalidHashError):
        return False


def _canonical(password: str) -> str:
    """One spelling of what keyboards send in several (NIST SP 800-63B): é is one character on some, two on others.

    Blanks around it are dropped: phones put one behind a word that they complete, and children do not see it.
    """
    return unicodedata.normalize("NFKC", password[:LONGEST]).strip()


def find_proven(account: Account | None, password: str) -> Account | None:
    """Return the account where the password is its own; None where it is not, or where there is no account.

    Both take as long, so that nobody learns which names are known.
    """
    if account is None:
        is_password(_decoy(_configured_hasher()), password)
        return None
    return account if is_password(account.password_hash, password) else None
