"""A bare WSGI application behind the middleware, and the lines that it writes."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from cozmic.observe.gauges import Gauges
from cozmic.observe.metrics import render_metrics
from cozmic.observe.request_log import RequestLog
from cozmic.observe.watch import ENDPOINT, Watch

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(slots=True)
class Stage:
    """The middleware around one application after the other, logging to one file."""

    log: Path
    descriptor: int
    headers: list[tuple[str, str]] = field(default_factory=list)

    def ask(
        self,
        app: WsgiApp,
        *,
        endpoint: str = "some.page",
        tells_browser: bool = False,
        **environ: str,
    ) -> Any:
        """Return the response's body, of which nothing has been taken yet."""
        watch = Watch(
            app,
            gauges=Gauges(),
            log=RequestLog(self.descriptor),
            tells_browser=tells_browser,
        )
        asked = {"REQUEST_METHOD": "GET", ENDPOINT: endpoint, **environ}
        return watch(asked, self._start_response)

    def _start_response(self, _status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
        self.headers = headers

    def lines(self) -> list[dict[str, Any]]:
        """Return what has been written, each line read as JSON."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]


@contextmanager
def on_stage(folder: Path) -> Iterator[Stage]:
    """Yield a stage, and close its file afterwards."""
    log = folder / "requests.log"
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT, 0o600)
    yield Stage(log, descriptor)
    os.close(descriptor)


def counted(name: str, text: str | None = None, **labels: str) -> float:
    """Return the sum of a metric's samples that have these labels: of a scrape's text, or of this process."""
    text = render_metrics().decode() if text is None else text
    return sum(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )
