"""A question tried out: what pupils will see, and what the rule says to an answer. Nothing is saved."""

from __future__ import annotations

from dataclasses import dataclass

from cozmic.errors import Invalid
from cozmic.rules import kinds
from cozmic.rules.kinds import Verdict
from cozmic.web.forms import clean_text
from cozmic.writes.questions import QuestionDraft


@dataclass(frozen=True, slots=True)
class Preview:
    """What the preview shows."""

    draft: QuestionDraft
    typed: str
    """The answer that was tried, as it was typed."""
    verdict: Verdict | None
    """None: none was tried, or it could not be taken."""
    refusal: str
    """Why the answer could not be taken; "" where it could."""

    @property
    def public(self) -> dict[str, object]:
        """What a pupil's page sees of the body."""
        return kinds.public_body(self.draft.kind, self.draft.body)

    @property
    def key(self) -> str:
        """The right answer in words; "" where there is none."""
        return kinds.show_key(self.draft.kind, self.draft.body)


def make_preview(draft: QuestionDraft, typed: str, *, is_try: bool) -> Preview:
    """Show a draft, and the verdict on an answer where one is tried."""
    kind, body = draft.kind, draft.body
    typed = clean_text(typed)
    try:
        answer = kinds.clean_answer(kind, body, typed)
    except Invalid as error:
        return Preview(draft, typed, verdict=None, refusal=error.message if is_try else "")
    verdict = kinds.grade(kind, body, answer) if is_try else None
    return Preview(draft, typed, verdict=verdict, refusal="")
