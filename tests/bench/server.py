"""The real server on a database of its own, started as `make run` starts it, but without watching files for changes."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import psutil

from tests.bench import problems

ROOT = Path(__file__).resolve().parents[2]


def environment(database: str, port: int = 8501) -> dict[str, str]:
    """The settings for a process of the app: this database, demo sign-in, nothing of the caller's own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("RR_", "STREAMLIT_", "COV"))}
    ours = {"RR_DATABASE_URL": database, "RR_BASE_URL": f"http://localhost:{port}", "RR_DEMO": "1", "PYTHONPATH": str(ROOT)}
    return clean | ours


class Server:
    """A server that runs: its address, its database and its log, and how much memory it holds."""

    def __init__(self, pid: int, address: str, database: Path, log: Path) -> None:
        self.pid, self.address, self.database, self.log = pid, address, database, log
        self._read_to = 0

    def megabytes(self) -> float:
        return psutil.Process(self.pid).memory_info().rss / 2**20

    def new_faults(self) -> list[str]:
        """The faults that were logged since this was last asked."""
        with self.log.open("rb") as file:
            file.seek(self._read_to)
            added = file.read()
        self._read_to += len(added)
        return list(problems.in_log(added.decode(errors="replace")))


@contextmanager
def running(database: Path, url: str = "") -> Iterator[Server]:
    """`streamlit run app.py` on a free port of this machine alone, until the block ends.

    It uses the database at `url` where that isn't the embedded one; its log is beside the file all the same.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = database.with_suffix(".log")
    with log.open("wb") as file:
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.address=localhost", f"--server.port={port}"]
        command.append("--server.fileWatcherType=none")  # somebody who edits a file meanwhile would have pages run again
        process = subprocess.Popen(command, cwd=ROOT, env=environment(url or f"sqlite:///{database}", port), stdout=file, stderr=file)
    address = f"http://localhost:{port}"
    try:
        _wait(process, address, log)
        yield Server(process.pid, address, database, log)
    finally:
        process.terminate()
        process.wait(30)


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    for _ in range(480):
        try:
            urlopen(f"{address}/healthz", timeout=2).close()
            return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.25)
    raise RuntimeError(f"The server didn't start:\n{log.read_text()[-3000:]}")
