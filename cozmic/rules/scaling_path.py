"""The scaling path: the guide's steps in its order, with its prices and gains.

They are of December 2024 and for Render, as a first idea and no promise.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """The path, in its order."""

    POSTGRESQL = "postgresql"
    REDIS = "redis"
    WORKERS = "workers"
    HOST = "host"
    DATABASE = "database"
    JOBS = "jobs"
    REPLICA = "replica"
    CDN = "cdn"


@dataclass(frozen=True, slots=True)
class StepFacts:
    """What a step is."""

    step: Step
    title: str
    setting: str
    """What to change, in a sentence."""
    price: str
    """The guide's, a month."""
    gain: str
    page: str
    """Where it is described, below docs/."""


PATH = (
    StepFacts(
        Step.POSTGRESQL, "Move to PostgreSQL",
        "Copy the school with flask db-copy, then set DATABASE_URL to the new database.",
        "part of the 25 $ that host and database cost together",
        "Everybody may save at the same time: from 50 or 100 people at once to 500 or 1000.",
        "how-to/move-to-postgresql.md",
    ),
    StepFacts(
        Step.REDIS, "Add Redis",
        "Set REDIS_URL to its address.",
        "free to begin with, then 7 $",
        "Finished pages are shared by all workers: the guide promises five times the speed and 2000 people.",
        "how-to/add-redis.md",
    ),
    StepFacts(
        Step.WORKERS, "Run more workers",
        "Raise WEB_CONCURRENCY, up to twice the number of processors.",
        "nothing",
        "The processors that are idle now serve pages as well; each worker takes memory and database connections.",
        "how-to/go-to-8-workers.md",
    ),
    StepFacts(
        Step.HOST, "Take a bigger host",
        "Choose 2 processors and 4 GB, and set WEB_CONCURRENCY=8.",
        "85 $",
        "5000 to 10,000 people.",
        "how-to/go-to-8-workers.md",
    ),
    StepFacts(
        Step.DATABASE, "Take a bigger database",
        "Choose the next size of PostgreSQL, and look at the slow statements in the log.",
        "20 $",
        "Dashboards that wait for the database now do not.",
        "how-to/run-on-postgresql-and-redis.md",
    ),
    StepFacts(
        Step.JOBS, "Do long work outside of pages",
        "There is no setting yet. Until there is, raise WEB_THREADS, so that long pages hold up fewer others.",
        "a second small host, about 7 $",
        "What takes over ten seconds no longer keeps a thread from everybody else.",
        "explanation/performance.md",
    ),
    StepFacts(
        Step.REPLICA, "Add a read replica",
        "There is no setting yet: write to whoever runs the platform for you before you order one.",
        "the price of the database once more",
        "Reports read from a second database; more than 10,000 people.",
        "explanation/performance.md",
    ),
    StepFacts(
        Step.CDN, "Put a CDN in front",
        "Send the address through it (Cloudflare, say), and raise TRUSTED_PROXIES by one.",
        "free to begin with",
        "Floods of requests end before they reach the host, and files come from near by.",
        "how-to/run-on-your-own-server.md",
    ),
)  # fmt: skip
STEPS = {one.step: one for one in PATH}
