"""CozmicLearning: a learning platform for schools."""

from __future__ import annotations

from flask import Flask
from jinja2 import StrictUndefined

from cozmic import models as models  # registers the tables
from cozmic.auth import auth
from cozmic.caching.release import release_id
from cozmic.classroom import classroom
from cozmic.cli import register_commands
from cozmic.config import Config, load_config
from cozmic.environment import make_folder
from cozmic.extensions import cache, csrf, db, migrate
from cozmic.observe.app_log import log_in_lines
from cozmic.observe.sentry import watch_errors
from cozmic.observe.watch import watch_requests
from cozmic.ops import health, ops
from cozmic.ops.metrics import watch_links
from cozmic.student import student
from cozmic.teacher import teacher
from cozmic.web.assets import serve_assets
from cozmic.web.errors import register_errors
from cozmic.web.express import answer_early
from cozmic.web.frame import frame_templates
from cozmic.web.overload import turn_away
from cozmic.web.page_limits import limit_pages
from cozmic.web.security import secure
from cozmic.web.slots import open_slots
from cozmic.web.urls import IdConverter


def create_app(config: Config | None = None) -> Flask:
    """Return the application for a config object; without one, for the environment (raises ConfigError)."""
    log_in_lines()
    app = Flask(__name__, static_folder=None)
    app.config.from_object(config or load_config())
    app.url_map.converters["id"] = IdConverter
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    make_folder("COZMIC_INSTANCE", app.config["INSTANCE"])
    db.init_app(app)
    migrate.init_app(app, db)
    cache.init_app(app)
    limit_pages(app)
    csrf.init_app(app)

    for blueprint in (auth, student, teacher, classroom, ops, health):
        app.register_blueprint(blueprint)

    register_errors(app)
    register_commands(app)
    frame_templates(app)
    open_slots(app)
    answer_early(app)
    turn_away(app)
    watch_errors(app, release_id)
    watch_requests(app)
    watch_links(app, db)
    serve_assets(app)
    secure(app)
    return app
