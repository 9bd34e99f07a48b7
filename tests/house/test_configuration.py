"""What each setting takes, and what production refuses to start with."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from cozmic.config import ConfigError, load_config

GOOD = "kZ3x-Vq8_wTn2Lr6PyHs9DcJ4mBgF7aQeXuY0oRi"
PRODUCTION = {"SECRET_KEY": GOOD}


@pytest.mark.parametrize(
    "secret",
    ["", "short", "a" * 64, "development-only: never a secret", "change-me-" + GOOD, "1234567890" * 4],
)  # fmt: skip
def test_production_refuses_a_missing_or_weak_secret_in_one_line_with_the_cure(secret: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config({"SECRET_KEY": secret})
    message = str(caught.value)
    assert "\n" not in message
    assert "token_urlsafe" in message
    assert "COZMIC_CONFIG=development" in message
    assert secret not in message.replace("SECRET_KEY", "") or not secret


def test_production_takes_a_good_secret_and_keeps_cookies_to_https() -> None:
    config = load_config(PRODUCTION)
    assert config.SECRET_KEY == GOOD
    assert config.FORCE_HTTPS
    assert config.SESSION_COOKIE_SECURE
    assert config.SESSION_COOKIE_HTTPONLY
    assert config.SESSION_COOKIE_SAMESITE == "Lax"
    assert not config.DEVELOPMENT


def test_production_logs_no_values_of_statements_that_failed(tmp_path: Path) -> None:
    config = load_config({**PRODUCTION, "COZMIC_INSTANCE": str(tmp_path)})
    engine = create_engine(
        "sqlite://", hide_parameters=config.SQLALCHEMY_ENGINE_OPTIONS["hide_parameters"]
    )
    with engine.connect() as connection, pytest.raises(OperationalError) as caught:
        connection.execute(text("SELECT :essay FROM nothing"), {"essay": "My summer"})
    assert "My summer" not in str(caught.value)
    engine.dispose()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("MAIL_URL", "mail.school.example", "MAIL_URL cannot be used"),
        ("MAIL_URL", "smtp://", "MAIL_URL cannot be used"),
        ("MAIL_URL", "smtp://host:port", "MAIL_URL cannot be used"),
        ("MAIL_URL", "https://host", "MAIL_URL cannot be used"),
        ("MAIL_URL", "smtp://host:587", "set PUBLIC_URL"),
        ("PUBLIC_URL", "learning.school.example", "PUBLIC_URL cannot be used"),
        ("PUBLIC_URL", "https://", "PUBLIC_URL cannot be used"),
        ("REDIS_URL", "localhost:6379", "REDIS_URL cannot be used"),
        ("DATABASE_URL", "mysql://host/name", "DATABASE_URL cannot be used"),
        ("DATABASE_URL", "nonsense", "DATABASE_URL cannot be used"),
        ("TRUSTED_PROXIES", "many", "takes a whole number from 0 to 5"),
        ("SESSION_HOURS", "0", "takes a whole number from 1 to 2160"),
        ("FORCE_HTTPS", "maybe", "takes 1 or 0"),
        ("MEASURE", "maybe", "takes 1 or 0"),
        ("ALERT_MAIL_TO", "it", "ALERT_MAIL_TO cannot be used"),
        ("ALERT_MAIL_TO", "it@x.example, head@", "ALERT_MAIL_TO cannot be used"),
        ("ALERT_MAIL_TO", "it@x.example head@x.example", "ALERT_MAIL_TO cannot be used"),
        ("ALERT_WEBHOOK_URL", "http://chat.example/x", "ALERT_WEBHOOK_URL cannot be used"),
        (
            "ALERT_WEBHOOK_URL",
            "http://localhost.chat.example/x",
            "ALERT_WEBHOOK_URL cannot be used",
        ),
        ("ALERT_WEBHOOK_URL", "https://", "ALERT_WEBHOOK_URL cannot be used"),
        (
            "ALERT_WEBHOOK_URL",
            "https://user:secret@chat.example",
            "ALERT_WEBHOOK_URL cannot be used",
        ),
        ("ALERT_WEBHOOK_URL", "https://chat.example:port/", "ALERT_WEBHOOK_URL cannot be used"),
        ("ALERT_WEBHOOK_URL", "file:///etc/passwd", "ALERT_WEBHOOK_URL cannot be used"),
        ("SENTRY_DSN", "sentry.example/2", "SENTRY_DSN cannot be used"),
        ("SENTRY_DSN", "https://sentry.example/2", "SENTRY_DSN cannot be used"),
        ("SENTRY_DSN", "https://key@sentry.example/project", "SENTRY_DSN cannot be used"),
        ("SENTRY_TRACES", "10", "takes a number from 0 to 1"),
        ("SENTRY_TRACES", "nan", "takes a number from 0 to 1"),
        ("SLOW_QUERY_MS", "fast", "takes a whole number from 0 to 600000"),
        ("COZMIC_CONFIG", "staging", "takes development, testing, production"),
    ],
)
def test_a_setting_that_cannot_be_is_named_in_one_line(name: str, value: str, words: str) -> None:
    with pytest.raises(ConfigError, match=name) as caught:
        load_config({**PRODUCTION, name: value})
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_without_an_address_the_database_is_a_file_of_the_instance() -> None:
    config = load_config({**PRODUCTION, "COZMIC_INSTANCE": "/srv/cozmic"})
    assert config.SQLALCHEMY_DATABASE_URI == "sqlite:////srv/cozmic/cozmic.sqlite3"


def test_the_hosts_own_address_stands_in_for_the_public_one() -> None:
    config = load_config({**PRODUCTION, "RENDER_EXTERNAL_URL": "https://x.onrender.example/"})
    assert config.PUBLIC_URL == "https://x.onrender.example"
