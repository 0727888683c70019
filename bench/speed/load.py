"""Requests, sent by wrk: how many there were a second, and how long they took."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request as UrlRequest
from urllib.request import urlopen

import msgspec

SCRIPT = Path(__file__).with_name("requests.lua")


@dataclass(frozen=True)
class Sent:
    """A request: where to, and with what."""

    method: str
    path: str
    body: str = ""


@dataclass(frozen=True)
class Load:
    """Requests of one kind; `once`: each can be carried out once."""

    sent: Sequence[Sent]
    headers: Mapping[str, str] = field(default_factory=dict)
    once: bool = False


@dataclass(frozen=True)
class Figures:
    """Of requests that were sent: times are in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p95: float
    p99: float
    failed: dict[str, int]


def need_wrk() -> str:
    return shutil.which("wrk") or sys.exit("wrk sends the requests: install it (Debian, Ubuntu: apt-get install wrk).")


def send(load: Load, port: int, *, seconds: int, connections: int) -> Figures:
    """Send as many as are answered. Exits if some were not answered well: their speed says nothing."""
    figures = hammer(load, port, seconds=seconds, connections=connections)
    if any(figures.failed.values()) or not figures.requests:
        sys.exit(f"Of {figures.requests} requests to {load.sent[0].path} on port {port} some failed: {figures.failed}.")
    return figures


def hammer(load: Load, port: int, *, seconds: int, connections: int) -> Figures:
    """Send as many as are answered, however they are."""
    with tempfile.NamedTemporaryFile("w", prefix="library-bench-") as file:
        file.writelines(f"{each.method}\t{each.path}\t{each.body}\n" for each in load.sent)
        file.flush()
        command = [need_wrk(), "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", str(SCRIPT)]
        headers = [f"{name}: {value}" for name, value in load.headers.items()]
        command += [f"http://127.0.0.1:{port}", "--", file.name, "once" if load.once else "again", *headers]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return msgspec.json.decode(said.rpartition("\n{")[2].join("{ "), type=Figures)


def answer(load: Load, port: int) -> bytes:
    """What the first of them is answered, alone. Exits unless that is 200."""
    first = load.sent[0]
    request = UrlRequest(
        f"http://127.0.0.1:{port}{first.path}", first.body.encode() or None, dict(load.headers), method=first.method
    )
    try:
        with urlopen(request, timeout=30) as response:  # noqa: S310 - a server on loopback, by http
            if response.status == 200 and response.url == request.full_url:
                return bytes(response.read())
            sys.exit(f"{first.method} {first.path} was answered {response.status} by {response.url}.")
    except HTTPError as error:
        sys.exit(f"{first.method} {first.path} was answered {error.code}: {error.read()[:500]!r}")
