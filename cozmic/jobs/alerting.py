"""Telling the operator, once for all servers, by mail and webhook.

What was told stands in the database, and the row's lock lets one server a minute decide. While the database is away,
which is when an operator most wants to hear, each server goes by what it last knew; what it told meanwhile is written
down afterwards.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from cozmic.jobs.alert_words import Alarm, alert_json, alert_mail, headline
from cozmic.models import Alert
from cozmic.outside.mail import get_mailer
from cozmic.outside.webhook import get_webhook
from cozmic.reads.measurements import list_measured
from cozmic.rules.alerts import LOOKED_AT, AlertState, decide
from cozmic.rules.figures import (
    JUDGED_MINUTES,
    MINUTE,
    by_minute,
    judge_all,
    judge_minutes,
    window_before,
)
from cozmic.rules.measured import Measured
from cozmic.rules.thresholds import THRESHOLDS
from cozmic.transaction import end_reading, transaction
from cozmic.writes.alerts import lock_alerts, note_told

NEEDED = LOOKED_AT + JUDGED_MINUTES
"""Minutes that a decision looks back on."""
log = logging.getLogger("cozmic.alerts")


class Alerting:
    """Decides for one server; holds what it last knew of what was told."""

    def __init__(self) -> None:
        self._states: dict[str, AlertState] = {}
        self._was_alone = False

    def judge(self, end: datetime, own: Sequence[Measured]) -> None:
        """Tell what there is to tell of the minutes before `end`; `own` are this server's, should the database be away.

        Needs an application context. Two round trips and a transaction; raises nothing of the database.
        """
        try:
            alarms = self._judge_together(end)
        except SQLAlchemyError:
            alarms = self._judge_alone(end, own)
        finally:
            end_reading()
        for alarm in alarms:
            tell(alarm)

    def _judge_together(self, end: datetime) -> list[Alarm]:
        minutes = by_minute(list_measured(end - NEEDED * MINUTE, end))
        end_reading()
        with transaction():
            rows = lock_alerts([one.name for one in THRESHOLDS])
            states = {name: self._latest_state(row) for name, row in rows.items()}
            if any(row.judged_at is not None and row.judged_at >= end for row in rows.values()):
                # Another server was first.
                alarms: list[Alarm] = []
            else:
                states, alarms = _decide_all(states, minutes, end)
                for name, row in rows.items():
                    note_told(row, states[name], judged_at=end)
        self._states, self._was_alone = states, False
        return alarms

    def _judge_alone(self, end: datetime, own: Sequence[Measured]) -> list[Alarm]:
        states = {one.name: self._states.get(one.name, AlertState()) for one in THRESHOLDS}
        self._states, alarms = _decide_all(states, by_minute(own), end)
        self._was_alone = True
        return alarms

    def _latest_state(self, row: Alert) -> AlertState:
        kept, mine = AlertState(row.level, row.since_at, row.told_at), self._states.get(row.name)
        if not self._was_alone or mine is None or mine.told_at is None:
            return kept
        return mine if kept.told_at is None or mine.told_at > kept.told_at else kept


def _decide_all(
    states: dict[str, AlertState], minutes: list[Measured], end: datetime
) -> tuple[dict[str, AlertState], list[Alarm]]:
    levels = judge_minutes(minutes, end=end, count=LOOKED_AT)
    values = {one.threshold.name: one.value for one in judge_all(window_before(minutes, end))}
    after, alarms = {}, []
    for threshold in THRESHOLDS:
        name = threshold.name
        decision = decide(states[name], levels[name], now=end)
        after[name] = decision.state
        if decision.news is not None:
            alarms.append(Alarm(threshold, decision.news, decision.state, values[name]))
    return after, alarms


def tell(alarm: Alarm) -> None:
    """Write it to the log, and send it where the settings say; a server that does not take it is logged, no more."""
    log.warning("%s", headline(alarm))
    public_url: str = current_app.config["PUBLIC_URL"]
    page = f"{public_url}/ops/" if public_url else ""
    get_webhook().post(alert_json(alarm, page=page))
    mailer = get_mailer()
    for address in current_app.config["ALERT_MAIL_TO"]:
        # One after the other: the mail server takes a few at once.
        mailer.send(alert_mail(alarm, to=address, page=page)).is_sent()
