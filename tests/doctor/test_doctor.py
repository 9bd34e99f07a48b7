"""A good deployment passes; what is wrong with a bad one is named, and nothing else about it."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text, update

from cozmic.doctor import checks, listed, machine
from cozmic.doctor.checks import Check
from cozmic.doctor.listed import CHECKS
from cozmic.extensions import db
from cozmic.models import AuditEvent
from cozmic.observe.host import Host, HostUse
from cozmic.rules.deployment import Verdict, passed
from cozmic.seed.load_people import PUPIL
from tests.doctor.deployment import SECRET, Deployment, a_while_ago, make_deployment
from tests.factories import make_user
from tests.outside.mail_server import hang, mail_server, refuse_mail, take_mail
from tests.services.postgres import PostgresServer, start_postgres
from tests.services.redis_server import start_redis

Break = Callable[[Deployment], None]


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    """A Redis set as docs/how-to/run-on-postgresql-and-redis.md says."""
    server, process = start_redis({"maxmemory": "64mb", "maxmemory-policy": "allkeys-lru"})
    yield server.url
    process.stop()


@pytest.fixture(scope="module")
def mail_url() -> Iterator[str]:
    """A mail server that takes us."""
    with mail_server(take_mail) as server:
        yield server.url


@pytest.fixture(scope="module")
def school(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A database at head, backed up."""
    url = postgres_server.new_database()
    deployment = make_deployment(tmp_path_factory.mktemp("school"), url, "", "")
    deployment.run("db", "upgrade")
    deployment.run("backup")
    yield url
    postgres_server.drop_database(url)


@pytest.fixture
def good(
    school: str, redis_url: str, mail_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Deployment:
    """A deployment with nothing wrong, on a machine of two processors with 4 GB."""
    has(monkeypatch, cores=2.0, memory_mb=4096)
    return make_deployment(tmp_path, school, redis_url, mail_url)


def has(monkeypatch: pytest.MonkeyPatch, *, cores: float, memory_mb: int) -> None:
    """Run on a machine of this size."""
    use = HostUse(cores=cores, memory_mb=memory_mb, cpu_percent=None, memory_percent=None)
    monkeypatch.setattr(Host, "read", lambda _self: use)


def test_a_good_deployment_passes_every_check(good: Deployment) -> None:
    code, found = good.ask()
    assert {name: one for name, one in found.items() if one["verdict"] != "pass"} == {}
    assert code == 0
    assert len(found) == len(CHECKS) > 20


def test_it_changes_nothing(good: Deployment) -> None:
    def look() -> tuple[object, ...]:
        with good.serving(), db.engine.connect() as connection:
            tables = [
                connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()  # noqa: S608
                for name in db.metadata.tables
            ]
            names = connection.execute(text("SELECT count(*) FROM pg_class")).scalar_one()
            return (*tables, names)

    before = look()
    good.ask()
    assert look() == before
    assert [one.name for one in good.folder.iterdir() if one.name != "backups"] == []


def setting(**values: str) -> Break:
    """Other settings; an empty one is not set."""

    def apply(deployment: Deployment) -> None:
        deployment.environ.update(values)

    return apply


DEAD = "127.0.0.1:1"
BADLY_SET: list[tuple[str, str, Break]] = [
    ("configuration", "fail", setting(COZMIC_CONFIG="development")),
    ("secret", "fail", setting(COZMIC_CONFIG="development", SECRET_KEY="")),
    ("secret", "fail", setting(COZMIC_CONFIG="development", SECRET_KEY="change-me-" + SECRET)),
    ("https", "fail", setting(FORCE_HTTPS="0")),
    ("https", "fail", setting(PUBLIC_URL="http://learning.school.example")),
    ("https", "warn", setting(PUBLIC_URL="", MAIL_URL="")),
    ("proxies", "fail", setting(RENDER="true", TRUSTED_PROXIES="0")),
    ("proxies", "warn", setting(RENDER="true", TRUSTED_PROXIES="1")),
    ("proxies", "fail", setting(RENDER="true", TRUSTED_PROXIES="3")),
    ("proxies", "fail", setting(TRUSTED_PROXIES="0")),
    ("proxies", "warn", setting(BIND_HOST="0.0.0.0")),  # noqa: S104
    ("connections", "fail", setting(WEB_CONCURRENCY="60")),
    ("connections", "warn", setting(DB_POOL_SIZE="60")),
    ("connections", "fail", setting(DB_POOL_SIZE="4", DB_MAX_OVERFLOW="0")),
    ("timeouts", "warn", setting(DB_PGBOUNCER="1")),
    ("database", "fail", setting(DATABASE_URL=f"postgresql://a:not-told@{DEAD}/a")),
    ("redis", "fail", setting(REDIS_URL=f"redis://:not-told@{DEAD}/0")),
    ("redis", "warn", setting(REDIS_URL="")),
    ("page-cache", "warn", setting(PAGE_CACHE="0")),
    ("mail", "fail", setting(MAIL_URL=f"smtp://a:not-told@{DEAD}")),
    ("mail", "warn", setting(MAIL_URL="")),
    ("mail", "warn", setting(MAIL_FROM="")),
    ("sentry", "warn", setting(SENTRY_DSN="")),
    ("metrics", "warn", setting(METRICS_TOKEN="")),
    ("metrics", "fail", setting(METRICS_TOKEN="short")),
    ("workers", "warn", setting(WEB_CONCURRENCY="1")),
    ("workers", "warn", setting(WEB_CONCURRENCY="12")),
]


@pytest.mark.parametrize(
    ("name", "verdict", "break_it"),
    BADLY_SET,
    ids=[f"{n}-{i}" for i, (n, _, _) in enumerate(BADLY_SET)],
)
def test_a_setting_that_is_wrong_is_named_with_its_cure(
    name: str, verdict: str, break_it: Break, good: Deployment
) -> None:
    break_it(good)
    code, found = good.ask()
    assert found[name]["verdict"] == verdict, found[name]
    assert found[name]["hint"]
    assert code == (1 if "fail" in {one["verdict"] for one in found.values()} else 0)
    assert "not-told" not in str(found)


def change(statement: str) -> Break:
    """Another state of the database."""

    def apply(deployment: Deployment) -> None:
        with deployment.serving(), db.engine.begin() as connection:
            connection.execute(text(statement))

    return apply


def backed_up(**since: int) -> Break:
    """The last backup is so old."""

    def apply(deployment: Deployment) -> None:
        with deployment.serving(), db.engine.begin() as connection:
            connection.execute(update(AuditEvent).values(happened_at=a_while_ago(**since)))

    return apply


def of_a_load(deployment: Deployment) -> None:
    """A pupil of a load test is still there."""
    with deployment.serving():
        make_user(username=f"{PUPIL}000001")


def of_the_demo(deployment: Deployment) -> None:
    """The demo school was made on a laptop and taken along."""
    laptop = Deployment(deployment.folder, {**deployment.environ, "COZMIC_CONFIG": "development"})
    laptop.run("seed", "bank")
    laptop.run("seed", "demo")


def with_an_invalid_index(deployment: Deployment) -> None:
    """Building an index beside the traffic was interrupted."""
    change(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_audit_events_actor_id'::regclass"
    )(deployment)


FEW_CONNECTIONS = """
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 20', current_database()); END $$
"""
BAD_STATES: list[tuple[str, str, Break]] = [
    ("migrations", "fail", change("UPDATE alembic_version SET version_num = '0001'")),
    ("indices", "fail", change("DROP INDEX ix_audit_events_actor_id")),
    ("indices", "fail", with_an_invalid_index),
    ("connections", "fail", change(FEW_CONNECTIONS)),
    ("backup", "fail", change("DELETE FROM audit_events")),
    ("backup", "fail", backed_up(days=8)),
    ("backup", "warn", backed_up(hours=30)),
    ("load-test", "warn", of_a_load),
    ("demo-logins", "fail", of_the_demo),
]


@pytest.mark.parametrize(
    ("name", "verdict", "break_it"),
    BAD_STATES,
    ids=[f"{n}-{i}" for i, (n, _, _) in enumerate(BAD_STATES)],
)
def test_a_database_in_a_bad_state_is_named_with_its_cure(
    name: str, verdict: str, break_it: Break, good: Deployment, postgres_server: PostgresServer
) -> None:
    url = postgres_server.new_database()
    good.environ["DATABASE_URL"] = url
    good.run("db", "upgrade")
    good.run("backup")
    try:
        break_it(good)
        code, found = good.ask()
    finally:
        postgres_server.drop_database(url)
    others = {one for one, about in found.items() if about["verdict"] != "pass"}
    assert found[name]["verdict"] == verdict, found[name]
    assert found[name]["hint"]
    assert others == {name}
    assert code == (1 if verdict == "fail" else 0)


@pytest.mark.parametrize(
    ("settings", "verdict", "words"),
    [
        ({}, "warn", "without a bound"),
        ({"maxmemory": "64mb", "maxmemory-policy": "noeviction"}, "warn", "noeviction"),
        ({"maxmemory": "1mb", "maxmemory-policy": "noeviction"}, "fail", "noeviction"),
        ({"maxmemory": "64mb", "maxmemory-policy": "volatile-ttl"}, "pass", "volatile-ttl"),
    ],
)
def test_a_redis_that_refuses_when_full_is_named(
    settings: dict[str, str], verdict: str, words: str, good: Deployment
) -> None:
    server, process = start_redis(settings)
    try:
        good.environ["REDIS_URL"] = server.url
        _, found = good.ask()
    finally:
        process.stop()
    assert found["redis-memory"]["verdict"] == verdict, found
    assert words in found["redis-memory"]["found"]


@pytest.mark.parametrize(("behave", "words"), [(refuse_mail, "no mail today"), (hang, "no answer")])
def test_a_mail_server_that_does_not_take_us_is_named(
    behave: Callable[..., None], words: str, good: Deployment
) -> None:
    with mail_server(behave) as server:
        good.environ["MAIL_URL"] = server.url
        _, found = good.ask()
    assert found["mail"]["verdict"] == "fail"
    assert words in found["mail"]["found"]


def test_a_small_machine_is_named(good: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    for memory_mb, verdict in [(700, "warn"), (256, "fail")]:
        has(monkeypatch, cores=2.0, memory_mb=memory_mb)
        assert good.ask()[1]["memory"]["verdict"] == verdict
    full = shutil._ntuple_diskusage(10**10, 10**10 - 10**8, 10**8)
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: full)
    assert good.ask()[1]["disk"]["verdict"] == "fail"


def test_files_that_everybody_can_read_are_named(
    good: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = good.folder / "backups" / "cozmic-2026-01-01T000000Z.zip"
    backup.parent.mkdir(exist_ok=True)
    backup.write_text("everything")
    backup.chmod(0o644)
    monkeypatch.setattr(machine, "_nearest", lambda _place: good.folder)
    closed = [folder for folder in backup.parents if not folder.stat().st_mode & 0o001]
    assert good.ask()[1]["files"]["verdict"] == ("pass" if closed else "fail")
    monkeypatch.setattr(machine, "_is_open_to_others", lambda path: path == backup)
    code, found = good.ask()
    assert (code, found["files"]["verdict"]) == (1, "fail")
    assert backup.name in found["files"]["found"]


def test_a_school_on_sqlite_is_told_when_it_has_grown(tmp_path: Path) -> None:
    small = make_deployment(tmp_path, "", "", "")
    small.run("db", "upgrade")
    assert small.ask()[1]["database"]["verdict"] == "pass"
    with small.serving():
        for _ in range(51):
            make_user()
    _, found = small.ask()
    assert found["database"]["verdict"] == "warn"
    assert "move to PostgreSQL" in found["database"]["hint"]
    assert found["commit"]["verdict"] != "fail"
    assert list(tmp_path.glob(".doctor-*")) == []


def test_a_check_that_crashes_or_hangs_is_told_and_ends_no_other(
    good: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(_app: object) -> None:
        raise RuntimeError(f"unexpected, with {SECRET} in it")

    odd = (
        Check("crashes", crash),  # type: ignore[arg-type]
        Check("hangs", lambda _app: time.sleep(3), deadline_s=0.2),  # type: ignore[arg-type,return-value]
        Check("is well", lambda _app: passed("yes")),
    )
    monkeypatch.setattr("cozmic.doctor.command.CHECKS", odd)
    code, found = good.ask()
    assert code == 1
    assert (
        found["crashes"]["found"]
        == "could not be checked: RuntimeError: unexpected, with *** in it"
    )
    assert "no answer within 0.2 s" in found["hangs"]["found"]
    assert found["is well"]["verdict"] == Verdict.PASS
    assert checks.DEADLINE_S * len(listed.CHECKS) <= 120, "two minutes, if all hang"


def test_the_list_for_people_says_what_to_do(good: Deployment) -> None:
    good.environ["METRICS_TOKEN"] = "short"
    with good.serving() as app:
        result = app.test_cli_runner().invoke(args=["doctor"])
    assert result.exit_code == 1
    assert "fail metrics       the token has 5 characters\n" in result.output
    assert "at least 16" in result.output
    assert result.output.endswith(f"{len(CHECKS) - 1} pass, 0 warn, 1 fail\n")


@pytest.mark.long
def test_a_database_that_hangs_is_told_within_the_deadlines(good: Deployment) -> None:
    server, process = start_postgres()
    try:
        good.environ["DATABASE_URL"] = server.url
        good.run("db", "upgrade")
        os.kill(process.pid, signal.SIGSTOP)  # it takes no connection any more
        began = time.monotonic()
        code, found = good.ask()
        took_s = time.monotonic() - began
        os.kill(process.pid, signal.SIGCONT)
    finally:
        process.stop()
    failing = {name for name, one in found.items() if one["verdict"] == "fail"}
    assert code == 1
    assert {"database", "migrations", "indices", "connections", "commit", "clock"} <= failing
    assert found["redis"]["verdict"] == found["mail"]["verdict"] == "pass"
    assert took_s < checks.DEADLINE_S * len(CHECKS)
