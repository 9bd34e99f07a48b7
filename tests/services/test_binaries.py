"""Where server programs are looked for."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.services.binaries import (
    POSTGRES,
    REDIS,
    allowed_sources,
    find_in,
    find_on_machine,
    find_or_install,
    highest_first,
)
from tests.services.errors import ServiceUnavailable
from tests.services.process import Identity, new_folder, reachable


def make_program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_the_highest_version_wins(tmp_path: Path) -> None:
    for version in ("9", "15", "18"):
        (tmp_path / version / "bin").mkdir(parents=True)
    found = highest_first(tmp_path, ["*/bin"])
    assert [folder.parent.name for folder in found] == ["18", "15", "9"]


def test_a_program_without_its_companion_does_not_count(tmp_path: Path) -> None:
    make_program(tmp_path / "one/postgres")
    make_program(tmp_path / "two/postgres")
    make_program(tmp_path / "two/initdb")
    found = find_in([tmp_path / "one", tmp_path / "two"], POSTGRES)
    assert found is not None
    assert found.program == tmp_path / "two/postgres"


def test_a_program_in_path_is_followed_to_where_it_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_program(tmp_path / "lib/bin/initdb")
    installed = make_program(tmp_path / "lib/bin/postgres")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/postgres").symlink_to(installed)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    found = find_on_machine(POSTGRES)
    assert found is not None
    assert found.program == installed


def test_nothing_found_says_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("TEST_SERVICES_FROM", "machine")
    with pytest.raises(
        ServiceUnavailable, match=r"^The tests need Redis: run `sudo apt-get[^\n]*$"
    ):
        find_or_install(replace(REDIS, folders=()))


def test_an_unknown_source_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_SERVICES_FROM", "machine, docker")
    with pytest.raises(ServiceUnavailable, match="docker"):
        allowed_sources()


def test_programs_that_only_root_can_reach_are_copied_for_nobody(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    program = make_program(closed / "bin/postgres")
    closed.chmod(0o700)
    folder = tmp_path / "server"
    folder.mkdir()
    somebody = Identity(os.getuid(), os.getgid())
    copied = reachable(program, closed, folder=folder, identity=somebody)
    assert copied == folder / "programs/bin/postgres"
    assert copied.read_text() == program.read_text()
    assert reachable(program, closed, folder=folder, identity=Identity(None, None)) == program


def test_a_servers_folder_is_closed_to_others() -> None:
    folder = new_folder("check", Identity(None, None))
    assert folder.stat().st_mode & 0o077 == 0
    folder.rmdir()
