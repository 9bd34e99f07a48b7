"""The blueprint, and who may use it."""

from __future__ import annotations

from flask import Blueprint

from cozmic.rules.enums import Role
from cozmic.web.guards import guard

classroom = Blueprint("classroom", __name__, url_prefix="/classrooms", template_folder="templates")
classroom.before_request(guard(Role.TEACHER, Role.STUDENT))
