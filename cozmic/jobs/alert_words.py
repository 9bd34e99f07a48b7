"""What the operator reads: a mail in plain words, and the same as JSON for other programs.

Figures of the server and nothing else: no name, no address, nothing of anybody's work.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cozmic.outside.mail import Mail
from cozmic.rules.alerts import AlertState, News
from cozmic.rules.thresholds import Level, Threshold

RUNBOOK = "docs/how-to/runbook.md"
URGENCY = {Level.WARNING: "Look at it", Level.CRITICAL: "Act now"}


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing to tell."""

    threshold: Threshold
    news: News
    state: AlertState
    """From now on."""
    value: float | None
    """Now; None: not known any more."""


def headline(alarm: Alarm) -> str:
    """Return it in one line: 'Act now: Memory at 93 %'."""
    threshold = alarm.threshold
    value = "" if alarm.value is None else f" at {alarm.value:.1f} {threshold.unit}"
    if alarm.news is News.OVER:
        return f"Over: {threshold.title}{value}"
    still = "still, " if alarm.news is News.STILL else ""
    return f"{URGENCY[alarm.state.level]}: {still}{threshold.title}{value}"


def alert_mail(alarm: Alarm, *, to: str, page: str) -> Mail:
    """Return the mail. `page`: the address of the page Status, empty where it is not known."""
    threshold = alarm.threshold
    where = f"\n\nAll figures: {page}" if page else ""
    if alarm.news is News.OVER:
        text = f"{threshold.title} has been below its limit for a quarter of an hour.{where}\n"
    else:
        since = f", since {_moment(alarm.state.since_at)}" if alarm.state.since_at else ""
        text = f"""{headline(alarm)}{since}.

{threshold.meaning}
Look at it over {threshold.warning:.0f} {threshold.unit}, act over {threshold.critical:.0f} {threshold.unit}.

What to do stands in {RUNBOOK} under {threshold.heading}.{where}

While it lasts you are told again every four hours, and once when it is over.
"""
    return Mail(to=to, subject=f"[CozmicLearning] {headline(alarm)}", text=text)


def alert_json(alarm: Alarm, *, page: str) -> dict[str, Any]:
    """Return the message for other programs; chats that take a field `text` show it as it is."""
    threshold, state = alarm.threshold, alarm.state
    return {
        "text": f"CozmicLearning: {headline(alarm)}",
        "news": alarm.news.value,
        "threshold": threshold.name,
        "level": state.level.value,
        "value": alarm.value,
        "unit": threshold.unit,
        "warning_over": threshold.warning,
        "critical_over": threshold.critical,
        "since": state.since_at.isoformat() if state.since_at else None,
        "runbook": f"{RUNBOOK}#{threshold.heading}",
        "page": page,
    }


def _moment(moment: datetime) -> str:
    return f"{moment:%d %b %Y, %H:%M} UTC"
