"""docs/reference/metrics.md, from the registry; a test holds its line of the log to a real one."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.metrics import MetricWrapperBase

from cozmic.observe import metrics

INTRODUCTION = """\
# Metrics and the request log

<!-- Written by `make docs` from cozmic/observe/. Change that, not this page. -->

## The request log

One line of JSON on standard output for each request, when its response has ended (`LOG_REQUESTS=0` turns it off):

```json
{"at":"2026-11-25T08:14:03.512Z","id":"97ac89eca7454d26","endpoint":"student.dashboard","method":"GET","status":200,"ms":1.65,"wait_ms":0.12,"sql_n":1,"sql_ms":0.41,"redis_n":2,"cache":"hit","bytes":4120}
```

| field | what it says |
|---|---|
| `at` | when the response ended |
| `id` | names the request; the response carries it as `X-Request-ID`, and so does the traceback of an error. Always our own: one from outside is ignored |
| `endpoint` | the view, as [Routes](routes.md) names it; `none` where no route fits |
| `ms` | from the request to the end of its response |
| `wait_ms` | how long of that the request waited for a thread; 0 without gunicorn |
| `sql_n`, `sql_ms` | round trips to the database, and milliseconds in them |
| `redis_n` | round trips to Redis |
| `cache` | `hit`, `miss`, `unchanged` (304), `waited` for another's computation, `alone` (without the cache); empty: not asked |
| `bytes` | length of the body; null where it is streamed |
| `error` | class of the exception that cost the visitor the page; left out where there is none |
| `hung_up` | true where the visitor did not stay to the end; else left out |

No line holds an address, a query, a name, an id of a person, or anything that somebody typed. `/healthz`, `/readyz` and
`/metrics` are told only where they fail, static files never. In development the response also carries `Server-Timing`,
which the browser's network panel shows.

## Slow statements

What takes the database longer than `SLOW_QUERY_MS` (500 ms; 0 turns it off) is a line of JSON on standard error, whether
a page, a job or a command asked:

```json
{"at":"2026-11-25T08:14:04.020Z","id":"97ac89eca7454d26","endpoint":"ops.people","slow_ms":812.4,"digest":"b2a90f31","statement":"SELECT users.id, … WHERE users.family_name ILIKE %(family_name_1)s …","plan":["Seq Scan on users  (cost=0.00..2137.00 rows=9 width=40)","  Filter: ((family_name)::text ~~* ?::text)"]}
```

| field | what it says |
|---|---|
| `id`, `endpoint` | as above; a command by its name (`flask seed load`), `none` for what is neither |
| `slow_ms` | from sending the statement to its answer, waiting for locks included |
| `digest` | the same for the same statement, so that lines can be counted |
| `statement` | its text; lists are shortened |
| `plan` | what `EXPLAIN` says (on SQLite `EXPLAIN QUERY PLAN`), which does not run it; null where there is none |
| `no_plan` | why there is none: `told before` (within five minutes, under the same digest), `not to be had` (a COMMIT, a batch), `the database could not be asked`, `too many at once` |

Nobody waits for the plan: a thread asks for it afterwards, on a connection of its own. A ? stands for each value in text
and plan, so no line holds what somebody typed or whom a search was for.

## Metrics

`/metrics` answers in Prometheus' text format to whoever sends `METRICS_TOKEN` as a bearer token; without that setting
there is no such page. It adds up all workers of one server, the replaced ones too; a restart begins at nothing, as
Prometheus expects. It may be asked over plain HTTP inside a network, like the health checks.

```yaml
scrape_configs:
  - job_name: cozmic
    authorization: {credentials: the-token}
    static_configs: [{targets: ["127.0.0.1:8000"]}]
```
"""  # noqa: E501  rows of a table, and a line of the log, cannot be broken
QUESTIONS = """
## What to ask of them

| question | PromQL |
|---|---|
| Which share of requests fails? | `sum(rate(cozmic_requests_total{status="5xx"}[5m])) / sum(rate(cozmic_requests_total[5m]))` |
| How long do 95 of 100 take at most? | `histogram_quantile(0.95, sum by (le) (rate(cozmic_request_seconds_bucket[5m])))` |
| Which page asks most of the database? | `topk(5, rate(cozmic_sql_seconds_total[5m]))` |
| How often does the cache answer? | `sum(rate(cozmic_cache_answers_total{outcome=~"hit\\|unchanged"}[5m])) / sum(rate(cozmic_cache_answers_total[5m]))` |
| Which page has slow statements? | `topk(5, increase(cozmic_slow_statements_total[1h]))` |
| How full are the pools? | `cozmic_pool_connections_in_use / cozmic_pool_connections_most` |
| Is Redis gone? | `cozmic_redis_breakers_open > 0` |
"""  # noqa: E501


def list_metrics() -> list[MetricWrapperBase]:
    """Return every metric of the application, in the order of its module."""
    return [one for one in vars(metrics).values() if isinstance(one, MetricWrapperBase)]


def build() -> dict[str, str]:
    """Return the page by its file name."""
    return {"metrics.md": "\n".join([*_page(), QUESTIONS])}


def _page() -> Iterator[str]:
    yield INTRODUCTION
    yield "| metric | kind | labels | what it says |\n|---|---|---|---|"
    for one in list_metrics():
        (family,) = one.describe()
        name = f"{family.name}_total" if family.type == "counter" else family.name
        labels = ", ".join(f"`{label}`" for label in one._labelnames) or "–"  # noqa: SLF001  no public way
        yield f"| `{name}` | {family.type} | {labels} | {family.documentation} |"
    bounds = ", ".join(f"{bound:g}" for bound in metrics.SECONDS)
    yield f"\nThe times are counted in buckets up to {bounds} seconds."
