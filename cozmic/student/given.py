"""Answers as the take page and its script send them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from werkzeug.exceptions import BadRequest, UnsupportedMediaType
from werkzeug.wrappers import Request

from cozmic.writes.attempts import GivenAnswer

ITEM = re.compile(r"version-([1-9][0-9]{0,17})", re.ASCII)
VERSION = re.compile(r"[0-9]{1,9}", re.ASCII)
UNKNOWN_VERSION = -1
"""Is never a stored one: an answer sent with it is taken only where it changes nothing."""
SHAPE = 'Send {"answer": text or null, "version": the whole number that the answer was last saved with}.'


def read_given_answers(form: Mapping[str, str]) -> dict[int, GivenAnswer]:
    """Return the answers of a whole page by item; a question whose field is not sent (nothing chosen) is left out."""
    found = {}
    for name, version in form.items():
        item = ITEM.fullmatch(name)
        answer = form.get(f"answer-{item[1]}") if item else None
        if item is None or answer is None:
            continue
        known = int(version) if VERSION.fullmatch(version) else UNKNOWN_VERSION
        found[int(item[1])] = GivenAnswer(raw=answer, version=known)
    return found


def read_given_answer(request: Request) -> GivenAnswer:
    """Return the answer that the page's script sends; raise UnsupportedMediaType or BadRequest saying what is right."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("Send JSON, as Content-Type: application/json.")
    body = _load(request.get_data())
    if not isinstance(body, dict) or not {"answer", "version"} <= body.keys():
        raise BadRequest(SHAPE)
    version = body["version"]
    if not isinstance(version, int) or isinstance(version, bool) or not 0 <= version < 10**9:
        raise BadRequest(SHAPE)
    return GivenAnswer(raw=body["answer"], version=version)


def _load(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"That is not JSON. {SHAPE}") from error
