"""A word or a few. Body: {"accepted": [forms], "case_sensitive": bool}; an answer is what was typed.

Answers are compared with whole listed forms, never with parts of them. A near miss is doubtful: it waits for the
teacher.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import cast

from cozmic.errors import Invalid
from cozmic.rules.enums import Outcome
from cozmic.rules.kinds.verdict import (
    CORRECT,
    WRONG,
    Body,
    Verdict,
    clean_line,
    expect_fields,
    expect_line,
    read_line,
    show_text,
)
from cozmic.rules.slips import LEAST_LETTERS, is_one_slip, letters_in
from cozmic.rules.typed import tidy

LONGEST = 1_000
LONGEST_FORM = 200
MOST_FORMS = 20
SIGNS = str.maketrans(
    dict.fromkeys("‘’‛ʼ`´′", "'") | dict.fromkeys("“”„‟″", '"') | dict.fromkeys("‐‑‒–—―−", "-")
)
ARTICLE = re.compile(r"(?:a|an|the) (?=.)", re.IGNORECASE)
LEAD_IN = re.compile(r"(?:(?:it is|it's|the answer is|i think)[:,]? )+(?=.)", re.IGNORECASE)


def check_body(body: Body) -> None:
    """Raise Invalid unless there are 1 to 20 different forms."""
    expect_fields(body, "accepted", "case_sensitive")
    accepted, is_case_sensitive = body["accepted"], body["case_sensitive"]
    if not isinstance(is_case_sensitive, bool):
        raise Invalid("case_sensitive", "Capital letters either matter or do not.")
    if not isinstance(accepted, list) or not accepted:
        raise Invalid("accepted", "List at least one accepted answer.")
    if len(accepted) > MOST_FORMS:
        raise Invalid("accepted", f"List at most {MOST_FORMS} accepted answers.")
    seen: set[str] = set()
    for form in accepted:
        expect_line("accepted", form, longest=LONGEST_FORM, what="an accepted answer")
        normal = _normal(form, is_case_sensitive=is_case_sensitive)
        if normal in seen:
            raise Invalid("accepted", f"“{form}” is listed twice, or no different from another.")
        seen.add(normal)


def grade(body: Body, answer: object) -> Verdict:
    """Accept a listed form; leave a near miss to the teacher."""
    line = read_line(answer, LONGEST)
    if isinstance(line, Verdict):
        return line
    forms = _normal_forms(body)
    typed = list(_readings(_normal(line, is_case_sensitive=bool(body["case_sensitive"]))))
    if any(reading in forms for reading in typed):
        return CORRECT
    for note, is_near in NEAR:
        for normal, form in forms.items():
            if is_near(typed, normal):
                return Verdict(Outcome.DOUBTFUL, note.format(f"“{form}”"))
    return WRONG


def clean_answer(body: Body, raw: object) -> str | None:
    """Return what was typed, on one line; None: blank."""
    return clean_line(raw)


def public_body(body: Body) -> dict[str, object]:
    """Return nothing: even how many forms there are would tell."""
    return {}


def show_answer(body: Body, answer: object) -> str:
    """Return what was typed."""
    return show_text(answer)


def show_key(body: Body) -> str:
    """Return the first of the accepted forms: the teacher put it first."""
    return _accepted(body)[0]


def _accepted(body: Body) -> list[str]:
    return cast("list[str]", body["accepted"])


def _normal_forms(body: Body) -> dict[str, str]:
    """Map each accepted form, normalised, to itself as the teacher wrote it."""
    is_case_sensitive = bool(body["case_sensitive"])
    return {
        _normal(form, is_case_sensitive=is_case_sensitive): form for form in _accepted(body)
    }  # fmt: skip


def _normal(text: str, *, is_case_sensitive: bool) -> str:
    """Return what is compared: compatibility forms, plain quotation marks and hyphens, one case if case is nothing."""
    normal = unicodedata.normalize("NFKC", tidy(text).translate(SIGNS)).translate(SIGNS)
    if not is_case_sensitive:
        normal = unicodedata.normalize("NFKC", normal.casefold())
    return " ".join(normal.replace("⁄", "/").split())


def _readings(text: str) -> Iterator[str]:
    """Yield what was typed, then without a closing stop, a leading article, or both; never nothing."""
    yield text
    bare = text[:-1].rstrip() if text[-1:] in {".", "!"} else text
    for reading in (bare, ARTICLE.sub("", text, count=1) if ARTICLE.match(text) else text):
        if reading and reading != text:
            yield reading
    if bare and bare != text and ARTICLE.match(bare):
        yield ARTICLE.sub("", bare, count=1)


def _has_one_slip(typed: Sequence[str], form: str) -> bool:
    return any(is_one_slip(reading, form) for reading in typed)


def _lacks_accents(typed: Sequence[str], form: str) -> bool:
    return _without_accents(form) in map(_without_accents, typed)


def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _is_spaced_otherwise(typed: Sequence[str], form: str) -> bool:
    return letters_in(form) >= LEAST_LETTERS and _unspaced(form) in map(_unspaced, typed)


def _unspaced(text: str) -> str:
    return re.sub(r"[ -]", "", text)


def _is_said_in_a_sentence(typed: Sequence[str], form: str) -> bool:
    lead_in = LEAD_IN.match(typed[0])
    return lead_in is not None and form in _readings(typed[0][lead_in.end() :])


def _lacks_article(typed: Sequence[str], form: str) -> bool:
    article = ARTICLE.match(form)
    return article is not None and not ARTICLE.match(typed[0]) and form[article.end() :] in typed


NEAR: tuple[tuple[str, Callable[[Sequence[str], str], bool]], ...] = (
    ("one letter differs from {}", _has_one_slip),
    ("spaced or hyphenated otherwise than {}", _is_spaced_otherwise),
    ("the accents differ from {}", _lacks_accents),
    ("says {} in a sentence", _is_said_in_a_sentence),
    ("{} without its article", _lacks_article),
)
