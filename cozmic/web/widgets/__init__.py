"""The forms in which teachers write each kind of question. A kind is one module and one line of FORMS.

What pupils answer in stands in templates/widgets/. See docs/how-to/add-a-question-kind.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cozmic.rules.enums import QuestionKind
from cozmic.web.widgets.base import QuestionForm, filled
from cozmic.web.widgets.choice import ChoiceForm
from cozmic.web.widgets.essay import EssayForm
from cozmic.web.widgets.numeric import NumericForm
from cozmic.web.widgets.text import TextForm

__all__ = ["FORMS", "QuestionForm", "filled"]

FORMS: Mapping[QuestionKind, type[QuestionForm]] = MappingProxyType(
    {
        QuestionKind.CHOICE: ChoiceForm,
        QuestionKind.NUMERIC: NumericForm,
        QuestionKind.TEXT: TextForm,
        QuestionKind.ESSAY: EssayForm,
    }
)
