"""The list of checks, how they run, and what is never printed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Flask

from cozmic.connections import within_deadline
from cozmic.extensions import db
from cozmic.rules.deployment import Finding, Verdict, failed

DEADLINE_S = 5.0
HIDDEN = "***"
SECRETS = ("SECRET_KEY", "METRICS_TOKEN", "SENTRY_DSN")
ADDRESSES = ("SQLALCHEMY_DATABASE_URI", "REDIS_URL", "MAIL_URL")


@dataclass(frozen=True, slots=True)
class Check:
    """Something to look at."""

    name: str
    look: Callable[[Flask], Finding]
    """Runs inside an application context, in a thread of its own; whatever it raises becomes its finding."""
    deadline_s: float = DEADLINE_S


@dataclass(frozen=True, slots=True)
class Result:
    """What one check found."""

    name: str
    finding: Finding


def run_checks(app: Flask, checks: Iterable[Check]) -> list[Result]:
    """Run one after the other, so that none disturbs what another measures, and return what they found.

    One that crashes, or is not done by its deadline, is a failure by that name and ends no other. Nothing that the
    configuration keeps secret is in what is returned.
    """
    secrets = _hiding(app.config)
    return [Result(check.name, _hidden(_run(app, check), secrets)) for check in checks]


def _run(app: Flask, check: Check) -> Finding:
    answer: SimpleQueue[Finding] = SimpleQueue()
    # A daemon: one that hangs in a system call must not keep the command from ending.
    Thread(
        target=_look, args=(app, check, answer), name=f"doctor {check.name}", daemon=True
    ).start()
    try:
        return answer.get(timeout=check.deadline_s)
    except Empty:
        return failed(f"no answer within {check.deadline_s:g} s", "something hangs behind it")


def _look(app: Flask, check: Check, answer: SimpleQueue[Finding]) -> None:
    with app.app_context(), within_deadline():
        try:
            answer.put(check.look(app))
        except Exception as error:  # noqa: BLE001  a check that crashes must not end the others
            line = (str(error).strip().splitlines() or [""])[0]
            about = f"could not be checked: {type(error).__name__}: {line}"
            answer.put(failed(about, "the checks before this one may say why"))
        finally:
            db.session.remove()


def _hiding(config: dict[str, Any]) -> re.Pattern[str] | None:
    """What must not be printed, longest first."""
    secrets = {str(config.get(name) or "") for name in SECRETS}
    for name in ADDRESSES:
        try:
            password = urlsplit(str(config.get(name) or "")).password or ""
        except ValueError:
            password = ""
        secrets |= {password, unquote(password)}
    words = sorted((word for word in secrets if len(word) > 3), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words))) if words else None


def _hidden(finding: Finding, secrets: re.Pattern[str] | None) -> Finding:
    if secrets is None:
        return finding
    found, hint = (secrets.sub(HIDDEN, text) for text in (finding.found, finding.hint))
    return Finding(finding.verdict, found, hint)


def is_failing(results: Iterable[Result]) -> bool:
    """Whether something must not stay as it is."""
    return any(result.finding.verdict is Verdict.FAIL for result in results)
