"""What the application says beside its requests: one line of JSON each on standard error, with the request's id."""

from __future__ import annotations

import logging
import sys
import time

from cozmic.observe.request_log import encode
from cozmic.observe.tally import current_tally


class LineHandler(logging.Handler):
    """Writes records as lines. What has several, such as a traceback, is left readable, with its time in front."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record; never raises."""
        try:
            sys.stderr.write(f"{self.format(record)}\n")  # looked up now: tests exchange it
            sys.stderr.flush()
        except Exception:  # noqa: BLE001
            self.handleError(record)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, or the lines."""
        at = f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(record.created))}.{record.msecs:03.0f}Z"
        said = super().format(record)
        if "\n" in said:
            return f"[{at}] {record.levelname}: {said}"
        facts = {
            "at": at,
            "id": current_tally().request_id,
            "level": record.levelname,
            "said": said,
        }
        return encode(facts)


def log_in_lines() -> None:
    """Let everything below the logger `cozmic` be written so; once in each process."""
    logger = logging.getLogger("cozmic")
    if not any(isinstance(handler, LineHandler) for handler in logger.handlers):
        logger.addHandler(LineHandler())
