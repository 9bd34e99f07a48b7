"""The base of every form: typed, and forgiving of characters that nobody meant to type."""

from __future__ import annotations

import unicodedata
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, ImmutableMultiDict, MultiDict
from wtforms import FileField

KEPT_CONTROLS = "\n\t"


def clean_text(value: Any) -> Any:
    """Return text without NUL, other control characters and lone surrogates, which no database stores.

    Line ends become \\n. What is not text passes through.
    """
    if not isinstance(value, str):
        return value
    unified = value.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        c for c in unified if c in KEPT_CONTROLS or unicodedata.category(c) not in {"Cc", "Cs"}
    )


def strip(value: Any) -> Any:
    """Return text without surrounding white space; for fields where it can mean nothing (not passwords)."""
    return value.strip() if isinstance(value, str) else value


class Form(FlaskForm):  # type: ignore[misc]  # flask_wtf is untyped
    """A form of ours. Errors from a write come back to their field through `refuse`."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # flask_wtf is untyped
        """Clean every text field before its own filters."""

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Put clean_text in front of a field's own filters."""
            filters = [clean_text, *unbound_field.kwargs.get("filters", [])]
            return unbound_field.bind(form=form, **{**options, "filters": filters})

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Return what was sent, with files for file fields alone.

            A file under another field's name, and JSON, which flask_wtf would take too, are no text: filters and
            validators would stumble over them.
            """
            if formdata is None or isinstance(formdata, MultiDict):
                return formdata
            if not form.is_submitted():
                return None
            names = [name for name, field in form._fields.items() if isinstance(field, FileField)]
            files = [(name, file) for name in names for file in request.files.getlist(name)]
            return CombinedMultiDict([ImmutableMultiDict(files), request.form]) or None

    def refuse(self, field: str, message: str) -> None:
        """Show a message at a field, or above the form when it names none."""
        if field in self._fields:
            self._fields[field].errors = [*self._fields[field].errors, message]
        else:
            self.form_errors.append(message)
