"""What was measured, as it is kept in build/bench/."""

import os
import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import TypeVar

import msgspec

from bench.speed.servers import RESULTS

T = TypeVar("T")

LONGEST = 20_000.0
"""Milliseconds after which a statement is given up, as the library grows."""

VERSIONS = (
    "django",
    "djangorestframework",
    "psycopg",
    "granian",
    "gunicorn",
    "fastapi",
    "sqlalchemy",
    "asyncpg",
    "uvicorn",
)


class Sample(msgspec.Struct, frozen=True):
    """Of one server and one kind of request, a round's figures; times are in milliseconds, CPU is per request."""

    server: str
    case: str
    rate: float
    p50: float
    p95: float
    p99: float
    worker_cpu: float
    database_cpu: float


class Journey(msgspec.Struct, frozen=True):
    """Of one server and one kind of request, with one client: the median in milliseconds, near its database and far."""

    server: str
    case: str
    near: float
    far: float
    round_trips: float


class Where(msgspec.Struct, frozen=True):
    """Of one kind of request: milliseconds of CPU, and which parts of it are whose code, and for what."""

    case: str
    cpu: float
    code: dict[str, float]
    purposes: dict[str, float]


class Growth(msgspec.Struct, frozen=True):
    """What `make bench-growth` has measured: of each thing, the median in milliseconds at each size."""

    date: str
    machine: str
    sizes: list[int]
    p50: dict[str, list[float]]


class Speed(msgspec.Struct, frozen=True):
    """What `make bench` has measured."""

    date: str
    machine: str
    versions: str
    books: int
    rounds: int
    seconds: int
    samples: list[Sample]
    distance: float
    """In milliseconds, there and back, as it was measured."""
    journeys: list[Journey]


def machine() -> str:
    """The processor, and how many of it there are."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())
    return f"{os.cpu_count()} cores of {model}"


def versions(postgres: str) -> str:
    named = ", ".join(f"{name} {version(name)}" for name in VERSIONS)
    return f"Python {platform.python_version()}, PostgreSQL {postgres}, {named}"


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def middle(samples: Iterable[Sample]) -> Sample:
    """The medians of all rounds of one server and one kind of request."""
    every = [*samples]
    names = ("rate", "p50", "p95", "p99", "worker_cpu", "database_cpu")
    figures = {name: median(getattr(each, name) for each in every) for name in names}
    return Sample(every[0].server, every[0].case, **figures)


def keep(name: str, result: object) -> None:
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{name}.json").write_bytes(msgspec.json.format(msgspec.json.encode(result)))


def kept(name: str, kind: type[T]) -> T | None:
    """What was kept; None, where nothing was."""
    path = RESULTS / f"{name}.json"
    return msgspec.json.decode(path.read_bytes(), type=kind) if path.exists() else None
