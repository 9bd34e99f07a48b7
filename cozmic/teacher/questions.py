"""A teacher's questions and the starter bank: the list, one question, archive, restore, copy."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from cozmic.access.questions import get_own_question, get_question_to_copy
from cozmic.errors import Invalid
from cozmic.reads.question import get_question_page
from cozmic.reads.questions import Shelf, list_questions
from cozmic.teacher.blueprint import teacher
from cozmic.transaction import transaction
from cozmic.web.once import OnceForm
from cozmic.web.paging import read_cursor
from cozmic.web.question_filters import filter_form, offered_skills
from cozmic.web.screens import done, screen
from cozmic.web.viewer import current_viewer
from cozmic.web.widgets import FORMS
from cozmic.writes.questions import archive_question as archive
from cozmic.writes.questions import copy_question as copy
from cozmic.writes.questions import restore_question as restore


@teacher.get("/questions")
def questions() -> str:
    """List one shelf, as filtered."""
    filters = filter_form(request.args, offered_skills())
    page = list_questions(current_viewer().user_id, _shelf(), filters.read(), read_cursor())
    return screen("teacher/questions/list.html", page, filters=filters, kinds=FORMS, shelves=Shelf)


def _shelf() -> Shelf:
    """Return the shelf in the address; the teacher's own for anything else."""
    name = request.args.get("shelf", "")
    return Shelf(name) if name in set(Shelf) else Shelf.OWN


@teacher.get("/questions/<id:question_id>")
def question(question_id: int) -> str:
    """Show a question as pupils see it, with its key and what became of it."""
    page = get_question_page(question_id, current_viewer().user_id)
    return screen("teacher/questions/question.html", page, kinds=FORMS, once=OnceForm())


@teacher.post("/questions/<id:question_id>/copy")
def copy_question(question_id: int) -> Response:
    """Make the teacher's own copy, and open it."""
    form, viewer = OnceForm(), current_viewer()
    if not form.validate():
        raise Invalid("once_key", "This button was not sent whole. Go back and press it again.")
    with transaction() as touched:
        row = copy(
            touched, get_question_to_copy(question_id, viewer.user_id), viewer.user_id,
            once_key=form.once_key.data or "", now=viewer.now,
        )  # fmt: skip
        copy_id = row.id
    message = "This is your own copy. Change it as you like."
    return done("teacher.edit_question", message, question_id=copy_id)


@teacher.post("/questions/<id:question_id>/archive")
def archive_question(question_id: int) -> Response:
    """Take it out of what may be picked."""
    viewer = current_viewer()
    with transaction() as touched:
        archive(touched, get_own_question(question_id, viewer.user_id), now=viewer.now)
    message = "The question is archived. Assignments that have it keep it."
    return done("teacher.question", message, question_id=question_id)


@teacher.post("/questions/<id:question_id>/restore")
def restore_question(question_id: int) -> Response:
    """Let it be picked again."""
    with transaction() as touched:
        restore(touched, get_own_question(question_id, current_viewer().user_id))
    return done("teacher.question", "The question is back.", question_id=question_id)
