"""The blueprint for everybody's own account."""

from __future__ import annotations

from flask import Blueprint

from cozmic.rules.enums import Role
from cozmic.web.guards import guard

auth = Blueprint("auth", __name__, template_folder="templates")
auth.before_request(guard(*Role))
