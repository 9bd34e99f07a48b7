"""From what was seen to the figures that goals ask for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ledger import Verdict
from load_shapes import Shape
from load_tally import End, Tally, View, holds, is_write, percentile
from load_watch import Metrics, Watch

CACHED_OUTCOMES = ("hit", "unchanged", "miss", "waited", "alone")
CALM_MS, CALM_S = 2000.0, 3
HOME, TEACHER_HOME = "GET /student/", "GET /teacher/"


@dataclass(slots=True)
class Seen:
    """What one start of a server saw."""

    tally: Tally
    before: Metrics
    after: Metrics
    watch: Watch
    scanned: Counter[str]
    """Rows of large tables read without an index."""

    def difference(self, name: str, **labels: str) -> float:
        """How much a counter grew."""
        return self.after.total(name, **labels) - self.before.total(name, **labels)


def common_figures(shape: Shape, seen: Sequence[Seen], verdict: Verdict) -> dict[str, float]:
    """What every shape is asked for."""
    views = [View(one.tally) for one in seen]
    whole = [view.figures() for view in views]
    requests = sum(one.requests for one in whole)
    bad = sum(one.faults + one.wrong + one.shed for one in whole)
    writes = sum(view.figures(name=is_write).requests for view in views)
    main = [view.figures(part=shape.main) for view in views]
    asked, hit = _cache(seen)
    return {
        "wrong": sum(one.wrong for one in whole),
        "lost": len(verdict.lost),
        "doubled": len(verdict.doubled),
        "limited": sum(one.difference("cozmic_refusals_total") for one in seen),
        "errors_percent": 100 * bad / max(1, requests),
        "writes_percent": 100 * writes / max(1, requests),
        "workers": min(one.watch.samples[-1].workers for one in seen),
        "hit_percent": 100 * hit / max(1, asked),
        "scanned": sum(one.scanned.total() for one in seen) / max(1, requests),
        "p50": max(one.p50 for one in main), "p95": max(one.p95 for one in main),
        "p99": max(one.p99 for one in main), "requests": requests,
    }  # fmt: skip


def _cache(seen: Sequence[Seen]) -> tuple[float, float]:
    """How many cached screens were asked for, and how many came from the cache; where there is none, all were drawn."""
    outcomes = {
        outcome: sum(one.difference("cozmic_cache_answers_total", outcome=outcome) for one in seen)
        for outcome in CACHED_OUTCOMES
    }
    drawn = sum(one.difference("cozmic_requests_total", endpoint=name, method="GET")
                for one in seen for name in ("student.dashboard", "teacher.dashboard"))  # fmt: skip
    asked = max(sum(outcomes.values()), drawn)
    return asked, outcomes["hit"] + outcomes["unchanged"] + outcomes["waited"]


def bell_figures(shape: Shape, seen: Sequence[Seen]) -> dict[str, float]:
    """Of the worst start."""
    views = [View(one.tally) for one in seen]
    ringing = shape.people["bell"]
    arrived = [view.figures(name=lambda name: name == f"bell: {HOME}") for view in views]
    signing_in = [view.figures(name=lambda name: name == "bell: POST /login") for view in views]
    others = [
        view.figures(part="bell", name=lambda name: name in (HOME, TEACHER_HOME)) for view in views
    ]
    return {
        "all_in_percent": min(
            100 * (one.requests - one.faults - one.wrong - one.shed) / ringing for one in arrived
        ),
        "bell_p95": max(one.p95 for one in signing_in),
        "others_p95": max(one.p95 for one in others),
    }


def exam_figures(shape: Shape, seen: Sequence[Seen], stored_once: int) -> dict[str, float]:
    """Of the minute in which all hand in."""
    view = View(seen[0].tally)
    return {
        "stored_once_percent": 100 * stored_once / shape.people["exam"],
        "hand_in_p95": view.figures(name=lambda name: name.startswith("exam: POST")).p95,
        "teacher_p95": view.figures(
            part="hand in", name=lambda name: name.startswith(TEACHER_HOME)
        ).p95,
    }


def knee_figures(seen: Sequence[Seen]) -> dict[str, float]:
    """The most people of whom the guide's floor held."""
    held = 0
    for part, begin, _ in View(seen[0].tally).parts():
        if part.isdigit():
            figures = View(seen[0].tally).figures(part=part)
            if holds(figures) and begin >= 0:
                held = max(held, int(part))
    return {"knee": held}


def spike_figures(seen: Sequence[Seen]) -> dict[str, float]:
    """How it ended, and how long it took to be as before."""
    view = View(seen[0].tally)
    calm = next((begin for part, begin, _ in view.parts() if part == "calm"), 0.0)
    return {
        "faults_in_spike": view.figures(part="spike").faults + view.figures(part="calm").faults,
        "shed": view.figures().shed,
        "recovery_s": recovery_s(view.tally, calm),
    }


def recovery_s(tally: Tally, calm: float) -> float:
    """Seconds from a moment until three follow in which what began was answered well: fine, and p95 under 2 s."""
    seconds: dict[int, list[tuple[float, int]]] = {}
    for at_s, took_ms, end in zip(tally.at_s, tally.took_ms, tally.end, strict=True):
        if at_s >= calm:
            seconds.setdefault(int(at_s - calm), []).append((took_ms, end))
    last = max(seconds, default=0)

    def is_calm(second: int) -> bool:
        asked = seconds.get(second, [])
        return all(end == End.FINE for _, end in asked) and (
            not asked or percentile(sorted(took for took, _ in asked), 95) <= CALM_MS
        )

    return next(
        (second for second in range(last) if all(is_calm(second + later) for later in range(CALM_S))), last
    )  # fmt: skip


EXTRA: dict[str, Callable[[Shape, Sequence[Seen]], dict[str, float]]] = {
    "bell": bell_figures,
    "knee": lambda _shape, seen: knee_figures(seen),
    "spike": lambda _shape, seen: spike_figures(seen),
    "soak": lambda _shape, seen: {
        "growth_percent": abs(
            seen[0].watch.growth_percent(min(180.0, 0.2 * seen[0].tally.at_s[-1]))
        )
    },
}
