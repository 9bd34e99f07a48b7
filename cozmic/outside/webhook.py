"""A message to another program: JSON by POST, with a deadline, or nowhere where no address is set."""

from __future__ import annotations

import http.client
import json
import logging
import ssl
from threading import BoundedSemaphore, Thread
from typing import Any, Protocol
from urllib.parse import urlsplit

from flask import current_app

DEADLINE_S = 3.0
LONGEST_ANSWER = 4096
log = logging.getLogger("cozmic.webhook")
# One that hangs is given up, not waited for; the next one is not sent into the same hole beside it.
_place = BoundedSemaphore(1)


class Webhook(Protocol):
    """Whoever takes messages."""

    def post(self, message: dict[str, Any]) -> bool:
        """Send one and return whether it was taken; never raises, returns within DEADLINE_S."""


class NoWebhook:
    """The null object."""

    def post(self, message: dict[str, Any]) -> bool:
        """Do nothing."""
        return False


class HttpWebhook:
    """An address that takes JSON. Redirects are not followed: what is meant for one host goes to no other."""

    def __init__(self, url: str) -> None:
        self._parts = urlsplit(url)

    def post(self, message: dict[str, Any]) -> bool:
        """Send it in a thread of its own: looking up a name takes no timeout, and a server may drip."""
        if not _place.acquire(blocking=False):
            log.error("alert not posted: the one before still waits for its answer")
            return False
        taken: list[bool] = []
        thread = Thread(target=self._run, args=(message, taken), name="webhook", daemon=True)
        thread.start()
        thread.join(DEADLINE_S)
        if thread.is_alive():
            log.error("alert not posted: no answer within %g s", DEADLINE_S)
        return bool(taken)

    def _run(self, message: dict[str, Any], taken: list[bool]) -> None:
        try:
            status = self._send(json.dumps(message).encode())
            if 200 <= status < 300:
                taken.append(True)
            else:
                log.error("alert not posted: the answer was %d", status)
        except (OSError, http.client.HTTPException, ValueError) as error:
            # The address may hold a secret, so it stands in no log.
            log.error("alert not posted: %s", type(error).__name__)  # noqa: TRY400  one line
        finally:
            _place.release()

    def _send(self, body: bytes) -> int:
        host, port = self._parts.hostname or "", self._parts.port
        connection: http.client.HTTPConnection
        if self._parts.scheme == "https":
            context = ssl.create_default_context()
            connection = http.client.HTTPSConnection(
                host, port, timeout=DEADLINE_S, context=context
            )
        else:
            connection = http.client.HTTPConnection(host, port, timeout=DEADLINE_S)
        path = self._parts.path or "/"
        if self._parts.query:
            path += f"?{self._parts.query}"
        headers = {"Content-Type": "application/json", "User-Agent": "cozmic"}
        try:
            connection.request("POST", path, body=body, headers=headers)
            response = connection.getresponse()
            response.read(LONGEST_ANSWER)
            return response.status
        finally:
            connection.close()


def get_webhook() -> Webhook:
    """Return the webhook that the configuration names."""
    url: str = current_app.config["ALERT_WEBHOOK_URL"]
    return HttpWebhook(url) if url else NoWebhook()
