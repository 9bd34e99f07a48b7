"""How long somebody waits, in words."""

from __future__ import annotations

import pytest

from cozmic.rules.waits import wait_in_words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "in 1 second"), (1, "in 1 second"), (59, "in 59 seconds"), (60, "in 1 minute"), (61, "in 2 minutes"),
     (900, "in 15 minutes"), (3601, "in 61 minutes"), (7200, "in 2 hours"), (7201, "in 3 hours")],
)  # fmt: skip
def test_nobody_is_told_to_come_too_soon(seconds: int, words: str) -> None:
    assert wait_in_words(seconds) == words
