"""Keep one server process alive for as long as its starter lives, then stop it and remove its folder.

A program of its own, so that servers end with the run however the run ends: standard input is a pipe that only the
starter holds, and the kernel closes it even when the starter was killed. Prints one line of JSON when the server has
started (its process id) or could not be, and another if it ends by itself.

Run as: python -I -S keeper.py '{"command": [...], "folder": "...", "user": 65534, "group": 65534, "stop": 15}'
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

PATIENCE_S = 10


def main(order: dict[str, Any]) -> None:
    """Start what is ordered, wait until the starter is gone, stop it and clean up."""
    folder = Path(order["folder"])
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server = None
    try:
        server = start(order, folder)
        report(pid=server.pid)
        threading.Thread(target=lambda: report(ended=server.wait()), daemon=True).start()
        sys.stdin.buffer.read()
    except OSError as problem:
        report(failed=str(problem))
        sys.stdin.buffer.read()
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if server:
            end(server, order["stop"])
        shutil.rmtree(folder, ignore_errors=True)


def start(order: dict[str, Any], folder: Path) -> subprocess.Popen[bytes]:
    """Start the server in its folder, as the ordered user where one is given, with its output in the folder's log."""
    identity: dict[str, Any] = {}
    if order.get("user") is not None:
        identity = {"user": order["user"], "group": order["group"], "extra_groups": []}
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            order["command"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            **identity,
        )


def end(server: subprocess.Popen[bytes], stop_signal: int) -> None:
    """Ask the server to stop, and make it stop when it does not."""
    server.send_signal(stop_signal)
    try:
        server.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def report(**said: object) -> None:
    """Tell the starter, who may be gone already."""
    try:
        os.write(1, json.dumps(said).encode() + b"\n")
    except OSError:
        return


def leave(_number: int, _frame: FrameType | None) -> None:
    """Turn a signal into an ordinary end, clean-up included."""
    sys.exit(0)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
