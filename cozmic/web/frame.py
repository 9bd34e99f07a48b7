"""What base.html needs around every page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Flask, g, request, url_for

from cozmic.access.admission import Viewer
from cozmic.rules.counted import counted
from cozmic.rules.enums import Role
from cozmic.rules.points import show_points
from cozmic.rules.scoring import percent
from cozmic.web.role_words import a_role, role_word


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the navigation."""

    label: str
    href: str
    icon: str
    current: bool


NAV: dict[Role, tuple[tuple[str, str, str], ...]] = {
    Role.STUDENT: (
        ("Home", "student.dashboard", "home"),
        ("Assignments", "student.assignments", "quiz"),
        ("Progress", "student.progress", "chart"),
    ),
    Role.TEACHER: (
        ("Today", "teacher.dashboard", "home"),
        ("Classes", "teacher.classrooms", "people"),
        ("Questions", "teacher.questions", "bank"),
        ("To grade", "teacher.to_grade", "pencil"),
    ),
    Role.ADMIN: (
        ("Status", "ops.home", "activity"),
        ("People", "ops.people", "people"),
        ("Classes", "ops.classrooms", "school"),
        ("Invitations", "ops.invitations", "mail"),
        ("School", "ops.school", "settings"),
        ("Events", "ops.events", "list"),
    ),
    Role.GUARDIAN: (),
}
# Pages that stand under an entry whose own address theirs does not begin with.
BELOW = {
    "/classrooms/": "teacher.classrooms",
    "/teacher/grading/": "teacher.to_grade",
    "/student/attempts/": "student.assignments",
}


def frame_templates(app: Flask) -> None:
    """Give templates the viewer, the school and the navigation, and times in the school's zone."""
    app.context_processor(_frame)
    app.jinja_env.filters["local_time"] = local_time
    app.jinja_env.filters["local_date"] = local_date
    app.jinja_env.filters["points"] = show_points
    app.jinja_env.filters["counted"] = counted
    app.jinja_env.filters["percent_of"] = percent
    app.jinja_env.filters["role_word"] = role_word
    app.jinja_env.filters["a_role"] = a_role


def _frame() -> dict[str, object]:
    viewer: Viewer | None = g.get("viewer")
    return {
        "viewer": viewer,
        "school_name": viewer.school_name if viewer else "",
        "language": viewer.language if viewer else "en",
        "nav": _nav(viewer) if viewer else [],
    }


def _nav(viewer: Viewer) -> list[NavItem]:
    entries = [
        (label, endpoint, url_for(endpoint), icon) for label, endpoint, icon in NAV[viewer.role]
    ]
    current = _current_entry({endpoint: href for _, endpoint, href, _ in entries})
    return [
        NavItem(label=label, href=href, icon=icon, current=endpoint == current)
        for label, endpoint, href, icon in entries
    ]


def _current_entry(hrefs: dict[str, str]) -> str | None:
    """The entry under which this page stands: what comes of a form stands where the form stood."""
    for beginning, endpoint in BELOW.items():
        if request.path.startswith(beginning):
            return endpoint
    above = [
        one for one, href in hrefs.items() if f"{request.path}/".startswith(f"{href.rstrip('/')}/")
    ]
    return max(above, key=lambda one: len(hrefs[one]), default=None)


def _local(moment: datetime) -> datetime:
    viewer: Viewer | None = g.get("viewer")
    return moment.astimezone(viewer.tz) if viewer else moment


def local_time(moment: datetime) -> str:
    """Format a moment as wall-clock time in the school's zone: 'Tue 3 Nov 2026, 14:05'."""
    here = _local(moment)
    return f"{here:%a} {here.day} {here:%b %Y, %H:%M}"


def local_date(moment: datetime) -> str:
    """Format a moment's day in the school's zone: 'Tue 3 Nov 2026'."""
    here = _local(moment)
    return f"{here:%a} {here.day} {here:%b %Y}"
