"""Reads an uploaded file in a process of its own, so that no file can take the server's memory or its time."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from rr.errors import Refused
from rr.intake.imports import limits
from rr.intake.imports.columns import KNOWN_HEADERS
from rr.intake.imports.tables import EXPORT_AGAIN, Table, TableRow

ROOT = Path(__file__).resolve().parents[3]
LATEST = limits.PROCESSOR_SECONDS + 15  # seconds after which the process is stopped, even if the machine gave it little time
AT_ONCE = 2  # files read at the same time; others wait for their turn

_places = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Upload:
    """An uploaded file as it was read: its bytes are gone."""

    file_name: str
    table: Table


def open_upload(file_name: str, data: bytes) -> Upload:
    """Read a file of sign-ups, as `read_table` does."""
    return Upload(file_name, read_table(data, KNOWN_HEADERS))


def read_table(data: bytes, known: Collection[str]) -> Table:
    """The table in an uploaded file, with its headers first; `known` are the headers by which it is found.

    Refused, with the limit or the fault and how to put it right. Takes about 0.1 s more than reading the file; call it outside of any
    transaction.
    """
    if len(data) > limits.LARGEST_FILE:
        raise limits.too_large()
    with _places:
        code, answer = _run(json.dumps(sorted(known)).encode() + b"\n" + data)
    if code != 0:
        raise _died(code)
    said = json.loads(answer)
    if "headline" in said:
        raise Refused(said["headline"], said["way_forward"])
    return Table(
        [TableRow(*row) for row in said["rows"]], [TableRow(*row) for row in said["above"]], said["problems"], sha256(data).hexdigest()
    )


def _run(given: bytes) -> tuple[int, bytes]:
    """The exit code and the answer of the process. It gets nothing of this one's environment, and nothing that it says is kept."""
    command = (sys.executable, "-X", "utf8", "-m", "rr.intake.imports.child")
    with subprocess.Popen(  # noqa: S603 (our own module)
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={"PYTHONPATH": str(ROOT)}
    ) as child:
        try:
            answer, _ = child.communicate(given, timeout=LATEST)
        except subprocess.TimeoutExpired:
            return -signal.SIGXCPU, b""
        finally:
            child.kill()  # also when whoever waits for it is stopped
        return child.returncode, answer


def _died(code: int) -> Refused:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return limits.too_slow()
    if code in (limits.OUT_OF_MEMORY, -signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS):
        return limits.too_much_memory()
    return Refused("The file can't be read", f"It may be damaged, or made by a program that writes it in its own way. {EXPORT_AGAIN}")
