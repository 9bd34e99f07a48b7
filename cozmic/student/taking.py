"""Taking: the page, answers as they are given, and handing in."""

from __future__ import annotations

from collections.abc import Mapping

from flask import jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from cozmic.access.work import get_attempt_to_hand_in, get_own_attempt
from cozmic.errors import Conflict, Invalid
from cozmic.extensions import limiter
from cozmic.observe.metrics import count_hand_in
from cozmic.reads.taking import Taking, get_taking
from cozmic.student.blueprint import student
from cozmic.student.given import read_given_answer, read_given_answers
from cozmic.transaction import transaction
from cozmic.web.errors import wants_json
from cozmic.web.screens import done, screen
from cozmic.web.viewer import current_viewer
from cozmic.writes import attempts, handing_in
from cozmic.writes.attempts import GivenAnswer, StaleAnswer

NOT_ALL_SAVED = "Not every answer could be saved. Look at those marked below, then send again."
Answer = str | Response | tuple[str | Response, int]


@student.get("/attempts/<id:submission_id>")
def take(submission_id: int) -> Answer:
    """Show the questions with the answers so far; what is handed in shows its result."""
    viewer = current_viewer()
    data = get_taking(
        viewer.user_id, submission_id, school_revision=viewer.school_revision, now=viewer.now
    )
    if data.handed_in_at is not None:
        return redirect(url_for("student.result", submission_id=submission_id), code=303)
    return screen("student/take.html", data, problem="")


@student.put("/attempts/<id:submission_id>/answers/<id:item_id>")
@limiter.exempt
def save_answer(submission_id: int, item_id: int) -> Answer:
    """Keep one answer, sent by the page's script, and say so once it is committed."""
    viewer = current_viewer()
    given = read_given_answer(request)
    try:
        with transaction():
            attempt = get_own_attempt(viewer.user_id, submission_id, for_update=True)
            version = attempts.save_answer(attempt, item_id, given, now=viewer.now)
    except StaleAnswer as stale:
        return jsonify(error=str(stale), answer=stale.answer, version=stale.version), 409
    except Invalid as error:
        return jsonify(error=error.message), 422
    return jsonify(version=version, saved_at=viewer.now.isoformat())


@student.post("/attempts/<id:submission_id>/answers")
@limiter.exempt
def save_answers(submission_id: int) -> Answer:
    """Keep the answers of the whole page, sent by its Save button, and go on."""
    viewer = current_viewer()
    given = read_given_answers(request.form)
    try:
        with transaction():
            attempt = get_own_attempt(viewer.user_id, submission_id, for_update=True)
            refused = attempts.save_answers(attempt, given, now=viewer.now)
    except Conflict as conflict:
        return _back(submission_id, given, str(conflict))
    if refused:
        return _back(submission_id, given, NOT_ALL_SAVED)
    return done("student.take", "Your answers are saved.", submission_id=submission_id)


@student.post("/attempts/<id:submission_id>/hand-in")
@limiter.exempt
def hand_in(submission_id: int) -> Answer:
    """Take the last answers and close the attempt. However often it is sent, it is handed in once."""
    viewer = current_viewer()
    given = read_given_answers(request.form)
    try:
        with transaction() as touched:
            attempt = get_attempt_to_hand_in(viewer.user_id, submission_id)
            was_open = handing_in.hand_in(touched, attempt, given, now=viewer.now)
    except (Conflict, Invalid) as refusal:
        _keep_the_rest(submission_id, given)
        problem = NOT_ALL_SAVED if isinstance(refusal, Invalid) else str(refusal)
        return _back(submission_id, given, problem)
    if was_open:
        count_hand_in()
    if wants_json():
        return jsonify(next=url_for("student.result", submission_id=submission_id))
    return redirect(url_for("student.result", submission_id=submission_id), code=303)


def _keep_the_rest(submission_id: int, given: Mapping[int, GivenAnswer]) -> None:
    """Save what can be saved of a page that could not be handed in: one stale answer must not cost the others."""
    viewer = current_viewer()
    try:
        with transaction():
            attempt = get_own_attempt(viewer.user_id, submission_id, for_update=True)
            attempts.save_answers(attempt, given, now=viewer.now)
    except Conflict:
        return  # closed, archived or handed in: nothing more is kept, and the page says so


def _back(submission_id: int, given: Mapping[int, GivenAnswer], problem: str) -> Answer:
    """Show the page again with all that was typed and what is wrong; the result where it is handed in by now."""
    viewer = current_viewer()
    sent = {item_id: answer.raw for item_id, answer in given.items()}
    data = get_taking(
        viewer.user_id,
        submission_id,
        school_revision=viewer.school_revision,
        now=viewer.now,
        sent=sent,
    )
    if data.handed_in_at is not None:
        return redirect(url_for("student.result", submission_id=submission_id), code=303)
    if wants_json():
        return jsonify(error=problem, refused=_refused(data)), 409
    return screen("student/take.html", data, problem=problem), 409


def _refused(data: Taking) -> list[dict[str, object]]:
    return [
        {
            "item": item.id,
            "error": item.refused.message,
            "is_stale": item.refused.is_stale,
            "answer": item.answer,
            "version": item.version,
        }
        for item in data.refused
        if item.refused
    ]
