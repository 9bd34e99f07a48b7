"""The browser that tests get."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.services.chromium import FLAGS, find_chromium, first_that_runs
from tests.services.debian import write_script
from tests.services.errors import ServiceUnavailable


@pytest.mark.browser
@pytest.mark.slow
def test_it_opens_a_page(chromium_path: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<p id=greeting></p><script>greeting.textContent = 'Hello, ' + 'Ben'</script>")
    command: list[str | Path] = [
        chromium_path,
        "--headless",
        *FLAGS,
        f"--user-data-dir={tmp_path / 'profile'}",
        "--dump-dom",
    ]
    shown = subprocess.run(
        [*command, page.as_uri()], capture_output=True, text=True, timeout=60, check=True
    )
    assert "Hello, Ben" in shown.stdout


def test_a_name_that_only_says_what_to_install_is_passed_over(tmp_path: Path) -> None:
    for name, code in (("hint", 1), ("browser", 0)):
        (tmp_path / name).write_text(f"#!/bin/sh\nexit {code}\n")
        (tmp_path / name).chmod(0o755)
    found = first_that_runs([tmp_path / "absent", tmp_path / "hint", tmp_path / "browser"])
    assert found == tmp_path / "browser"


def test_without_a_browser_the_message_says_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setenv("TEST_SERVICES_FROM", "machine")
    with pytest.raises(
        ServiceUnavailable, match=r"^The tests need Chromium: run `sudo apt-get[^\n]*$"
    ):
        find_chromium()


def test_a_browser_that_playwright_downloaded_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = tmp_path / "chromium-1200/chrome-linux/chrome"
    browser.parent.mkdir(parents=True)
    browser.symlink_to(shutil.which("true") or "/bin/true")
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setenv("TEST_SERVICES_FROM", "machine")
    assert find_chromium() == browser


def test_an_unpacked_program_runs_with_the_libraries_beside_it(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "usr/lib/x").mkdir(parents=True)
    (root / "usr/lib/x/libx.so.1").touch()
    (root / "program").write_text('#!/bin/sh\necho "$LD_LIBRARY_PATH $1"\n')
    (root / "program").chmod(0o755)
    script = tmp_path / "run"
    write_script(script, root, "program")
    said = subprocess.run([script, "hello"], capture_output=True, text=True, check=True).stdout
    assert said == f"{root}/usr/lib/x hello\n"
