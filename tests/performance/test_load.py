"""The load test can fail: wrong pages, lost work and missed goals are noticed. Its parts that need no server."""

from __future__ import annotations

import math
import random
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from canaries import canary_of, find_name, status_fault
from ledger import Act, Kept, Ledger, Verdict, read_ledgers
from load_accounts import BadSetting, read_accounts, read_roster, think_s
from load_charts import chart, nice, sheet
from load_facts import command_of
from load_figures import recovery_s
from load_goals import GOALS, judge
from load_options import parse, settings_of, shape_of
from load_pages import REFERENCE, index, write_pages
from load_report import Report
from load_shapes import SHAPES, mixed, spike_of
from load_tally import End, Tally, View, holds, is_write, percentile, read_tallies
from load_watch import Sample, parse_metrics

from cozmic.seed.load_people import PUPIL, TEACHER

LEAST = {"writes_percent", "workers", "hit_percent"}
ENVIRON = {"COZMIC_LOAD_PASSWORD": "four plain short words"}
ZOE = canary_of("Zoë O'Hara", frozenset({3, 4}))


def page(name: str = "Zoë O&#39;Hara", *classes: int) -> bytes:
    """A page as the frame draws it."""
    links = "".join(f'<a href="/classrooms/{one}/">class</a>' for one in classes)
    return f'<summary aria-label="Account of {name}">Z</summary>{links}'.encode()


def test_ones_own_page_is_right() -> None:
    assert canary_of("Zoë Hara", frozenset({3})).fault_of(page("Zoë Hara", 3)) == ""
    assert find_name(page("Zoë Hara")) == "Zoë Hara"


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        pytest.param(page("Ben Yu"), "Ben Yu", id="another's page"),
        pytest.param(page() + page("Ben Yu"), "two people", id="another's words in the right page"),
        pytest.param(page("Zoë O&#x27;Hara", 4, 5), "class 5", id="another's class"),
        pytest.param(b"<h1>Sign in</h1>", "nobody", id="nobody's page"),
        pytest.param(b"", "nobody", id="nothing"),
    ],
)
def test_each_wrong_page_is_noticed(body: bytes, fault: str) -> None:
    body = body.replace(b"&#39;", b"&#x27;")
    assert fault in ZOE.fault_of(body)


@pytest.mark.parametrize(
    ("status", "location", "fault"),
    [
        (200, "", ""), (303, "/student/", ""), (304, "", "status 304"),
        (303, "/login?next=/student/", "sent to sign in"), (429, "", "status 429"), (500, "", "status 500"),
        (404, "", "status 404"), (302, "/login", "sent to sign in"),
    ],
)  # fmt: skip
def test_statuses_are_what_they_are(status: int, location: str, fault: str) -> None:
    assert status_fault(status, (200, 303), location) == fault


def verdict_of(act: Act, kept: Kept | None) -> Verdict:
    verdict = Verdict()
    verdict.judge("answer", {"1/2": act}, {} if kept is None else {"1/2": kept})
    return verdict


def test_what_was_acknowledged_and_is_there_is_fine() -> None:
    assert verdict_of(Act("7", 2), Kept("7", 1, 2)).is_clean


@pytest.mark.parametrize(
    ("act", "kept", "lost", "doubled"),
    [
        pytest.param(Act("7", 2), None, 1, 0, id="nothing is there"),
        pytest.param(Act("7", 2), Kept("6", 1, 2), 1, 0, id="something older is there"),
        pytest.param(Act("7", 2), Kept("7", 1, 3), 0, 1, id="counted twice"),
        pytest.param(Act("in"), Kept("in", 2), 0, 1, id="there twice"),
        pytest.param(Act("7", 2, ["8"]), Kept("8", 1, 3), 0, 0, id="what was on its way is there"),
        pytest.param(Act("7", 2, ["8"]), Kept("9", 1, 3), 1, 0, id="something that nobody sent is there"),
        pytest.param(Act(None, None, ["8"]), None, 0, 0, id="never acknowledged and not there"),
        pytest.param(Act(None, None, ["8"]), Kept("8", 2), 0, 1, id="never acknowledged and there twice"),
    ],
)  # fmt: skip
def test_lost_and_doubled_work_is_counted(
    act: Act, kept: Kept | None, lost: int, doubled: int
) -> None:
    found = verdict_of(act, kept)
    assert (len(found.lost), len(found.doubled)) == (lost, doubled)


def test_a_ledger_comes_back_as_it_was_written(tmp_path: Path) -> None:
    ledger = Ledger()
    ledger.send("answer", "1/2", "a")
    ledger.send("answer", "1/2", "a")
    ledger.acknowledge("answer", "1/2", "a", 1)
    ledger.send("answer", "1/2", "b")
    ledger.send("hand-in", "1", "in")
    ledger.refuse("hand-in", "1", "in")
    ledger.write(tmp_path / "ledger-0.json")
    read = read_ledgers([tmp_path / "ledger-0.json"])
    assert read.acts == {"answer": {"1/2": Act("a", 1, ["b"])}, "hand-in": {"1": Act()}}
    assert (read.count("answer"), read.count("hand-in"), read.count("note")) == (1, 0, 0)


def tally_of(*notes: tuple[float, float, End], name: str = "GET /student/") -> Tally:
    """A tally of requests: begun at, took ms, end."""
    tally = Tally(began=1000.0)
    for at_s, took_ms, end in notes:
        tally.note(name, 1000.0 + at_s, took_ms, end, "wrong" if end else "")
    return tally


def test_a_tally_is_summed_up_by_part_and_name(tmp_path: Path) -> None:
    tally = tally_of((0, 10, End.FINE), (5, 20, End.FINE), (6, 30, End.WRONG), (7, 1, End.SHED))
    tally.note("POST /student/assignments/:id/start", 1008.0, 40, End.FAULT, "status 500")
    tally.marks = [(0.0, "ramp"), (5.0, "work")]
    for number in (0, 1):
        tally.write(tmp_path / f"tally-{number}.json")
    view = View(read_tallies([tmp_path / "tally-0.json"]))
    work = view.figures(part="work")
    assert (work.requests, work.faults, work.wrong, work.shed, work.longest) == (4, 1, 1, 1, 40)
    assert work.error_percent == 75
    assert view.figures(part="ramp").p95 == 10
    assert view.figures(name=is_write).requests == 1
    both = View(read_tallies(sorted(tmp_path.glob("*.json"))))
    assert both.figures().requests == 10
    assert both.tally.faults["POST /student/assignments/:id/start: status 500"] == 2


def test_percentiles_are_values_that_were_measured() -> None:
    times = [float(one) for one in range(1, 101)]
    assert [percentile(times, share) for share in (50, 95, 99, 100)] == [50, 95, 99, 100]
    assert percentile([7.0], 99) == 7
    assert math.isnan(percentile([], 50))


def test_turning_people_away_is_no_way_to_hold_the_floor() -> None:
    fine, shed = [(0, 20.0, End.FINE)] * 99, [(0, 1.0, End.SHED)]
    assert holds(View(tally_of(*fine * 2, *shed)).figures())
    assert not holds(View(tally_of(*fine, *shed)).figures())
    assert not holds(View(tally_of(*[(0, 2001.0, End.FINE)] * 9)).figures())
    assert not holds(View(tally_of()).figures()), "nothing was asked for"


def test_signing_in_is_no_write() -> None:
    assert is_write("PUT /student/attempts/:id/answers/:id")
    assert not is_write("GET /student/")
    assert not is_write("bell: POST /login")


def test_a_figure_that_misses_its_goal_or_was_not_measured_is_not_met() -> None:
    assert [one.goal.key for one in judge("smoke", {}) if one.holds] == []
    perfect = {goal.key: goal.bar for goal in GOALS["2000"]}
    assert all(one.holds for one in judge("2000", perfect))
    for key, bar in perfect.items():
        worse = perfect | {key: bar + (-1 if key in LEAST else 1)}
        assert [one.goal.key for one in judge("2000", worse) if not one.holds] == [key]
    assert not any(one.holds for one in judge("smoke", {"p95": math.nan}) if one.goal.key == "p95")


def test_the_guides_floor_stands_under_every_goal() -> None:
    for name in set(SHAPES) - {"knee", "spike"}:  # there the errors are the point
        bars = {goal.key: goal.bar for goal in GOALS[name]}
        assert bars["errors_percent"] <= 1
        assert bars.get("p95", 2000) <= 2000
        assert bars["wrong"] == bars["lost"] == bars["doubled"] == 0
    assert {goal.key: goal.bar for goal in GOALS["2000"]}["p95"] == 200


def test_shapes_are_what_was_promised() -> None:
    assert set(SHAPES) == set(GOALS)
    totals = {name: shape.total for name, shape in SHAPES.items()}
    assert (totals["smoke"], totals["class"], totals["2000"], totals["soak"]) == (
        10,
        100,
        2000,
        500,
    )
    assert (SHAPES["bell"].people["bell"], totals["bell"], SHAPES["bell"].starts) == (300, 800, 6)
    assert SHAPES["exam"].people["exam"] == 600
    assert spike_of(3000).total == 6000
    assert all(shape.per_s <= 20 for shape in SHAPES.values())
    ramp = SHAPES["2000"].all_parts[0]
    assert ramp.seconds >= 2000 / 20
    assert sum(mixed(2000).values()) == 2000


def test_a_shape_can_be_made_smaller_and_shorter() -> None:
    options = parse(
        ["2000", "--scale", "0.05", "--minutes", "0.5", "--set", "LIMIT_PAGES=10 per minute"]
    )
    shape = shape_of(options)
    assert (shape.total, shape.parts[0].seconds) == (101, 30)
    assert settings_of(options).changes == {"LIMIT_PAGES": "10 per minute"}


def test_the_command_in_a_report_does_it_again() -> None:
    assert command_of(["2000", "--write"]) == "make load SHAPE=2000"
    given = ["bell", "--scale", "0.1", "--json", "/somewhere/found.json", "--no-cache"]
    assert command_of(given) == 'make load SHAPE=bell ARGS="--scale 0.1 --no-cache"'


def test_accounts_are_called_as_the_seed_calls_them_and_dealt_out_once() -> None:
    environ = {**ENVIRON, "COZMIC_LOAD_PUPILS": "3-5", "COZMIC_LOAD_ADMIN": "root"}
    accounts = read_accounts(environ)
    taken = [accounts.take("pupil") for _ in range(4)]
    assert [one.username if one else None for one in taken] == [
        f"{PUPIL}{n:06d}" for n in (3, 4, 5)
    ] + [None]
    teacher, admin = accounts.take("teacher"), accounts.take("admin")
    assert teacher
    assert admin
    assert (teacher.username, admin.username) == (f"{TEACHER}00001", "root")
    assert accounts.take("admin") is None


def test_several_generators_take_different_accounts() -> None:
    taken = []
    for offset in range(3):
        accounts = read_accounts({**ENVIRON, "COZMIC_LOAD_PUPILS": "1-6"})
        taken += [accounts.take("pupil", step=3, offset=offset) for _ in range(2)]
    assert len({one.username for one in taken if one}) == 6


def test_a_roster_says_who_is_who() -> None:
    content = {"pupil": [{"username": "a", "password": "b", "name": "Zoë", "classes": [1, 2]}]}
    account = read_roster(content).take("pupil")
    assert account
    assert (account.name, account.classes) == ("Zoë", frozenset({1, 2}))


@pytest.mark.parametrize(
    "environ",
    [{}, {**ENVIRON, "COZMIC_LOAD_PUPILS": "5-3"}, {**ENVIRON, "COZMIC_LOAD_TEACHERS": "all"}],
)
def test_what_is_missing_is_said_at_once(environ: dict[str, str]) -> None:
    with pytest.raises(BadSetting, match="COZMIC_LOAD_"):
        read_accounts(environ)


def test_nobody_asks_for_more_pages_than_the_limit_lets_them() -> None:
    dice = random.Random(1)  # noqa: S311  no secret
    hasty = [think_s({}, dice) for _ in range(2000)]
    calm = [think_s({"COZMIC_LOAD_THINK": "calm"}, dice) for _ in range(2000)]
    assert 1 <= min(hasty) <= max(hasty) <= 5
    assert 3 <= min(calm) <= max(calm) <= 60
    assert 12 < sorted(calm)[1000] < 18


def test_recovery_ends_where_three_good_seconds_begin() -> None:
    bad = [(second, 3000.0, End.FINE) for second in range(4)] + [(4, 5.0, End.SHED)]
    good = [(second, 20.0, End.FINE) for second in range(5, 12)]
    assert recovery_s(tally_of(*bad, *good), 0.0) == 5
    assert recovery_s(tally_of(*good), 5.0) == 0
    assert recovery_s(tally_of(*bad), 0.0) == 4, "never: as long as it was looked at"


def test_metrics_are_read_and_summed_up() -> None:
    metrics = parse_metrics(
        '# HELP x y\ncozmic_requests_total{endpoint="a",method="GET",status="2xx"} 5.0\n'
        'cozmic_requests_total{endpoint="b",method="GET",status="2xx"} 1e+01\ncozmic_workers 4.0\n'
    )
    assert metrics.total("cozmic_requests_total") == 15
    assert metrics.total("cozmic_requests_total", endpoint="b") == 10
    assert metrics.total("cozmic_workers") == 4
    assert metrics.by("cozmic_requests_total", "endpoint") == {"a": 5, "b": 10}


def test_charts_are_pictures_that_any_page_may_show() -> None:
    lines = {"p95 & more": [(0.0, 1.0), (5.0, math.nan), (10.0, 80.0)], "nothing": []}
    drawn = sheet([chart("Time <ms>", lines, unit=" ms", marks=[(5, "bell")])], "a picture")
    root = ET.fromstring(drawn)  # noqa: S314  we drew it
    assert root.get("viewBox") == "0 0 720 220"
    assert "style=" not in drawn
    assert "nan" not in drawn
    assert [nice(value) for value in (0, 0.7, 1, 90, 101)] == [1, 0.8, 1, 100, 150]


def test_a_report_becomes_a_page_with_its_picture_and_a_place_in_the_index(tmp_path: Path) -> None:
    tally = tally_of(*[(second, 20.0, End.FINE) for second in range(30)], (31, 5.0, End.SHED))
    tally.marks, tally.users = [(0.0, "ramp"), (10.0, "work")], [(0.0, 1), (30.0, 10)]
    samples = [
        Sample(1000.0 + at, {"app": at / 2, "locust": at / 10}, 300.0, 4) for at in (0, 10, 20)
    ]
    report = Report(
        title="Load test: smoke", facts={"machine": "one"}, found=judge("smoke", {"wrong": 0}), tally=tally,
        samples=samples, main="work", notes=["A note."],
    )  # fmt: skip
    write_pages(tmp_path, "smoke", report)
    page = (tmp_path / "load/smoke.md").read_text()
    assert "| pages of somebody else | ≤ 0 | 0 | met |" in page
    assert "| p95 | ≤ 2000 ms | not measured | NOT MET |" in page
    assert "**Not every goal is met.**" in page
    assert "](smoke.svg)" in page
    assert "| `GET /student/` | 21 | 1 | 20 |" in page
    ET.parse(tmp_path / "load/smoke.svg")  # noqa: S314  we drew it
    assert "(load/smoke.md)" in (tmp_path / "load.md").read_text()
    assert "nan" not in page + report.as_html()


def test_the_committed_index_is_the_one_that_reports_write() -> None:
    written = {path.stem for path in (REFERENCE / "load").glob("*.md")}
    assert (REFERENCE / "load.md").read_text() == index(written)
