"""The ledger against the database: what was acknowledged has to be there, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from ledger import Kept, Ledger, Verdict
from sqlalchemy import Connection, create_engine, text

AT_ONCE, LARGE = 5000, 3000
QUERIES = {
    "start": "SELECT s.id::text, u.username, 1, NULL FROM submissions s JOIN users u ON u.id = s.student_id "
    "WHERE s.id = ANY(CAST(:keys AS bigint[]))",
    "answer": "SELECT key, answer #>> '{}', 1, version FROM unnest(CAST(:keys AS text[])) AS wanted(key) "
    "JOIN responses ON submission_id = split_part(key, '/', 1)::bigint AND item_id = split_part(key, '/', 2)::bigint",
    "hand-in": "SELECT s.id::text, CASE WHEN s.handed_in_at IS NOT NULL THEN 'in' END, count(t.id), NULL "
    "FROM submissions s JOIN submissions t ON t.assignment_id = s.assignment_id AND t.student_id = s.student_id "
    "AND t.attempt = s.attempt WHERE s.id = ANY(CAST(:keys AS bigint[])) GROUP BY s.id",
    "mark": "SELECT id::text, trim_scale(points / 100.0) || ' ' || comment, 1, NULL FROM responses "
    "WHERE id = ANY(CAST(:keys AS bigint[]))",
    "note": "SELECT body, min(classroom_id)::text, count(*), NULL FROM announcements WHERE body = ANY(:keys) "
    "GROUP BY body",
}  # fmt: skip


def compare(ledger: Ledger, url: str) -> Verdict:
    """Look up every act of the ledger."""
    verdict = Verdict()
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            for kind, acts in ledger.acts.items():
                kept = dict(_look_up(connection, kind, list(acts)))
                verdict.judge(kind, acts, kept)
    finally:
        engine.dispose()
    return verdict


def _look_up(connection: Connection, kind: str, keys: Sequence[str]) -> Iterator[tuple[str, Kept]]:
    waiting = iter(keys)
    while some := list(islice(waiting, AT_ONCE)):
        rows: Any = connection.execute(text(QUERIES[kind]), {"keys": some})
        for key, value, times, version in rows:
            yield key, Kept(value, times, version)


def count_stored_once(url: str, exam_id: int) -> int:
    """Return how many pupils have exactly one attempt at the exam, and that one handed in."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            statement = text(
                "SELECT count(*) FROM (SELECT student_id FROM submissions WHERE assignment_id = :exam "
                "GROUP BY student_id HAVING count(*) = 1 AND count(handed_in_at) = 1) AS once"
            )
            return int(connection.execute(statement, {"exam": exam_id}).scalar_one())
    finally:
        engine.dispose()


def count_scanned(url: str) -> Counter[str]:
    """Return how many rows of each large table have been read without an index since the statistics began.

    Small ones are read whole on purpose.
    """
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            statement = text(
                "SELECT relname, seq_tup_read FROM pg_stat_user_tables WHERE n_live_tup >= :large"
            )
            rows: Any = connection.execute(statement, {"large": LARGE}).tuples()
            return Counter(dict(rows.all()))
    finally:
        engine.dispose()
