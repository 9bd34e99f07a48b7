"""The files that operators deploy with name only what exists, and fit each other."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from cozmic.config import ROOT

EXAMPLE = (ROOT / ".env.example").read_text()
SETTINGS = set(re.findall(r"^#?([A-Z_]+)=", EXAMPLE, re.MULTILINE))
FROM_THE_HOST = {"PYTHON_VERSION"}
SMALLEST_DATABASE = 100
"""Connections of the smallest database on the host."""


@pytest.fixture(scope="module")
def blueprint() -> dict[str, Any]:
    """render.yaml, read."""
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "render.yaml").read_text())
    return loaded


@pytest.fixture(scope="module")
def web(blueprint: dict[str, Any]) -> dict[str, Any]:
    """Its web service."""
    (service,) = [one for one in blueprint["services"] if one["type"] == "web"]
    found: dict[str, Any] = service
    return found


def value_of(web: dict[str, Any], key: str) -> str:
    return next(str(one["value"]) for one in web["envVars"] if one["key"] == key)


def test_every_variable_is_a_setting(web: dict[str, Any]) -> None:
    assert {one["key"] for one in web["envVars"]} <= SETTINGS | FROM_THE_HOST


def test_no_secret_stands_in_the_file(web: dict[str, Any]) -> None:
    for name in ("SECRET_KEY", "METRICS_TOKEN"):
        secret = next(one for one in web["envVars"] if one["key"] == name)
        assert secret == {"key": name, "generateValue": True}


def test_references_lead_to_services_that_are_there(
    blueprint: dict[str, Any], web: dict[str, Any]
) -> None:
    names = {one["name"] for one in blueprint["services"] + blueprint["databases"]}
    referred = [one.get("fromDatabase") or one.get("fromService") for one in web["envVars"]]
    assert {one["name"] for one in referred if one} < names


def test_the_database_is_migrated_before_each_deploy(web: dict[str, Any]) -> None:
    assert web["preDeployCommand"].startswith("flask --app wsgi db upgrade")


def test_the_pools_of_all_processes_fit_the_database(web: dict[str, Any]) -> None:
    pool = int(value_of(web, "DB_POOL_SIZE")) + int(value_of(web, "DB_MAX_OVERFLOW"))
    assert (
        int(value_of(web, "WEB_CONCURRENCY")) * pool * 2 < SMALLEST_DATABASE
    )  # twice, during a deploy


def test_a_stop_leaves_requests_the_time_that_gunicorn_gives_them(web: dict[str, Any]) -> None:
    found = re.search(
        r'number\("GRACEFUL_TIMEOUT_S", (\d+)\)', (ROOT / "gunicorn.conf.py").read_text()
    )
    assert found is not None
    unit = (ROOT / "deploy/systemd/cozmic.service").read_text()
    stop = re.search(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)
    assert stop is not None
    assert int(found[1]) < min(web["maxShutdownDelaySeconds"], int(stop[1]))


def test_the_unit_that_looks_whether_it_lives_asks_the_port_of_the_example() -> None:
    port = re.search(r"^#HEALTH_PORT=(\d+)$", EXAMPLE, re.MULTILINE)
    assert port is not None
    assert (
        f"http://127.0.0.1:{port[1]}/" in (ROOT / "deploy/systemd/cozmic-alive.service").read_text()
    )


def test_nginx_takes_bodies_as_large_as_the_platform_does_and_hands_on_one_address() -> None:
    text = (ROOT / "deploy/nginx/cozmic.conf").read_text()
    assert "client_max_body_size 2m;" in text
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in text
    assert "proxy_set_header Host $host;" in text
