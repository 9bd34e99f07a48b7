"""Property tests of the rules."""

from __future__ import annotations

from hypothesis import settings

# A deadline counts the machine's other work too; the tests that care about time measure their own thread's.
settings.register_profile("rules", deadline=None)
settings.load_profile("rules")
