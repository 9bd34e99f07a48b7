"""One pupil's grade for one assignment: its history, set by hand, commented on, released and held."""

from __future__ import annotations

from werkzeug.wrappers import Response

from cozmic.access.assignments import get_assignment_to_change
from cozmic.access.grades import get_assignment_to_grade
from cozmic.classroom.blueprint import classroom
from cozmic.classroom.grade_forms import (
    CommentForm,
    GradeForm,
    ReturnForm,
    filled_comment_form,
    filled_grade_form,
)
from cozmic.errors import Invalid
from cozmic.reads.grade_history import GradePage, get_grade_page
from cozmic.rules.counted import counted
from cozmic.transaction import transaction
from cozmic.web.guards import teachers_only
from cozmic.web.page_limits import whole_class
from cozmic.web.screens import done, screen
from cozmic.web.viewer import current_viewer
from cozmic.writes import grades as writes
from cozmic.writes.marking import MarkedMeanwhile, comment_on_grade, set_grade_by_hand

WORK = "/<id:classroom_id>/assignments/<id:assignment_id>"
ONE = f"{WORK}/grades/<id:student_id>"
Answer = Response | tuple[str, int]


@classroom.get(ONE)
@teachers_only
def grade(classroom_id: int, assignment_id: int, student_id: int) -> str:
    """Show a pupil's grade, the attempts behind it and every change of it."""
    return _screen(_page(classroom_id, assignment_id, student_id))


@classroom.post(ONE)
@teachers_only
def set_grade(classroom_id: int, assignment_id: int, student_id: int) -> Answer:
    """Set the grade by hand, with a reason."""
    viewer, form, key = current_viewer(), GradeForm(), (classroom_id, assignment_id, student_id)
    if not form.validate():
        return _screen(_page(*key), grade_form=form), 422
    try:
        with transaction() as touched:
            found = get_assignment_to_grade(viewer.user_id, *key)
            set_grade_by_hand(
                touched, found, student_id, form.read(found.max_points), reason=form.reason.data or "",
                known=form.known.data or "", by_id=viewer.user_id, now=viewer.now,
            )  # fmt: skip
    except Invalid as error:
        form.refuse(error.field, error.message)
        return _screen(_page(*key), grade_form=form), 422
    except MarkedMeanwhile:
        return _clash(_page(*key), grade_form=form)
    return _back(*key, message="The grade is set.")


@classroom.post(f"{ONE}/automatic")
@teachers_only
def use_attempts(classroom_id: int, assignment_id: int, student_id: int) -> Answer:
    """Go back from a grade set by hand to what the attempts give."""
    viewer, form, key = current_viewer(), ReturnForm(), (classroom_id, assignment_id, student_id)
    try:
        with transaction() as touched:
            found = get_assignment_to_grade(viewer.user_id, *key)
            set_grade_by_hand(
                touched, found, student_id, None, reason="Back to what the attempts give",
                known=form.known.data or "", by_id=viewer.user_id, now=viewer.now,
            )  # fmt: skip
    except MarkedMeanwhile:
        return _clash(_page(*key))
    return _back(*key, message="The grade follows the attempts again.")


@classroom.post(f"{ONE}/comment")
@teachers_only
def comment_grade(classroom_id: int, assignment_id: int, student_id: int) -> Answer:
    """Say something about the whole work."""
    viewer, form, key = current_viewer(), CommentForm(), (classroom_id, assignment_id, student_id)
    if not form.validate():
        return _screen(_page(*key), comment_form=form), 422
    try:
        with transaction() as touched:
            found = get_assignment_to_grade(viewer.user_id, *key)
            comment, known = form.comment.data or "", form.known.data or ""
            comment_on_grade(touched, found, student_id, comment, known=known)
    except MarkedMeanwhile:
        return _clash(_page(*key), comment_form=form)
    return _back(*key, message="The comment is saved.")


@classroom.post(f"{ONE}/release")
@teachers_only
def release_grade(classroom_id: int, assignment_id: int, student_id: int) -> Answer:
    """Show the pupil this grade."""
    viewer, key = current_viewer(), (classroom_id, assignment_id, student_id)
    with transaction() as touched:
        found = get_assignment_to_grade(viewer.user_id, *key)
        writes.release_grade(touched, found, student_id, now=viewer.now, by_id=viewer.user_id)
    return _back(*key, message="Released. The pupil can see this grade now.")


@classroom.post(f"{ONE}/hold")
@teachers_only
def hold_grade(classroom_id: int, assignment_id: int, student_id: int) -> Answer:
    """Take this grade back from the pupil's sight."""
    viewer, key = current_viewer(), (classroom_id, assignment_id, student_id)
    with transaction() as touched:
        found = get_assignment_to_grade(viewer.user_id, *key)
        writes.hold_grade(touched, found, student_id, now=viewer.now, by_id=viewer.user_id)
    return _back(*key, message="Held. The pupil no longer sees this grade.")


@classroom.post(f"{WORK}/release")
@teachers_only
@whole_class
def release_grades(classroom_id: int, assignment_id: int) -> Answer:
    """Show all pupils what they got."""
    viewer = current_viewer()
    with transaction() as touched:
        found = get_assignment_to_change(viewer.user_id, classroom_id, assignment_id)
        count = writes.release_grades(touched, found, now=viewer.now, by_id=viewer.user_id)
    message = (
        f"Released: {counted(count, 'grade')}." if count else "There was no held grade to release."
    )
    return done(
        "classroom.assignment", message, classroom_id=classroom_id, assignment_id=assignment_id
    )


@classroom.post(f"{WORK}/hold")
@teachers_only
@whole_class
def hold_grades(classroom_id: int, assignment_id: int) -> Answer:
    """Take all grades of an assignment back from sight, and hold those to come."""
    viewer = current_viewer()
    with transaction() as touched:
        found = get_assignment_to_change(viewer.user_id, classroom_id, assignment_id)
        count = writes.hold_grades(touched, found, now=viewer.now, by_id=viewer.user_id)
    taken = f"{counted(count, 'grade')} taken back from sight. " if count else ""
    message = f"{taken}Grades of this assignment are held until you release them."
    return done(
        "classroom.assignment", message, classroom_id=classroom_id, assignment_id=assignment_id
    )


def _page(classroom_id: int, assignment_id: int, student_id: int) -> GradePage:
    return get_grade_page(classroom_id, assignment_id, student_id, now=current_viewer().now)


def _screen(
    page: GradePage,
    *,
    grade_form: GradeForm | None = None,
    comment_form: CommentForm | None = None,
    is_clash: bool = False,
) -> str:
    return screen(
        "classroom/grade.html",
        page,
        grade_form=grade_form or filled_grade_form(page),
        comment_form=comment_form or filled_comment_form(page),
        is_clash=is_clash,
    )


def _clash(
    page: GradePage, *, grade_form: GradeForm | None = None, comment_form: CommentForm | None = None
) -> tuple[str, int]:
    """Show what is there now and keep what was typed; its form, sent again, knows what it replaces."""
    for form in (grade_form, comment_form):
        if form is not None:
            form.known.data = page.version
    html = _screen(page, grade_form=grade_form, comment_form=comment_form, is_clash=True)
    return html, 409


def _back(classroom_id: int, assignment_id: int, student_id: int, *, message: str) -> Response:
    return done(
        "classroom.grade", message, classroom_id=classroom_id, assignment_id=assignment_id,
        student_id=student_id,
    )  # fmt: skip
