"""The extensions, unbound; create_app() binds them."""

from __future__ import annotations

from typing import Any

from flask_caching import Cache
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import MetaData
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase

from cozmic.connections import BEGIN, WatchedPool

__all__ = ["BEGIN", "Base", "cache", "csrf", "db", "insert_or", "limiter", "migrate"]

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The models' base; its metadata names every constraint, so that migrations can name them too."""

    metadata = MetaData(naming_convention=NAMES)


class Csrf(CSRFProtect):  # type: ignore[misc]  # flask_wtf is untyped
    """Refuses, instead of failing, where the Referer that HTTPS asks for is no address at all (http://[)."""

    def protect(self, **kwargs: Any) -> None:
        """Check the request."""
        try:
            super().protect(**kwargs)
        except ValueError:
            self._error_response("The Referer header is no address.")


db = SQLAlchemy(
    metadata=Base.metadata, disable_autonaming=True, engine_options={"poolclass": WatchedPool}
)
migrate = Migrate()
cache = Cache()
limiter = Limiter(
    key_func=get_remote_address, strategy="fixed-window", key_prefix="cozmic:fixed-window"
)
csrf = Csrf()


def insert_or(model: type[Base]) -> Any:
    """Return an INSERT of the database in use, to go on with .on_conflict_do_update() or .on_conflict_do_nothing()."""
    is_sqlite = db.session.get_bind().dialect.name == "sqlite"
    return sqlite.insert(model) if is_sqlite else postgresql.insert(model)
