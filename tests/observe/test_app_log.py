"""What the application says beside its requests."""

from __future__ import annotations

import json
import logging

import pytest

from cozmic.observe.app_log import log_in_lines
from cozmic.observe.tally import begin_tally


def test_an_error_is_one_line_of_json_with_the_id_of_its_request(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log_in_lines()
    log_in_lines()
    begin_tally().request_id = "abc123"
    logging.getLogger("cozmic.anywhere").error("database unavailable: %s", 'host "db" is away')
    (line,) = capsys.readouterr().err.splitlines()
    facts = json.loads(line)
    assert facts.pop("at").endswith("Z")
    assert facts == {
        "id": "abc123", "level": "ERROR", "said": 'database unavailable: host "db" is away',
    }  # fmt: skip


def test_a_traceback_stays_readable(capsys: pytest.CaptureFixture[str]) -> None:
    log_in_lines()
    try:
        raise KeyError("x")
    except KeyError:
        logging.getLogger("cozmic").exception("unhandled error in abc123")
    said = capsys.readouterr().err
    assert "] ERROR: unhandled error in abc123\nTraceback" in said
