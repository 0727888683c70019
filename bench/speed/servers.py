"""The servers that are measured: each with as many workers, on a port of its own, on one database."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "build" / "bench"
WORKERS = 2

PRODUCT, FLOOR, DRF, FASTAPI = "library", "floor", "usual DRF", "FastAPI + SQLAlchemy"
BY_GUNICORN = ", gunicorn"

GRANIAN = ("granian", "--interface", "wsgi", "--blocking-threads", "1", "--no-ws", "--host", "127.0.0.1", "--port")
GUNICORN = ("gunicorn", "--bind")
"""By sync workers: of gthread's, one was seen to keep all eight connections, and the other to be idle."""

COMMANDS: dict[str, tuple[str, ...]] = {
    PRODUCT: ("library_site.serving", "--workers", str(WORKERS), "--port", "{port}"),
    FLOOR: (*GRANIAN, "{port}", "bench.speed.peers.floor:application"),
    PRODUCT + BY_GUNICORN: (*GUNICORN, "127.0.0.1:{port}", "library_site.wsgi"),
    FLOOR + BY_GUNICORN: (*GUNICORN, "127.0.0.1:{port}", "bench.speed.peers.floor"),
    DRF: (*GUNICORN, "127.0.0.1:{port}", "bench.speed.peers.drf.wsgi"),
    FASTAPI: (
        *(*GUNICORN, "127.0.0.1:{port}", "bench.speed.peers.fastapi_app:app"),
        *("--worker-class", "uvicorn_worker.UvicornWorker"),
    ),
}
"""The library as `make serve` has it, and by the server that its peers are usually served by; and so the floor."""


@dataclass(frozen=True)
class Server:
    """A server at work."""

    name: str
    port: int
    master: int


Started = tuple["subprocess.Popen[bytes]", Server, Path]
"""A server that may not be at work yet, and where it writes what goes wrong."""


def environment(database_url: str) -> dict[str, str]:
    """As in production, but for https; whatever .env says."""
    return {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": database_url,
        "SECRET_KEY": "only-for-the-bench-" + "0123456789abcdef" * 3,
        "SECURE_SSL_REDIRECT": "False",
        "DEBUG": "False",
        "WEB_CONCURRENCY": str(WORKERS),
        "GRANIAN_WORKERS": str(WORKERS),
        "TIME_ZONE": "UTC",
        "STRANGERS_A_MINUTE": "100000000",  # all clients are one here
    } | dict.fromkeys(("REPLICA_DATABASE_URL", "LIBRARY_OPERATIONS", "BASE_PATH", "ALLOWED_HOSTS", "LANGUAGE_CODE"), "")


@contextmanager
def at_work(names: Mapping[str, tuple[str, ...]], database_url: str, **variables: str) -> Iterator[dict[str, Server]]:
    """These servers, with these variables besides, until the context ends."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        environ = environment(database_url) | variables
        started = [stack.enter_context(_started(name, command, environ)) for name, command in names.items()]
        for process, server, log in started:
            _wait_for(process, server.port, log)
        try:
            yield {server.name: server for _, server, _ in started}
        finally:
            for process, _, _ in started:  # all at once; then each is waited for
                process.terminate()


@contextmanager
def _started(name: str, command: tuple[str, ...], environ: dict[str, str]) -> Iterator[Started]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    log = RESULTS / f"{name.replace(' ', '-')}.log"
    with log.open("w") as output:
        served = [sys.executable, "-m", *(each.format(port=port) for each in command)]
        process = subprocess.Popen(served, cwd=ROOT, env=environ, stdout=output, stderr=output)
        try:
            yield process, Server(name, port, process.pid), log
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    """Until it answers anything."""
    end = monotonic() + 60
    while process.poll() is None and monotonic() < end:
        with socket.socket() as client:
            client.settimeout(30)
            if client.connect_ex(("127.0.0.1", port)) == 0:
                client.sendall(b"GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                if client.recv(1):
                    return
        sleep(0.1)
    sys.exit(f"A server did not start:\n{log.read_text()[-2000:]}")
