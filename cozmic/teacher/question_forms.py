"""Writing and changing a question, with a preview that saves nothing."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from cozmic.access.questions import get_question_to_change
from cozmic.reads.question import get_question_to_edit
from cozmic.rules.enums import QuestionKind
from cozmic.teacher.blueprint import teacher
from cozmic.transaction import transaction
from cozmic.web.question_filters import offered_skills
from cozmic.web.screens import done, screen
from cozmic.web.viewer import current_viewer
from cozmic.web.widgets import FORMS, QuestionForm, filled
from cozmic.web.widgets.preview import Preview, make_preview
from cozmic.writes.questions import change_question, write_question

NEW = f"/questions/new/<any({', '.join(QuestionKind)}):kind>"
TRIED = "answer-0"  # the name of the answer that the preview tries: there is no item yet


@teacher.get(NEW)
def new_question(kind: str) -> str:
    """Show the empty form of a kind."""
    return _form_page(_offered(FORMS[QuestionKind(kind)](formdata=None)))


@teacher.post(NEW)
def create_question(kind: str) -> Response | tuple[str, int]:
    """Keep a new question."""
    form, viewer = _offered(FORMS[QuestionKind(kind)]()), current_viewer()
    draft = form.read()
    if draft is None:
        return _form_page(form), 422
    with transaction() as touched:
        row = write_question(
            touched, viewer.user_id, draft, once_key=form.once_key.data or "", now=viewer.now
        )
        question_id = row.id
    return done("teacher.question", "The question is saved.", question_id=question_id)


@teacher.get("/questions/<id:question_id>/edit")
def edit_question(question_id: int) -> str:
    """Show the form as it stands for a question of the teacher's own."""
    facts = get_question_to_edit(question_id, current_viewer().user_id)
    return _form_page(_offered(filled(FORMS[facts.kind], facts)), question_id=question_id)


@teacher.post("/questions/<id:question_id>/edit")
def save_question(question_id: int) -> Response | tuple[str, int]:
    """Keep the changes; what pupils have met stays as they met it."""
    viewer = current_viewer()
    facts = get_question_to_edit(question_id, viewer.user_id)
    form = _offered(FORMS[facts.kind]())
    draft = form.read()
    if draft is None:
        return _form_page(form, question_id=question_id), 422
    with transaction() as touched:
        row = get_question_to_change(question_id, viewer.user_id)
        kept_id = change_question(touched, row, draft, now=viewer.now).id
    is_new = kept_id != question_id
    message = (
        "Pupils have met this question, so your changes are a new version. Work already begun keeps the old one."
        if is_new
        else "The changes are saved."
    )
    return done("teacher.question", message, question_id=kept_id)


@teacher.post(f"{NEW}/preview")
def preview_new_question(kind: str) -> str | tuple[str, int]:
    """Show what pupils would see of a question that is being written."""
    return _preview(FORMS[QuestionKind(kind)], None)


@teacher.post("/questions/<id:question_id>/preview")
def preview_question(question_id: int) -> str | tuple[str, int]:
    """Show what pupils would see of a question that is being changed."""
    facts = get_question_to_edit(question_id, current_viewer().user_id)
    return _preview(FORMS[facts.kind], question_id)


def _preview(kind: type[QuestionForm], question_id: int | None) -> str | tuple[str, int]:
    form = _offered(kind())
    draft = form.read()
    if draft is None:
        return _form_page(form, question_id=question_id), 422
    shown = make_preview(draft, request.form.get(TRIED, ""), is_try="try" in request.form)
    return _form_page(form, question_id=question_id, preview=shown)


def _offered(form: QuestionForm) -> QuestionForm:
    form.offer_skills(offered_skills())
    return form


def _form_page(
    form: QuestionForm, *, question_id: int | None = None, preview: Preview | None = None
) -> str:
    return screen(
        "teacher/questions/form.html", None, form=form, question_id=question_id, preview=preview
    )
