"""Whose page is it? A search in the bytes that costs microseconds, and finds another person's page or class."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

GREETING = b'aria-label="Account of '
CLASS = re.compile(rb"/classrooms/(\d+)")
SIGN_IN = b"/login"


@dataclass(frozen=True, slots=True)
class Canary:
    """Who is looking."""

    greeting: bytes
    """How every page of theirs opens its account menu, and nobody else's does."""
    classes: frozenset[int]
    """The only ones that pages of theirs lead to; empty: not known."""

    def fault_of(self, body: bytes) -> str:
        """Return what is wrong with a whole page, or nothing."""
        if self.greeting not in body:
            found = find_name(body)
            return f"it is the page of {found}" if found else "it is nobody's page"
        if body.count(GREETING) != 1:
            return "it greets two people"
        if self.classes:
            strange = {int(number) for number in CLASS.findall(body)} - self.classes
            if strange:
                return f"it leads to class {min(strange)}, which is somebody else's"
        return ""


def canary_of(name: str, classes: frozenset[int]) -> Canary:
    """The canary of a person by name, as templates write it."""
    return Canary(GREETING + escape(name).encode() + b'"', classes)


def find_name(body: bytes) -> str:
    """Return whom a page greets, as it is written there; empty: nobody."""
    _, found, rest = body.partition(GREETING)
    return rest.partition(b'"')[0].decode(errors="replace") if found else ""


def status_fault(status: int, expected: tuple[int, ...], location: str) -> str:
    """Return what is wrong with a status and where it sends, or nothing."""
    if status in (301, 302, 303, 307, 308) and location.partition("?")[0].endswith("/login"):
        return "sent to sign in"
    if status in expected:
        return ""
    return f"status {status}"
