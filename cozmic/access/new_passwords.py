"""New passwords: chosen by their owners or made for them, and hashed before the transaction that stores them."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass

from cozmic.access.credentials import hash_password
from cozmic.errors import Invalid
from cozmic.rules.enums import Role
from cozmic.rules.passwords import find_password_fault, make_first_password

HASHERS = 2  # of a process, so that a list of pupils does not take every core


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A password in the clear, and its hash; one that its owner chose is strong enough."""

    plain: str
    password_hash: str


def choose_password(plain: str, *, role: Role, username: str) -> NewPassword:
    """Return the password that somebody chose; raise Invalid for a weak one, Busy as hash_password does. About 20 ms.

    `username` is empty where there is none yet.
    """
    fault = find_password_fault(plain, role=role, username=username)
    if fault:
        raise Invalid("password", fault)
    return NewPassword(plain, hash_password(plain))


def make_first_passwords(number: int, *, words: int = 2) -> list[NewPassword]:
    """Return so many first passwords, of two words for pupils and of three for others. Each takes 20 ms of one core."""
    plain = [make_first_password(secrets.choice, words=words) for _ in range(number)]
    with ThreadPoolExecutor(max_workers=HASHERS) as pool:
        # A context each, since threads start without one and the hasher reads the application's config.
        hashes = [pool.submit(copy_context().run, hash_password, password) for password in plain]
    return [
        NewPassword(password, done.result()) for password, done in zip(plain, hashes, strict=True)
    ]
