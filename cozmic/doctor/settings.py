"""Settings: what a laptop may leave as it is, and a school may not."""

from __future__ import annotations

from flask import Flask

from cozmic.config import WEAK_SECRETS
from cozmic.outside.mail import find_mail_fault
from cozmic.rules.deployment import (
    SHORTEST_TOKEN,
    Finding,
    doubtful,
    failed,
    judge_proxies,
    judge_secret,
    passed,
)

RENDER_PROXIES = 2
"""The content network and the host's own router."""


def look_at_configuration(app: Flask) -> Finding:
    """Production's, which refuses what is not safe."""
    if app.config["DEVELOPMENT"] or app.config["TESTING"]:
        name = "development" if app.config["DEVELOPMENT"] else "testing"
        return failed(
            f"COZMIC_CONFIG={name}: a fixed secret, cookies without HTTPS, demo logins",
            "unset COZMIC_CONFIG, or set it to production, wherever others can reach it",
        )
    return passed("production")


def look_at_secret(app: Flask) -> Finding:
    """Whether anybody could sign cookies."""
    return judge_secret(app.config["SECRET_KEY"], WEAK_SECRETS)


def look_at_https(app: Flask) -> Finding:
    """Whether pages and cookies are kept to HTTPS, under the address that people use."""
    if not app.config["FORCE_HTTPS"]:
        return failed(
            "pages and cookies go out unencrypted", "FORCE_HTTPS=1 (production's default)"
        )
    address: str = app.config["PUBLIC_URL"]
    if not address:
        return doubtful(
            "kept to HTTPS; PUBLIC_URL is not set", "PUBLIC_URL=https://…, for links in mails"
        )
    if not address.startswith("https://"):
        return failed(f"PUBLIC_URL is {address}", "PUBLIC_URL=https://…: links in mails lead there")
    return passed(address)


def look_at_proxies(app: Flask) -> Finding:
    """Whether the visitor's address is believed from exactly those who stand in front."""
    return judge_proxies(
        trusted=app.config["TRUSTED_PROXIES"],
        expected=RENDER_PROXIES if app.config["ON_RENDER"] else None,
        is_open=app.config["BIND_HOST"] not in {"127.0.0.1", "::1", "localhost"},
        forces_https=app.config["FORCE_HTTPS"],
    )


def look_at_sentry(app: Flask) -> Finding:
    """Whether somebody hears of errors."""
    if not app.config.get("SENTRY_DSN"):
        return doubtful("not set", "SENTRY_DSN, so that errors reach somebody before the users do")
    return passed("set")


def look_at_mail(app: Flask) -> Finding:
    """Whether mail goes out; a server is greeted and signed in to, and nothing is sent."""
    if not app.config["MAIL_URL"]:
        return doubtful(
            "not set", "MAIL_URL: without it nobody can set a forgotten password by themselves"
        )
    fault = find_mail_fault()
    if fault:
        return failed(
            f"the server does not take us: {fault}", "look at MAIL_URL and the server's log"
        )
    if app.config["MAIL_FROM"].endswith("@localhost"):
        return doubtful(
            f"sent from {app.config['MAIL_FROM']}", "MAIL_FROM: an address that may be answered"
        )
    return passed("the server takes us")


def look_at_metrics(app: Flask) -> Finding:
    """Whether /metrics is open to a monitor, and to nobody else."""
    token = app.config["METRICS_TOKEN"]
    if not token:
        return doubtful("no /metrics", "METRICS_TOKEN, for Prometheus (docs/reference/metrics.md)")
    if len(token) < SHORTEST_TOKEN:
        return failed(f"the token has {len(token)} characters", f"at least {SHORTEST_TOKEN}")
    return passed("/metrics behind a token")


def look_at_cache(app: Flask) -> Finding:
    """Whether finished pages are kept."""
    if not app.config["PAGE_CACHE"]:
        return doubtful("every page is drawn anew", "unset PAGE_CACHE when the fault is found")
    return passed("finished pages are kept")
