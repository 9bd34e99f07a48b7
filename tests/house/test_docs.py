"""The documentation says what is so: generated pages are current, links lead somewhere, files and commands exist."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest

from cozmic.config import ROOT
from cozmic.extensions import db
from scripts.reference.pages import FOLDER, build_all
from tests.world import RULES

PAGES = sorted(
    [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / "CHANGELOG.md",
        *ROOT.glob("docs/**/*.md"),
    ]
)
IDS = [str(page.relative_to(ROOT)) for page in PAGES]
LINK = re.compile(r"!?\[[^\]]*\]\(([^()\s]+)\)|(?:src|href)=\"([^\"]+)\"")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
FILE = re.compile(r"(?:cozmic|tests|scripts|migrations|docs|locust)/[\w./-]*\w")
MACHINE = re.compile(r"(?<!\w)/(?:work|root|home|Users|tmp)/")
"""Where somebody's checkout happened to stand."""


@cache
def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def prose_of(page: Path) -> str:
    return FENCE.sub("", text_of(page))


@cache
def anchors_of(page: Path) -> frozenset[str]:
    """The names under which the headings of a page can be linked to."""
    titles = re.findall(r"^#+ (.+)$", prose_of(page), re.MULTILINE)
    return frozenset(re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles)


def links_of(page: Path) -> Iterator[str]:
    for match in LINK.finditer(prose_of(page)):
        target = unquote(match[1] or match[2])
        if not re.match(r"[a-z]+:", target):
            yield target


def test_generated_pages_are_current() -> None:
    built = build_all()
    stale = [name for name, text in built.items() if read_or_none(FOLDER / name) != text]
    assert stale == [], "run `make docs`"
    pictures = {f"data-model/{path.name}" for path in (FOLDER / "data-model").iterdir()}
    assert pictures <= set(built), "a picture that nothing draws any more"


def read_or_none(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def test_every_table_has_its_section_and_its_place_in_a_picture() -> None:
    page = text_of(FOLDER / "data-model.md")
    pictures = "".join(text_of(path) for path in (FOLDER / "data-model").iterdir())
    for table in db.metadata.tables:
        assert f"\n### {table}\n" in page
        assert f">{table}</text>" in text_of(FOLDER / "data-model.svg")
        assert f">{table}</text>" in pictures


def test_every_setting_is_explained() -> None:
    settings = re.findall(r"^#?([A-Z][A-Z0-9_]+)=", text_of(ROOT / ".env.example"), re.MULTILINE)
    page = text_of(FOLDER / "configuration.md")
    assert settings
    assert [name for name in settings if f"`{name}`" not in page] == []


def test_every_route_is_listed_with_what_it_does() -> None:
    page = text_of(FOLDER / "routes.md")
    assert {rule.endpoint for rule in RULES if f"`{rule.endpoint}`" not in page} == set()


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in links_of(page):
        name, _, anchor = target.partition("#")
        there = (page.parent / name).resolve() if name else page
        assert there.exists(), f"{page.name} links to {target}"
        assert there.is_relative_to(ROOT), f"{page.name} links out of the project: {target}"
        if anchor:
            assert anchor in anchors_of(there), f"{page.name} links to {target}"


def test_every_page_can_be_reached_from_the_index() -> None:
    start = ROOT / "README.md"
    seen, waiting = {start}, [start]
    while waiting:
        page = waiting.pop()
        for target in links_of(page):
            there = (page.parent / target.partition("#")[0]).resolve()
            if there.suffix == ".md" and there not in seen:
                seen.add(there)
                waiting.append(there)
    assert set(PAGES) - seen == set()


def test_the_page_of_the_house_has_the_layers_that_imports_are_held_to() -> None:
    house = FENCE.search(text_of(ROOT / "docs/explanation/the-house.md"))
    assert house is not None
    shown = [re.findall(r"\w+", line[:50]) for line in house[2].splitlines()]
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
    layers = [re.findall(r"\w+", layer) for layer in contracts[0]["layers"]]
    assert shown == layers


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_a_page_names_no_place_on_somebodys_machine(page: Path) -> None:
    assert MACHINE.search(text_of(page)) is None


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_files_and_commands_that_a_page_names_exist(page: Path) -> None:
    targets = re.findall(r"^([a-z-]+):", text_of(ROOT / "Makefile"), re.MULTILINE)
    for code in CODE.findall(prose_of(page)):
        if FILE.fullmatch(code):
            assert (ROOT / code).exists(), f"{page.name} names {code}"
        if make := re.fullmatch(r"make ([a-z-]+).*", code):
            assert make[1] in targets, f"{page.name} names {code}"


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_python_on_a_page_can_be_read_by_python(page: Path) -> None:
    for language, code in FENCE.findall(text_of(page)):
        if language == "python":
            ast.parse(code)
