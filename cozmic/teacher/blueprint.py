"""The blueprint, and who may use it."""

from __future__ import annotations

from flask import Blueprint

from cozmic.rules.enums import Role
from cozmic.web.guards import guard

teacher = Blueprint("teacher", __name__, url_prefix="/teacher", template_folder="templates")
teacher.before_request(guard(Role.TEACHER))
