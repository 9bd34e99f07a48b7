"""Which requests wait in the lane of those who hash (cozmic/serving.py): all of signing in that is not named here."""

from __future__ import annotations

from cozmic.serving import PREFIXES
from tests.world import RULES

HASH_NOTHING = {
    "/sign-out",
    "/sign-out-everywhere",
    "/forgot-password",
}


def test_whatever_signing_in_adds_waits_in_the_lane_or_says_that_it_hashes_nothing() -> None:
    posts = {
        str(rule)
        for rule in RULES
        if rule.endpoint.startswith("auth.") and "POST" in (rule.methods or ())
    }
    in_lane = {path for path in posts if path.startswith(PREFIXES)}
    assert posts - in_lane == HASH_NOTHING
    assert all(any(path.startswith(prefix) for path in in_lane) for prefix in PREFIXES)
