"""The blueprint, and who may use it."""

from __future__ import annotations

from flask import Blueprint

from cozmic.rules.enums import Role
from cozmic.web.guards import guard

ops = Blueprint("ops", __name__, url_prefix="/ops", template_folder="templates")
ops.before_request(guard(Role.ADMIN))
