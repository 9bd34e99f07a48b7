"""Nobody uses an unfinished copy: not the platform, not its commands; the copy itself goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask_migrate import upgrade

from cozmic.extensions import db
from tests.apps import MIGRATIONS, make_app
from tests.copying.conftest import NewDatabase
from tests.copying.school import run_copy
from tests.copying.test_going_on import stop_before_finishing


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_unfinished_copy_is_not_served(
    kind: str,
    new_database: NewDatabase,
    new_school: NewDatabase,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    source, target = new_school("sqlite"), new_database(kind)
    stop_before_finishing(tmp_path, source, target)
    app = make_app(target, tmp_path)
    ready = app.test_client().get("/readyz")
    assert ready.status_code == 503
    assert ready.json == {"status": "unready", "database": "unfinished copy", "redis": "not set"}
    assert "run the same flask db-copy or flask restore again" in caplog.text
    assert app.test_client().get("/login").status_code == 200, "it asks the database nothing"
    app.config["WTF_CSRF_ENABLED"] = False
    form = {"username": "ada", "password": "whatever it was"}
    assert app.test_client().post("/login", data=form).status_code == 503
    runner = app.test_cli_runner()
    for words in (["seed", "bank"], ["seed", "unload"]):
        result = runner.invoke(args=words)
        assert result.exit_code == 1, result.output
        assert "this database is an unfinished copy of a school" in result.output
        assert result.output.count("\n") == 1
    with app.app_context():
        with pytest.raises(SystemExit, match="unfinished copy of a school"):
            upgrade(str(MIGRATIONS))
        db.engine.dispose()

    assert run_copy(tmp_path, source, target).exit_code == 0
    assert app.test_client().get("/readyz").status_code == 200, "the same process serves it now"
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
