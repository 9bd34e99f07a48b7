"""What holds for every page that a browser shows."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def assert_well_made(page: Page) -> None:
    """Assert that nothing hangs over the side and that axe finds no fault (contrast, names, roles, order)."""
    size = page.viewport_size
    assert size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], page.url
    faults = [
        f"{fault['id']}: {node['html'][:200]} {node['failureSummary']}"
        for fault in Axe().run(page).response["violations"]
        for node in fault["nodes"]
    ]
    assert faults == [], page.url
