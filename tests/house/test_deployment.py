"""The files that operators deploy with name only what exists, and fit each other."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
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


SETTINGS_FILES = (
    "docs/how-to/set-up-a-school.md",
    "docs/how-to/run-on-your-own-server.md",
    ".env.example",
)


def lines_of(path: str) -> list[str]:
    """The settings that a page or the example tells people to write into a file."""
    text = (ROOT / path).read_text()
    if path.endswith(".md"):
        (text,) = re.findall(r"^```ini\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return re.findall(r"^#?([A-Z][A-Z0-9_]+=.*)$", text, re.MULTILINE)


@pytest.mark.parametrize("path", SETTINGS_FILES)
def test_systemd_and_the_shell_read_the_settings_alike(tmp_path: Path, path: str) -> None:
    """systemd takes a value as it stands, or what is in single quotes; it knows neither export nor $(…)."""
    lines = lines_of(path)
    assert len(lines) >= 6
    file = tmp_path / "settings"
    file.write_text("\n".join([*lines, ""]))
    command = ["env", "-i", "/bin/sh", "-eu", "-c", 'set -a; . "$0"; exec env -0', str(file)]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    by_the_shell = dict(one.split("=", 1) for one in found.stdout.split("\0") if one)
    for line in lines:
        name, _, value = line.partition("=")
        assert re.fullmatch(r"'[^']*'|[^\s'\"$`\\;&<>|()]*", value), line
        assert by_the_shell[name] == value.strip("'")


@pytest.mark.parametrize("unit", ["cozmic", "cozmic-backup"])
def test_what_the_service_writes_is_for_no_other_account(unit: str) -> None:
    lines = (ROOT / f"deploy/systemd/{unit}.service").read_text().splitlines()
    assert {"UMask=0077", "StateDirectory=cozmic", "StateDirectoryMode=0700"} <= set(lines)


@pytest.fixture
def server(tmp_path: Path) -> Path:
    """A server as docs/how-to/run-on-your-own-server.md lays it out, below a folder, with two releases that tell."""
    told = '#!/bin/sh\necho "$(pwd -P) $MAIL_FROM $(umask) $*"\n'
    for release in ("0.1.0", "0.2.0"):
        flask = tmp_path / "releases" / release / ".venv/bin/flask"
        flask.parent.mkdir(parents=True)
        flask.write_text(told)
        flask.chmod(0o755)
    (tmp_path / "current").symlink_to(tmp_path / "releases/0.1.0")
    (tmp_path / "environment").write_text("MAIL_FROM='A <b@c.example>'\n")
    script = (ROOT / "deploy/cozmic").read_text()
    script = script.replace("/opt/cozmic/", f"{tmp_path}/").replace("/etc/cozmic/", f"{tmp_path}/")
    user = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
    (tmp_path / "cozmic").write_text(script.replace("service=cozmic", f"service={user}"))
    (tmp_path / "cozmic").chmod(0o755)
    return tmp_path


@pytest.mark.parametrize(("given", "release"), [((), "0.1.0"), (("--release", "0.2.0"), "0.2.0")])
def test_commands_run_with_the_settings_of_the_service(
    server: Path, given: tuple[str, ...], release: str
) -> None:
    command = [str(server / "cozmic"), *given, "db", "upgrade"]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    folder = (server / "releases" / release).resolve()
    assert found.stdout == f"{folder} A <b@c.example> 0077 --app wsgi db upgrade\n"
