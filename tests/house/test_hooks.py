"""What Flask does before a view: cached screens are answered without it (web/express.py), so each must be known."""

from __future__ import annotations

from flask import Flask

KNOWN = {
    "PageLimits.check": "the same count, begun and looked at by Express",
    "CSRFProtect.init_app.<locals>.csrf_protect": "for what is sent; Express takes GETs alone",
    "guard.<locals>.check": "check_right(), which Express asks too",
    "refuse_changes_in_archive": "for what is sent",
    "_to_https": "Express leaves plain HTTP alone where it is redirected",
}


def test_whatever_runs_before_views_is_known_to_what_answers_without_them(app: Flask) -> None:
    found = {hook.__qualname__ for hooks in app.before_request_funcs.values() for hook in hooks}
    assert found - set(KNOWN) == set()


def test_whatever_runs_after_views_leaves_cached_screens_as_they_are(app: Flask) -> None:
    found = {hook.__qualname__ for hooks in app.after_request_funcs.values() for hook in hooks}
    assert found == {"_name_no_host"}  # for the router's redirects
    assert not app.url_value_preprocessors
