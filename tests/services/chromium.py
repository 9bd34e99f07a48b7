"""Find a real Chromium for the browser tests, or get one."""

import os
import shutil
from pathlib import Path

from tests.services.binaries import allowed_sources, install_with_apt, succeeds
from tests.services.debian import unpack_with_dependencies
from tests.services.errors import ServiceUnavailable

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# No sandbox: it refuses root and most containers, and the tests open pages of our own alone. The rest keeps the
# browser from talking to anybody but us.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> Path:
    """Return a browser that runs, from the first source that has one; raise ServiceUnavailable with the cure."""
    ways = {"machine": find_on_machine, "system": find_in_system, "packages": find_unpacked}
    allowed = allowed_sources()
    for source, way in ways.items():
        if source in allowed and (browser := way()):
            return browser
    raise ServiceUnavailable(
        "The tests need Chromium: run `sudo apt-get install chromium`, "
        "or `.venv/bin/playwright install --with-deps chromium`."
    )


def find_on_machine() -> Path | None:
    """Look in PATH, then among the browsers that playwright has downloaded."""
    downloads = Path(
        os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache/ms-playwright"
    )
    named = [Path(found) for name in NAMES if (found := shutil.which(name))]
    return first_that_runs(
        [*named, *sorted(downloads.glob("chromium-*/chrome-linux*/chrome"), reverse=True)]
    )


def find_in_system() -> Path | None:
    """Install the system's package, where that needs no question."""
    return find_on_machine() if install_with_apt("chromium") else None


def find_unpacked() -> Path | None:
    """Unpack Debian's packages below the environment, which needs no administrator."""
    browser = unpack_with_dependencies("chromium", "usr/lib/chromium/chromium")
    return first_that_runs([browser]) if browser else None


def first_that_runs(browsers: list[Path]) -> Path | None:
    """The first that can be run: Ubuntu's /usr/bin/chromium-browser may only say what to install."""
    return next((browser for browser in browsers if succeeds([browser, "--version"])), None)
