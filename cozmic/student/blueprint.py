"""The blueprint, and who may use it."""

from __future__ import annotations

from flask import Blueprint

from cozmic.rules.enums import Role
from cozmic.web.guards import guard

student = Blueprint("student", __name__, url_prefix="/student", template_folder="templates")
student.before_request(guard(Role.STUDENT))
