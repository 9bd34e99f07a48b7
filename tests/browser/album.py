"""Pictures of a tour, numbered in the order in which they are taken."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.looking import assert_well_made

LARGEST_PICTURE = 200_000
"""Bytes: the pictures stand in the repository, and their readers may have slow lines."""


@dataclass(slots=True)
class Album:
    """A folder that is filled with tour-01-….png, tour-02-….png …"""

    folder: Path
    count: int = 0

    def add(self, page: Page, title: str) -> None:
        """Look closely at what the window shows now, then photograph it."""
        page.wait_for_load_state()
        assert_well_made(page)
        page.evaluate("window.scrollTo(0, 0)")
        self.add_as_it_stands(page, title)

    def add_as_it_stands(self, page: Page, title: str) -> None:
        """Photograph the part of the page that is scrolled to."""
        self.count += 1
        name = re.sub(r"[^a-z]+", "-", title.replace("'", "").lower())
        path = self.folder / f"tour-{self.count:02}-{name}.png"
        page.screenshot(path=path, animations="disabled", caret="hide")
        assert path.stat().st_size < LARGEST_PICTURE, path.name
