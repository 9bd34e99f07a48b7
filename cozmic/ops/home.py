"""How the platform is running, and which step comes next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from flask import current_app, request

from cozmic.ops.blueprint import ops
from cozmic.ops.charts import Chart, Values, draw_chart, show
from cozmic.reads.operations import RANGES, Operations, Range, get_operations
from cozmic.reads.ops_people import has_teachers
from cozmic.rules.measured import Measured
from cozmic.rules.scaling import Deployment
from cozmic.rules.scaling_path import PATH
from cozmic.rules.thresholds import (
    CPU,
    ERROR_RATE,
    MEMORY,
    RESPONSE_TIME,
    SERVER_CONNECTIONS,
    Threshold,
    judged_time,
)
from cozmic.web.frame import local_time
from cozmic.web.screens import screen
from cozmic.web.viewer import current_viewer


@ops.get("/")
def home() -> str:
    """Show how the platform is running, and which step comes next."""
    shown = _read_range()
    data = get_operations(shown, _read_deployment(), now=current_viewer().now)
    return screen(
        "ops/home.html", data, shown=shown, ranges=RANGES, charts=_draw(data), edges=_label_edges(data, shown),
        show=show, path=PATH,
        is_measuring=current_app.config["MEASURE"], has_teachers=has_teachers(),
    )  # fmt: skip


def _read_range() -> Range:
    """The range in the address; the first one for nonsense."""
    wanted = request.args.get("range", "")
    return next((one for one in RANGES if one.name == wanted), RANGES[0])


def _read_deployment() -> Deployment:
    config = current_app.config
    return Deployment(
        is_sqlite=str(config["SQLALCHEMY_DATABASE_URI"]).startswith("sqlite"),
        has_redis=bool(config["REDIS_URL"]),
        proxies=config["TRUSTED_PROXIES"],
    )


def _label_edges(data: Operations, shown: Range) -> tuple[str, str]:
    """The first and the last moment of the charts, as short as they are still plain."""
    first, last = (_label(moment, shown.back) for moment in (data.begins[0], data.begins[-1]))
    return first, last


def _label(moment: datetime, back: timedelta) -> str:
    day, _, clock = local_time(moment).partition(", ")  # Tue 3 Nov 2026, 14:05
    if back < timedelta(days=1):
        return clock
    weekday, _, date = day.rpartition(" ")[0].partition(" ")
    return f"{weekday} {clock}" if back < timedelta(days=7) else f"{weekday} {date}"


def _draw(data: Operations) -> list[Chart]:
    """The charts that have anything to show."""

    def of(read: Callable[[Measured], float | None]) -> list[float | None]:
        return [None if span is None else read(span) for span in data.spans]

    p95 = of(lambda span: judged_time(span.p95_s, requests=span.requests))
    p50 = of(lambda span: span.p50_s)
    pool, server = of(lambda span: span.pool_percent), of(lambda span: span.server_percent)
    drawn = (
        _draw_plain("people", "People at work within five minutes", of(lambda span: span.active_people)),
        _draw_plain("pages", "Pages asked for, a minute", of(lambda span: 60 * span.requests / span.span_s)),
        _draw_percent(ERROR_RATE, "Errors, of a hundred pages", of(lambda span: span.error_percent), top=0),
        draw_chart(
            "response-time", "Response time", [("95 of 100 within", "main", p95), ("Half within", "info", p50)],
            unit="s", threshold=RESPONSE_TIME,
        ),
        _draw_percent(CPU, "Processor", of(lambda span: span.cpu_percent)),
        _draw_percent(MEMORY, "Memory", of(lambda span: span.memory_percent)),
        draw_chart(
            "connections", "Database connections in use",
            [("Of the fullest worker", "main", pool), ("Of the database server", "info", server)],
            unit="%", threshold=SERVER_CONNECTIONS, top=100,
        ),
        draw_chart(
            "cache", "Pages that were ready made", [("From the cache", "good", of(lambda span: span.hit_percent))],
            unit="%", top=100,
        ),
    )  # fmt: skip
    return [chart for chart in drawn if chart is not None]


def _draw_plain(slug: str, title: str, values: Values) -> Chart | None:
    return draw_chart(slug, title, [(title.partition(" ")[0], "main", values)], unit="")


def _draw_percent(
    threshold: Threshold, title: str, values: Values, *, top: float = 100
) -> Chart | None:
    line = (threshold.title, "main", values)
    return draw_chart(threshold.name, title, [line], unit="%", threshold=threshold, top=top)
