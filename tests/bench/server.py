"""The real server on a generated database, both in a folder of their own."""

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

ROOT = Path(__file__).resolve().parents[2]


def environment(database: str, port: int = 8501) -> dict[str, str]:
    """The settings for a process of the app: this database, demo sign-in, nothing of the caller's own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("RR_", "STREAMLIT_", "COV"))}
    ours = {"RR_DATABASE_URL": database, "RR_BASE_URL": f"http://localhost:{port}", "RR_DEMO": "1", "PYTHONPATH": str(ROOT)}
    return clean | ours


def generated(folder: Path, size: str, seed: int) -> Path:
    """The SQLite database of a size. Made once for each folder: whatever is written to it is measured too, and does no harm."""
    path = folder / f"{size}.db"
    if not path.exists():
        making = folder / f"{size}.making"
        command = [sys.executable, "-m", "rr", "generate", "--size", size, "--seed", str(seed)]
        subprocess.run(command, cwd=ROOT, env=environment(f"sqlite:///{making}"), check=True, stdout=subprocess.DEVNULL)
        making.rename(path)
    return path


class Server:
    """A server that runs: its address, and how much memory it holds."""

    def __init__(self, process: subprocess.Popen[bytes], address: str) -> None:
        self.process, self.address = process, address

    def megabytes(self) -> float:
        return psutil.Process(self.process.pid).memory_info().rss / 2**20


@contextmanager
def running(path: Path) -> Iterator[Server]:
    """`streamlit run app.py` on a free port of this machine alone, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = path.with_suffix(".log")
    with log.open("wb") as file:
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.address=localhost", f"--server.port={port}"]
        command.append("--server.fileWatcherType=none")  # somebody who edits a file meanwhile would have pages run again
        process = subprocess.Popen(command, cwd=ROOT, env=environment(f"sqlite:///{path}", port), stdout=file, stderr=file)
    address = f"http://localhost:{port}"
    try:
        _wait(process, address, log)
        yield Server(process, address)
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
