"""What is right, doubtful and wrong about a deployment: figures in, a finding out.

The borders are the guide's where it has one, and say so; the others are reasoned where they stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

FEW_ON_SQLITE = 50
"""The guide: SQLite fails at 50 to 100 people at once, as one request at a time writes to the file."""
SLOW_COMMIT_MS, HOPELESS_COMMIT_MS = 15.0, 100.0
"""A class of 30 that hands in together queues for its COMMITs: half a second, three seconds."""
SLOW_REDIS_MS, LOST_REDIS_MS = 5.0, 150.0
"""A page asks Redis once or twice and takes 3 ms in all; after 150 ms the platform goes on without it."""
STALE_BACKUP, OLD_BACKUP = timedelta(hours=26), timedelta(days=7)
"""A nightly backup that took two hours longer than usual is not missing; after a week nobody makes any."""
ODD_CLOCK_S, WRONG_CLOCK_S = 2.0, 60.0
LITTLE_DISK, NO_DISK = 2 * 1024**3, 256 * 1024**2
LEAST_WORKER_MB, WORKER_MB = 90, 130
"""A worker that has just started, and one after a day of traffic (make bench: memory)."""
LANES = 2
"""A worker's threads beside those that serve pages (cozmic/serving.py)."""
SHORTEST_SECRET, SHORTEST_TOKEN = 32, 16


class Verdict(StrEnum):
    """What a check found."""

    PASS = "pass"  # noqa: S105  a verdict
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the list."""

    verdict: Verdict
    found: str
    """What is so."""
    hint: str = ""
    """What to do about it; empty where nothing is to be done."""


def passed(found: str) -> Finding:
    """All is well."""
    return Finding(Verdict.PASS, found)


def doubtful(found: str, hint: str) -> Finding:
    """It works, but not as well or as safely as it could."""
    return Finding(Verdict.WARN, found, hint)


def failed(found: str, hint: str) -> Finding:
    """It does not work, or must not stay so."""
    return Finding(Verdict.FAIL, found, hint)


def judge_kind(*, is_sqlite: bool, people: int) -> Finding:
    """Which database for how many people."""
    if not is_sqlite:
        return passed("PostgreSQL")
    if people > FEW_ON_SQLITE:
        return doubtful(
            f"SQLite, with {people:,} people",
            "one request at a time can write: move to PostgreSQL (docs/how-to/move-to-postgresql.md)",
        )
    return passed(f"SQLite, with {people} people")


def judge_connections(
    *, workers: int, threads: int, pool: int, allowed: int, most: int, reserved: int
) -> Finding:
    """Whether the pools of all workers fit, and the connections that the threads hold at least.

    pool: size and overflow of one worker. allowed: what this role and database may open, of `most` on the server.
    Each thread keeps one for the admitting SELECT and takes another for its page; signing in and lists of pupils
    have a thread each beside them.
    """
    least_each = 2 * (threads + LANES)
    least, sum_ = workers * least_each, workers * pool
    about = (
        f"{workers} workers x {pool} = {sum_}, at least {least}; "
        f"the server allows {allowed} of {most} ({reserved} reserved)"
    )
    if pool < least_each:
        return failed(
            f"{threads} threads need {least_each} connections, the pool of a worker has {pool}",
            "raise DB_POOL_SIZE: else pages wait for each other and answer that the database is busy",
        )
    if least > allowed:
        return failed(
            about,
            "fewer workers or threads (WEB_CONCURRENCY, WEB_THREADS), or a larger max_connections",
        )
    if sum_ > allowed:
        return doubtful(
            about,
            f"in a rush some will be refused: at most {allowed // workers} for each worker (DB_POOL_SIZE + "
            "DB_MAX_OVERFLOW), or a larger max_connections",
        )
    return passed(about)


def judge_commit(milliseconds: float) -> Finding:
    """How long a COMMIT takes, and how many hand-ins of one class that allows."""
    found = f"COMMIT takes {milliseconds:.1f} ms: {1000 / max(milliseconds, 0.01):,.0f} hand-ins a second in one class"
    hint = "the database's disk is slow to make writing last: a faster one, or one with a cache that survives a cut"
    if milliseconds > HOPELESS_COMMIT_MS:
        return failed(found, hint)
    return doubtful(found, hint) if milliseconds > SLOW_COMMIT_MS else passed(found)


def judge_redis_speed(milliseconds: float) -> Finding:
    """How long Redis takes to answer."""
    found = f"answers in {milliseconds:.1f} ms"
    hint = "it should stand in the same network as the platform, with a processor to itself"
    if milliseconds > LOST_REDIS_MS:
        return failed(found, f"{hint}: after {LOST_REDIS_MS:.0f} ms pages go on without it")
    return doubtful(found, hint) if milliseconds > SLOW_REDIS_MS else passed(found)


def judge_redis_memory(*, policy: str, used: int, most: int) -> Finding:
    """Whether a full Redis forgets, or refuses. Bytes; most 0: no bound."""
    mb = 1024 * 1024
    if not most:
        return doubtful(
            f"{used / mb:,.0f} MB used, without a bound",
            "set maxmemory (100mb is plenty for a school) and maxmemory-policy allkeys-lru",
        )
    found = f"{used / mb:,.0f} of {most / mb:,.0f} MB, {policy}"
    if policy == "noeviction":
        hint = "full, it refuses new pages and counts: set maxmemory-policy allkeys-lru"
        return failed(found, hint) if used > 0.9 * most else doubtful(found, hint)
    return passed(found)


def judge_secret(secret: str, weak: tuple[str, ...]) -> Finding:
    """Whether anybody could guess what signs the cookies."""
    hint = 'python3 -c "import secrets; print(secrets.token_urlsafe(48))" makes one; setting it signs everybody out'
    if len(secret) < SHORTEST_SECRET:
        return failed(f"{len(secret)} characters", hint)
    if len(set(secret)) < 12 or any(word in secret.lower() for word in weak):
        return failed("it can be guessed", hint)
    return passed(f"{len(secret)} characters")


def judge_proxies(
    *, trusted: int, expected: int | None, is_open: bool, forces_https: bool
) -> Finding:
    """How many proxies are believed, against what the host seems to have.

    expected: None where the host is not known. is_open: the server listens on more than this machine.
    """
    found = f"{trusted} trusted"
    if expected is not None and trusted != expected:
        hint = f"TRUSTED_PROXIES={expected}: "
        if not trusted:
            return failed(
                found, f"{hint}else all visitors share one address, and the redirect to HTTPS loops"
            )
        if trusted > expected:
            return failed(
                found, f"{hint}else anybody can choose the address that limits and records see"
            )
        return doubtful(found, f"{hint}limits take the host's own proxy for the visitor")
    if not trusted and forces_https:
        return failed(
            found,
            "the platform speaks no TLS itself: with FORCE_HTTPS and no trusted proxy every page redirects for ever; "
            "TRUSTED_PROXIES=1 behind nginx",
        )
    if expected is None and trusted and is_open:
        return doubtful(
            f"{found}, and the port is open to the network",
            "whoever reaches it past the proxy chooses their address: BIND_HOST=127.0.0.1, or a firewall",
        )
    return passed(found)


def judge_workers(*, workers: int, cores: float) -> Finding:
    """Processes against processors."""
    found = f"{workers} workers on {cores:g} processors"
    if workers < cores:
        return doubtful(found, f"processors stand idle: WEB_CONCURRENCY={round(2 * cores)}")
    if workers > max(4, 4 * cores):
        return doubtful(
            found, f"they stand in each other's way: WEB_CONCURRENCY={max(2, round(2 * cores))}"
        )
    return passed(found)


def judge_memory(*, workers: int, megabytes: int) -> Finding:
    """Whether the workers fit into the memory. The guide warns at 70 % and is alarmed at 90 %."""
    wanted = workers * WORKER_MB
    found = f"{workers} workers want about {wanted:,} of {megabytes:,} MB"
    fits = max(1, int(0.7 * megabytes) // WORKER_MB)
    hint = f"at most WEB_CONCURRENCY={fits}, or a bigger host"
    if workers * LEAST_WORKER_MB > 0.9 * megabytes:
        return failed(found, f"the system will end them: {hint}")
    return doubtful(found, hint) if wanted > 0.7 * megabytes else passed(found)


def judge_backup(age: timedelta | None) -> Finding:
    """How long ago the school was last backed up; None: never."""
    hint = "flask backup every night, and a copy elsewhere (docs/how-to/back-up-a-school.md)"
    if age is None:
        return failed("there was none", hint)
    hours = age.total_seconds() / 3600
    found = f"{hours:.0f} hours ago" if hours < 48 else f"{hours / 24:.0f} days ago"
    if age > OLD_BACKUP:
        return failed(found, hint)
    return doubtful(found, hint) if age > STALE_BACKUP else passed(found)


def judge_clock(seconds: float) -> Finding:
    """How far the application's clock is from the database's, which decides what is due."""
    found = f"{abs(seconds):.1f} s apart from the database's"
    hint = "let both machines keep time by NTP"
    if abs(seconds) > WRONG_CLOCK_S:
        return failed(found, f"{hint}: certificates and log lines are wrong")
    return doubtful(found, hint) if abs(seconds) > ODD_CLOCK_S else passed(found)


def judge_disk(*, place: str, free: int, size: int) -> Finding:
    """How much room there is. Bytes."""
    found = f"{free / 1024**3:,.1f} of {size / 1024**3:,.1f} GB free at {place}"
    hint = "make room before writes fail"
    if free < NO_DISK:
        return failed(found, hint)
    return doubtful(found, hint) if free < LITTLE_DISK else passed(found)
