"""Make .venv from the pinned requirements, once for each content of theirs and each Python.

Called by scripts/environment; uses the standard library alone. What has been done stands in .venv/made.json, so an
up-to-date environment costs a few milliseconds, and one whose making was interrupted is made anew.
"""

import fcntl
import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "made.json"
REQUIREMENTS = {"run": ["requirements.txt"], "dev": ["requirements.txt", "requirements-dev.txt"]}


def main(arguments: list[str]) -> int:
    """Bring the environment up to date; 0 when it is, 1 when something could not be installed."""
    purpose = arguments[0] if arguments else "run"
    if purpose not in REQUIREMENTS:
        print(f"usage: scripts/environment [{' | '.join(REQUIREMENTS)}]", file=sys.stderr)
        return 2
    if VENV.is_symlink():
        # Making it anew would empty the folder that the link leads to: another checkout's.
        print(".venv is a link here. Remove it (rm .venv) and run this again.", file=sys.stderr)
        return 1
    wanted = {name: digest(ROOT / name) for name in REQUIREMENTS[purpose]}
    if not is_usable(made := read_stamp()) or missing(wanted, made):
        # make passes TERM to this process alone; as an exception it takes the running step down as well.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        with only_one_at_a_time():
            return bring_up_to_date(wanted)
    return 0


def bring_up_to_date(wanted: dict[str, str]) -> int:
    """Create the environment where there is no sound one, and install the files that changed."""
    made = read_stamp()
    if not is_usable(made):
        say(f"Making .venv with Python {sys.version.split()[0]}; this takes about a minute.")
        write_stamp({"finished": False})
        if not run(getattr(sys, "_base_executable", sys.executable), "-m", "venv", "--clear", VENV):
            return 1
        made = {"python": sys.version, "folder": str(ROOT)}
    if files := missing(wanted, made):
        say(f"Installing {' and '.join(files)}.")
        write_stamp({**made, "finished": False})
        if not install(files):
            say(
                "The packages could not be installed. Is the package index reachable, and is there room on the disk?"
            )
            return 1
    write_stamp({**made, **wanted, "finished": True})
    return 0


def install(files: list[str]) -> bool:
    """Install exactly what the requirement files pin; pip's notices stay unsaid, its errors do not."""
    quietly = ("-qq", "--no-input", "--disable-pip-version-check")
    named = [f"--requirement={name}" for name in files]
    return run(VENV / "bin/python", "-m", "pip", "install", *quietly, "--require-hashes", *named)


def is_usable(made: Mapping[str, object]) -> bool:
    """Whether what stands in .venv was finished, by this Python, in this folder (its scripts hold absolute paths)."""
    return (
        bool(made.get("finished"))
        and made.get("python") == sys.version
        and made.get("folder") == str(ROOT)
    )


def missing(wanted: Mapping[str, str], made: Mapping[str, object]) -> list[str]:
    """The requirement files whose present content is not installed."""
    return [name for name, content in wanted.items() if made.get(name) != content]


def digest(path: Path) -> str:
    """The hash of a file's content."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_stamp() -> dict[str, object]:
    """What was made so far; empty when nothing was, or nobody can tell."""
    try:
        made = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return made if isinstance(made, dict) else {}


def write_stamp(made: Mapping[str, object]) -> None:
    """Replace the stamp in one step, so that a reader never sees half of it."""
    draft = STAMP.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(made, indent=1) + "\n")
    draft.replace(STAMP)


@contextmanager
def only_one_at_a_time() -> Iterator[None]:
    """Wait for another run that is at work on the same environment.

    The lock is on the folder itself, which `venv --clear` empties but keeps; the kernel lets go of it however we end.
    """
    VENV.mkdir(exist_ok=True)
    folder = os.open(VENV, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def run(*command: str | Path) -> bool:
    """Run one step in the checkout and say whether it went well; whatever it started ends when we are told to."""
    with subprocess.Popen(command, cwd=ROOT, start_new_session=True) as step:
        try:
            return step.wait() == 0
        except BaseException:
            os.killpg(step.pid, signal.SIGKILL)
            raise


def say(text: str) -> None:
    """Print one line at once, also where the output is a file."""
    print(text, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
