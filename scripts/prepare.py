"""What `make run` does before the server starts: migrate the database, and fill an empty one on a laptop.

The commands are `flask db upgrade` and `flask seed demo --if-empty`, here in one process: importing the application
takes a second, and a second start must be quick.
"""

import os

from flask.cli import FlaskGroup

from wsgi import app


def main() -> None:
    """Run the commands one after the other; the first that fails ends the program with its message."""
    run("db", "upgrade")
    if os.environ.get("COZMIC_CONFIG") == "development":
        run("seed", "demo", "--if-empty")


def run(*words: str) -> None:
    """Run one flask command as the shell would."""
    try:
        FlaskGroup(create_app=lambda: app).main(args=list(words), prog_name="flask")
    except SystemExit as end:
        if end.code:
            raise


if __name__ == "__main__":
    main()
