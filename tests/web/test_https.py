"""Production speaks HTTPS only, and believes no proxy that it was not told of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, request

from cozmic import config, create_app
from cozmic.extensions import db, limiter

GOOD = "kZ3x-Vq8_wTn2Lr6PyHs9DcJ4mBgF7aQeXuY0oRi"
PROXIED = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}


def production(folder: Path, **environ: str) -> Flask:
    settings = {"SECRET_KEY": GOOD, "COZMIC_INSTANCE": str(folder), **environ}
    return create_app(config.Production(settings))


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """Production behind one proxy."""
    application = production(tmp_path, TRUSTED_PROXIES="1")
    yield application
    limiter.enabled = False  # the extension is one for all applications of this process
    with application.app_context():
        db.engine.dispose()


def test_plain_http_is_sent_to_https_with_path_and_query(app: Flask) -> None:
    answer = app.test_client().get("/login?next=/student/")
    assert answer.status_code == 308
    assert answer.headers["Location"] == "https://localhost/login?next=/student/"
    assert "Strict-Transport-Security" not in answer.headers


def test_a_host_may_ask_for_health_without_tls(app: Flask) -> None:
    assert app.test_client().get("/healthz").status_code == 200
    assert app.test_client().get("/readyz").status_code == 503  # no tables yet


def test_through_the_proxy_pages_come_with_hsts_and_secure_cookies(app: Flask) -> None:
    answer = app.test_client().get("/login", headers=PROXIED)
    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("cozmic=")
    for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert f"; {flag}" in cookie
    assert "Domain" not in cookie


def test_without_a_trusted_proxy_its_headers_mean_nothing(tmp_path: Path) -> None:
    application = production(tmp_path)
    answer = application.test_client().get("/login", headers=PROXIED)
    assert answer.status_code == 308
    limiter.enabled = False


def test_https_can_be_left_to_a_proxy_that_redirects_itself(tmp_path: Path) -> None:
    application = production(tmp_path, FORCE_HTTPS="0")
    answer = application.test_client().get("/login")
    assert answer.status_code == 200
    assert "Secure" not in answer.headers["Set-Cookie"]
    limiter.enabled = False


def test_two_proxies_that_share_one_protocol_value_do_not_loop(tmp_path: Path) -> None:
    """As behind a content network and a host's own proxy: an address from each, one protocol."""
    application = production(tmp_path, TRUSTED_PROXIES="2")
    chain = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7, 198.51.100.4"}
    seen: list[str | None] = []
    application.before_request(lambda: seen.append(request.remote_addr))
    assert application.test_client().get("/login", headers=chain).status_code == 200
    assert seen == ["192.0.2.7"]
    limiter.enabled = False


def test_no_header_chooses_the_host_in_our_links(app: Flask) -> None:
    forged = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Host": "evil.example"}
    answer = app.test_client().get("/student/", headers=forged)
    assert "evil.example" not in answer.headers["Location"]


def test_no_forged_host_is_where_a_redirect_leads(tmp_path: Path) -> None:
    application = production(tmp_path, TRUSTED_PROXIES="1", PUBLIC_URL="https://school.example")
    client, forged = application.test_client(), {"Host": "evil.example"}
    answer = client.get("/login?next=/student/", headers=forged)
    assert answer.headers["Location"] == "https://school.example/login?next=/student/"
    answer = client.get("/student?a=1", headers=forged)
    assert answer.headers["Location"] == "https://school.example/student?a=1"
    answer = client.get("/student?a=1", headers={**PROXIED, **forged})
    assert (answer.status_code, answer.headers["Location"]) == (308, "/student/?a=1")
    limiter.enabled = False


def test_a_cookie_that_came_over_tls_stays_on_tls_whoever_redirects(tmp_path: Path) -> None:
    application = production(tmp_path, FORCE_HTTPS="0", TRUSTED_PROXIES="1")
    answer = application.test_client().get("/login", headers=PROXIED)
    assert "; Secure" in answer.headers["Set-Cookie"]
    limiter.enabled = False
