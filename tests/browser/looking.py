"""What holds for every page that a browser shows."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Names and roles do not change with width or theme, colours and sizes do: axe need not look for the former four times.
FULL, COLOURS = "all", "colours"
NARROW, WIDE = 360, 1280
STATES = (
    (WIDE, "light", FULL), (WIDE, "dark", COLOURS), (NARROW, "dark", FULL), (NARROW, "light", COLOURS),
)  # fmt: skip
RULES = {
    FULL: "undefined",
    COLOURS: '{type: "rule", values: ["color-contrast", "link-in-text-block"]}',
}
# Until then some colours are still those of the theme before.
TWO_FRAMES = "new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))"
ASK_AXE = """async () => (await axe.run(document, {resultTypes: ["violations"], runOnly: %s})).violations.flatMap(
  (fault) => fault.nodes.map((node) => `${fault.id}: ${node.html.slice(0, 200)} ${node.failureSummary}`))"""


def assert_well_made(page: Page) -> None:
    """Assert that nothing hangs over the side and that axe finds no fault (contrast, names, roles, order)."""
    faults = [*list_overhangs(page), *list_axe_faults(page)]
    assert not faults, "\n".join([page.url, *faults])


def assert_well_made_everywhere(page: Page) -> None:
    """Assert the same wide and narrow, in light and dark; the page is loaded once, as when a window is resized."""
    faults: list[str] = []
    for width, theme, rules in STATES:
        page.emulate_media(color_scheme="light" if theme == "light" else "dark")
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate(TWO_FRAMES)
        found = [*list_overhangs(page), *list_axe_faults(page, rules)]
        faults += [f"{width} px, {theme}: {fault}" for fault in found]
    assert not faults, "\n".join([page.url, *faults])


def list_overhangs(page: Page) -> list[str]:
    """Name what reaches beyond the window's right edge, where the page as a whole can be pushed sideways."""
    found: list[str] = page.evaluate(
        """() => {
          const wide = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= wide) return [];
          return ["too wide", ...[...document.querySelectorAll("main *, header *, footer *")]
            .filter((one) => one.getBoundingClientRect().right > wide + 0.5)
            .map((one) => one.outerHTML.slice(0, 120)).slice(0, 5)];
        }"""
    )
    return found


def list_axe_faults(page: Page, rules: str = FULL) -> list[str]:
    """Say what axe finds, of all its rules (WCAG 2.2 A and AA, and its good practices) or of those about colours."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(
            Axe().axe_script
        )  # the debugger's words are not the page's: the policy does not refuse them
    faults: list[str] = page.evaluate(ASK_AXE % RULES[rules])
    return faults
