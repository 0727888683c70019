"""Processes that the tour starts, each with a log in its folder: all have ended when it ends."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer
from time import monotonic, sleep
from typing import Any

from .client import HOST

ROOT = Path(__file__).parents[2]
PATIENCE = 60
"""Seconds for a server to come up, or for an answer, on a machine that is busy."""

Process = subprocess.Popen[str]


class Processes:
    """In groups of their own: Ctrl-C reaches the tour alone, which ends them one by one, by their ids."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.started: dict[str, Process] = {}

    def start(self, name: str, arguments: Sequence[str], environ: Mapping[str, str], cwd: Path = ROOT) -> Process:
        """Python with these arguments; what it says on standard error is in the folder."""
        with (self.folder / f"{name}.log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=cwd,
                env=dict(environ),
                stdin=subprocess.PIPE,  # which ends when we do, however that comes about
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        self.started[name] = process
        return process

    def line(self, process: Process, given: str = "") -> str:
        """Give the process a line to read, if any, and wait for one that it says."""
        too_late = Timer(PATIENCE, process.kill)
        too_late.start()
        try:
            if given and process.stdin:
                process.stdin.write(f"{given}\n")
                process.stdin.flush()
            said = process.stdout.readline() if process.stdout else ""
        finally:
            too_late.cancel()
        if not said:
            raise RuntimeError(f"A process has ended, or has said nothing for {PATIENCE} s: {process.args!r}")
        return said

    def wait_for(self, name: str, port: int) -> None:
        """Until it listens."""
        process = self.started[name]
        end = monotonic() + PATIENCE
        while process.poll() is None and monotonic() < end:
            with suppress(OSError), socket.create_connection((HOST, port), timeout=PATIENCE):
                return
            sleep(0.05)
        raise RuntimeError(f"{name} did not start:\n{(self.folder / f'{name}.log').read_text()[-2000:]}")

    def end(self) -> None:
        """All at once, so that they end side by side; whoever of their groups is left then is killed.

        A server that is ended before it listens may leave a worker that it has just started.
        """
        for process in self.started.values():
            process.terminate()
        for process in self.started.values():
            with process:  # closes its pipes, and waits
                with suppress(subprocess.TimeoutExpired):
                    process.wait(10)
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
        self.started.clear()  # whose ids may be others' from now on


@contextmanager
def processes(folder: Path) -> Iterator[Processes]:
    started = Processes(folder)
    try:
        yield started
    finally:
        started.end()


def free_port() -> int:
    with socket.create_server((HOST, 0)) as probe:
        return int(probe.getsockname()[1])


def clean(**variables: Any) -> dict[str, str]:
    """An environment of these variables and what a process needs of ours."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR")
    return {name: os.environ[name] for name in kept if name in os.environ} | {k: str(v) for k, v in variables.items()}
