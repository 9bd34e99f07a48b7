"""nginx in front of a test's server, with the file that operators are given."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from cozmic.config import ROOT
from tests.gunicorn_server import Server
from tests.services.debian import find_program
from tests.services.process import (
    KeptProcess,
    free_port,
    new_folder,
    unprivileged,
    wait_until_ready,
)

PROGRAM = "usr/sbin/nginx"
AROUND = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
{shipped}
}}
"""
REDIRECT = re.compile(r"server \{\n    listen 80;.*?^\}\n", re.MULTILINE | re.DOTALL)


def shipped_configuration(port: int, behind: int) -> str:
    """deploy/nginx/cozmic.conf without TLS, on another port, in front of another one."""
    text = (ROOT / "deploy/nginx/cozmic.conf").read_text()
    text, replaced_n = REDIRECT.subn("", text)
    assert replaced_n == 1
    text = text.replace("server 127.0.0.1:8000;", f"server 127.0.0.1:{behind};")
    text = text.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port};")
    return "\n".join(
        line for line in text.splitlines() if not line.strip().startswith(("ssl_", "listen [::]"))
    )


@contextmanager
def nginx_before(server: Server) -> Iterator[Server]:
    """Serve what a server serves on another port, through nginx."""
    program, identity = find_program("nginx", PROGRAM, called="nginx"), unprivileged()
    folder, port = new_folder("nginx", identity), free_port()
    shipped = shipped_configuration(port, server.port)
    identity.write_secret(folder / "nginx.conf", AROUND.format(folder=folder, shipped=shipped))
    process = KeptProcess(
        [program, "-e", folder / "error.log", "-c", folder / "nginx.conf"], folder,
        identity=identity, stop=signal.SIGTERM,
    )  # fmt: skip
    front = Server(port, server.process, server.log)
    try:
        wait_until_ready(process, lambda: _answers(front))
        yield front
    finally:
        process.stop()


def _answers(front: Server) -> bool:
    connection = front.connect(timeout_s=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
