"""A visitor of a real server: keeps cookies, sends forms with their hidden fields, follows nothing by itself."""

from __future__ import annotations

import http.client
import re
from contextlib import closing
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from tests.gunicorn_server import Server

HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
NAME, VALUE = re.compile(r'name="([^"]*)"'), re.compile(r'value="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Page:
    """An answer."""

    status: int
    text: str
    location: str


@dataclass(slots=True)
class Visitor:
    """One browser; as with any browser, a cookie of one port goes to the others of the same host."""

    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, server: Server, path: str) -> Page:
        """Fetch a page."""
        return self._ask(server, "GET", path, "")

    def send(self, server: Server, path: str, form_at: str, **fields: str) -> Page:
        """Send the form that stands on a page, as that page has filled it in."""
        page = self.get(server, form_at).text
        hidden = {}
        for tag in HIDDEN.findall(page):
            name, value = NAME.search(tag), VALUE.search(tag)
            if name and name[1] not in hidden:
                hidden[name[1]] = value[1] if value else ""
        return self._ask(
            server, "POST", path, urlencode({**hidden, **fields}), Referer=server.url + form_at
        )

    def sign_in(self, server: Server, username: str, password: str) -> Page:
        """Send the sign-in form."""
        return self.send(server, "/login", "/login", username=username, password=password)

    def _ask(self, server: Server, method: str, path: str, body: str, **more: str) -> Page:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookies, **more}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(server.connect()) as connection:
            connection.request(method, path, body=body or None, headers=headers)
            response = connection.getresponse()
            self._keep(response)
            return Page(
                response.status, response.read().decode(), response.getheader("Location") or ""
            )

    def _keep(self, response: http.client.HTTPResponse) -> None:
        for line in response.msg.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
