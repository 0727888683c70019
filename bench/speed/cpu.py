"""Seconds of CPU that processes have used, from Linux's /proc."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def children(parent: int) -> list[int]:
    """The processes that this one has started."""
    found = (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())
    return [pid for pid in found if _stat(pid)[:2][1:] == [str(parent)]]


def of_workers(master: int) -> float:
    """Of the processes that a master has started, and that are at work."""
    return sum(_seconds(pid, 11, 12) for pid in children(master))


def of_postgres(postmaster: int) -> float:
    """Of a server with all its processes, those that have ended too."""
    return _seconds(postmaster, 11, 12, 13, 14) + of_workers(postmaster)


def parent_of(pid: int) -> int:
    return int(_stat(pid)[1])


def _seconds(pid: int, *places: int) -> float:
    stat = _stat(pid)
    return sum(int(stat[place]) for place in places) / _TICKS if stat else 0.0


def _stat(pid: int) -> list[str]:
    """The fields after the name of the program; none, if the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
