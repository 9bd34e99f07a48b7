"""Who signs in during a load test: accounts that `flask seed load` made, dealt out so that nobody is two people.

Everything comes from the environment, so that the same files work against any deployment:
COZMIC_LOAD_PASSWORD, COZMIC_LOAD_PUPILS=1-2000, COZMIC_LOAD_TEACHERS=1-60 (numbers in the user names that the command
prints), COZMIC_LOAD_ADMIN and COZMIC_LOAD_ADMIN_PASSWORD (an admin of the school's own; none without them), and
COZMIC_LOAD_THINK=calm for people who read.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PUPIL_NAME, TEACHER_NAME = "load..s{:06d}", "load..t{:05d}"
"""As cozmic/seed/load_people.py makes them; a generator has no need of the platform's code."""
USUAL_PUPILS, USUAL_TEACHERS = "1-2000", "1-50"


class BadSetting(ValueError):
    """A variable that cannot be used; the message says what would be right."""


@dataclass(frozen=True, slots=True)
class Account:
    """One person who can sign in."""

    username: str
    password: str
    name: str = ""
    """As their pages greet them; empty: learned from the first one."""
    classes: frozenset[int] = frozenset()
    """The only ones that their pages may lead to; empty: not known, so not looked at."""


@dataclass(slots=True)
class Accounts:
    """All that there are, by kind of person. Each is given out once, until the numbers begin anew."""

    by_kind: dict[str, list[Account]]
    taken: dict[str, int] = field(default_factory=dict)

    def take(self, kind: str, *, step: int = 1, offset: int = 0) -> Account | None:
        """Return the next one; of several generators each takes every `step`th. None: there is no more."""
        place = self.taken.get(kind, 0) * step + offset
        self.taken[kind] = self.taken.get(kind, 0) + 1
        known = self.by_kind.get(kind, [])
        return known[place] if place < len(known) else None


def read_accounts(environ: Mapping[str, str]) -> Accounts:
    """Return the accounts that the environment tells of. Raise BadSetting."""
    if roster := environ.get("COZMIC_LOAD_ROSTER"):
        return read_roster(json.loads(Path(roster).read_text()))
    password = environ.get("COZMIC_LOAD_PASSWORD", "")
    if not password:
        raise BadSetting(
            "COZMIC_LOAD_PASSWORD is not set; it takes the password that `flask seed load` printed."
        )
    by_kind = {
        "pupil": _numbered(environ, "COZMIC_LOAD_PUPILS", USUAL_PUPILS, PUPIL_NAME, password),
        "teacher": _numbered(environ, "COZMIC_LOAD_TEACHERS", USUAL_TEACHERS, TEACHER_NAME, password),
    }  # fmt: skip
    if admin := environ.get("COZMIC_LOAD_ADMIN"):
        by_kind["admin"] = [Account(admin, environ.get("COZMIC_LOAD_ADMIN_PASSWORD", ""))]
    return Accounts(by_kind)


def read_roster(content: Mapping[str, Any]) -> Accounts:
    """Return the accounts of a roster that the runner wrote, which also says who they are."""
    return Accounts(
        {
            kind: [
                Account(one["username"], one["password"], one["name"], frozenset(one["classes"]))
                for one in people
            ]
            for kind, people in content.items()
        }
    )


def _numbered(
    environ: Mapping[str, str], name: str, usual: str, form: str, password: str
) -> list[Account]:
    raw = environ.get(name, "").strip() or usual
    first, _, last = raw.partition("-")
    if not (first.isdigit() and last.isdigit() and 1 <= int(first) <= int(last)):
        raise BadSetting(f"{name} is {raw!r}; it takes a range of numbers such as {usual}.")
    return [Account(form.format(number), password) for number in range(int(first), int(last) + 1)]


def think_s(environ: Mapping[str, str], dice: random.Random) -> float:
    """Return for how many seconds somebody looks at a page: 1 to 5, or a median of 15 where they really read."""
    if environ.get("COZMIC_LOAD_THINK", "").strip().lower() == "calm":
        return min(60.0, max(3.0, dice.lognormvariate(2.7, 0.6)))
    return dice.uniform(1, 5)
