"""Programs from Debian's packages without being administrator: downloaded by apt-get and unpacked in a folder."""

import fcntl
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.services.binaries import allowed_sources, install_with_apt, say, succeeds
from tests.services.errors import ServiceUnavailable

PLACES = "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin"
"""Where servers stand, also for those whose PATH leaves such folders out."""


def find_program(package: str, program: str, *, called: str) -> Path:
    """Return a program of this machine, else from its package; raise ServiceUnavailable with the cure.

    `program` is its place below the root of the system, `called` what people call it.
    """
    sources = allowed_sources()
    found = shutil.which(package, path=PLACES)
    if found:
        return Path(found)
    if "system" in sources:
        unpacked = unpack_with_dependencies(package, program)
        if unpacked:
            return unpacked
        if install_with_apt(package):
            return Path("/") / program
    raise ServiceUnavailable(f"The tests need {called}: run `sudo apt-get install {package}`.")


def unpack_with_dependencies(
    package: str, program: str, *, options: Sequence[str] = ()
) -> Path | None:
    """Unpack a package and what it needs that this machine lacks; return a script that runs its program.

    None where apt-get is missing or cannot get it. `options` go to apt-get.
    """
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        return None
    folder = Path(sys.prefix) / "services" / package
    script = folder / "run"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not script.exists():
            # The system's package lists may be missing or old, and only root may renew them.
            if not (
                fetch(package, folder, options) or fetch(package, folder, renewed(folder, options))
            ):
                return None
            write_script(script, folder / "root", program)
    return script


def renewed(folder: Path, options: Sequence[str]) -> list[str]:
    """Options that let apt-get use lists of ours, just renewed; what is installed it still asks the system."""
    lists, cache = folder / "lists", folder / "cache"
    for needed in (lists / "partial", cache / "archives/partial"):
        needed.mkdir(parents=True, exist_ok=True)
    ours = [*options, "-o", f"Dir::State::Lists={lists}", "-o", f"Dir::Cache={cache}"]
    succeeds(["apt-get", *ours, "-qq", "update"])
    return ours


def fetch(package: str, folder: Path, options: Sequence[str]) -> bool:
    """Download the packages and unpack them below folder/root; False when one cannot be had."""
    names = missing_packages(package, options)
    if not names:
        return False
    say(f"Unpacking {package} and {len(names) - 1} packages that it needs, for the tests.")
    downloads = folder / "downloads"
    shutil.rmtree(downloads, ignore_errors=True)
    downloads.mkdir()
    if not succeeds(["apt-get", *options, "-qq", "download", *names], folder=downloads):
        return False
    unpacked = [
        succeeds(["dpkg", "-x", archive, folder / "root"]) for archive in downloads.iterdir()
    ]
    shutil.rmtree(downloads)
    return all(unpacked)


def missing_packages(package: str, options: Sequence[str]) -> list[str]:
    """The packages that installing this one would bring, itself among them."""
    plan = subprocess.run(
        ["apt-get", *options, "--simulate", "--no-install-recommends", "install", package],
        capture_output=True,
        text=True,
        check=False,
    )
    return re.findall(r"^Inst (\S+)", plan.stdout, re.MULTILINE)


def write_script(script: Path, root: Path, program: str) -> None:
    """Write the script that runs a program with the libraries and fonts unpacked beside it."""
    fonts = root / "fonts.conf"
    folders = "".join(
        f"<dir>{folder}</dir>" for folder in (root / "usr/share/fonts", "/usr/share/fonts")
    )
    fonts.write_text(
        f"<fontconfig>{folders}<cachedir>{root / 'fontcache'}</cachedir></fontconfig>\n"
    )
    names = [place for ending in ("*.so", "*.so.*") for place in root.glob(f"**/{ending}")]
    libraries = {name.parent for name in names}
    script.write_text(
        "#!/bin/sh\n"
        f"export LD_LIBRARY_PATH={shlex.quote(':'.join(map(str, sorted(libraries))))}\n"
        f"export FONTCONFIG_FILE={shlex.quote(str(fonts))}\n"
        f'exec {shlex.quote(str(root / program))} "$@"\n'
    )
    script.chmod(0o755)
