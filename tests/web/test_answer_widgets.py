"""What pupils answer in, and how an answer is shown."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, render_template_string

from cozmic.rules import kinds
from cozmic.rules.enums import Outcome, QuestionKind
from tests.client import INLINE

CHOICE, NUMERIC, TEXT, ESSAY = QuestionKind
BODIES: dict[QuestionKind, dict[str, Any]] = {
    CHOICE: {
        "choices": [{"id": "a", "text": "<Venus>"}, {"id": "b", "text": "Mars"}],
        "correct": "b",
    },
    NUMERIC: {"answer": "41", "tolerance": "0", "unit": "cm"},
    TEXT: {"accepted": ["Paris"], "case_sensitive": False},
    ESSAY: {"guidance": "Two causes."},
}
KEYS = ["41", "Paris", "Two causes."]
PAGE = '{% from "macros/answers.html" import answer_widget, answer_verdict %}'


@pytest.fixture
def app(sqlite_app: Flask) -> Flask:
    """The application; nothing here asks a database."""
    return sqlite_app


def widget(app: Flask, kind: QuestionKind, answer: str | None, **options: Any) -> str:
    with app.test_request_context():
        return render_template_string(
            PAGE + "{{ answer_widget(kind, 7, public, answer, **options) }}",
            kind=kind, public=kinds.public_body(kind, BODIES[kind]), answer=answer, options=options,
        )  # fmt: skip


def verdict(
    app: Flask, kind: QuestionKind, answer: str | None, outcome: Outcome | None, **options: Any
) -> str:
    with app.test_request_context():
        return render_template_string(
            PAGE + "{{ answer_verdict(kind, 7, public, answer, outcome, **options) }}",
            kind=kind, public=kinds.public_body(kind, BODIES[kind]), answer=answer, outcome=outcome,
            options=options,
        )  # fmt: skip


@pytest.mark.parametrize("kind", QuestionKind)
def test_a_widget_has_a_label_and_its_name_and_nothing_inline(
    app: Flask, kind: QuestionKind
) -> None:
    html = widget(app, kind, None)
    assert 'name="answer-7"' in html
    assert "<legend" in html or 'for="answer-7"' in html
    assert INLINE.search(html) is None


@pytest.mark.parametrize("kind", QuestionKind)
def test_a_widget_holds_what_is_stored_and_never_the_key(app: Flask, kind: QuestionKind) -> None:
    html = widget(app, kind, "a" if kind is CHOICE else '"><b>')
    assert ("checked" in html) == (kind is CHOICE)
    assert ("&gt;&lt;b&gt;" in html) == (kind is not CHOICE)
    assert not any(key in html for key in KEYS)


@pytest.mark.parametrize("kind", QuestionKind)
def test_a_widget_can_be_closed(app: Flask, kind: QuestionKind) -> None:
    assert " disabled" in widget(app, kind, None, disabled=True)
    assert " disabled" not in widget(app, kind, None)


def test_the_text_of_a_choice_is_text(app: Flask) -> None:
    assert "&lt;Venus&gt;" in widget(app, CHOICE, None)


@pytest.mark.parametrize("kind", QuestionKind)
@pytest.mark.parametrize("outcome", [None, *Outcome])
def test_every_outcome_of_every_kind_can_be_shown(
    app: Flask, kind: QuestionKind, outcome: Outcome | None
) -> None:
    html = verdict(app, kind, "a", outcome)
    assert ("badge" in html) == (outcome is not None)
    assert not any(key in html for key in KEYS)


def test_a_choice_shows_which_was_picked_and_which_is_right(app: Flask) -> None:
    html = verdict(app, CHOICE, "a", Outcome.WRONG, key="Mars")
    assert html.index("answer-wrong") < html.index("answer-correct")
    assert "answer-correct" not in verdict(app, CHOICE, "a", Outcome.WRONG)


def test_a_key_and_a_note_are_shown_where_they_are_given(app: Flask) -> None:
    html = verdict(app, TEXT, "Pariss", Outcome.DOUBTFUL, key="Paris", note="one letter differs")
    assert "Right answer: <strong><bdi>Paris" in html
    assert "one letter differs" in html


def test_no_answer_is_said_once(app: Flask) -> None:
    assert verdict(app, TEXT, None, Outcome.BLANK).count("No answer") == 1
    assert verdict(app, TEXT, None, None).count("No answer") == 1


def test_an_essay_keeps_a_line_end_at_its_beginning(app: Flask) -> None:
    assert ">\n\nLater" in widget(app, ESSAY, "\nLater")
