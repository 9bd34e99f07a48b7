"""Work as a pupil's browser sends it."""

from __future__ import annotations

from cozmic.extensions import db
from cozmic.models import Response
from tests.client import Client


def start(client: Client, assignment_id: int) -> int:
    """Start an attempt, or go on with it; return its id."""
    response = client.post(f"/student/assignments/{assignment_id}/start")
    assert response.status_code == 303, response.text
    return int(response.headers["Location"].rsplit("/", 1)[1])


def items_of(submission_id: int) -> list[int]:
    """The items of an attempt, in their order."""
    rows = db.session.query(Response.item_id).filter_by(submission_id=submission_id)
    return [item_id for (item_id,) in rows.order_by(Response.item_id)]


def fields_of(submission_id: int, *answers: str) -> dict[str, str]:
    """The fields of the take page with these answers, as if opened now."""
    rows = db.session.query(Response).filter_by(submission_id=submission_id)
    fields = {}
    for response, answer in zip(rows.order_by(Response.item_id), answers, strict=False):
        fields[f"answer-{response.item_id}"] = answer
        fields[f"version-{response.item_id}"] = str(response.version)
    db.session.rollback()
    return fields


def answer_and_hand_in(client: Client, assignment_id: int, *answers: str) -> int:
    """Start, answer and hand in; return the attempt's id."""
    submission_id = start(client, assignment_id)
    fields = fields_of(submission_id, *answers)
    response = client.post(f"/student/attempts/{submission_id}/hand-in", data=fields)
    assert response.status_code == 303, response.text
    assert response.headers["Location"].endswith("/result")
    return submission_id


def hand_in_blank(client: Client, assignment_id: int) -> int:
    """Start and hand in without an answer; return the attempt's id."""
    return answer_and_hand_in(client, assignment_id)
