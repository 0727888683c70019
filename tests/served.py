"""A server of its own process, and clients that let it wait: half a request, or an answer that nobody reads."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from time import monotonic, sleep

from tests.guard import ROOT

HOST = "127.0.0.1"
SCRIPT = "/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js"
"""The largest of the static files."""

CSRF = "c" * 32


def halves(token: str) -> dict[str, str]:
    """Requests that somebody begins, and the first half of an answer."""
    program = "POST /api/book/new HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    form = f"Cookie: csrftoken={CSRF}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 99\r\n\r\n"
    return {
        "headers": "GET /login HTTP/1.1\r\nHost: local",
        "a sign-in": f"POST /login HTTP/1.1\r\nHost: localhost\r\n{form}username=",
        "a sign-in to the admin": f"POST /admin/login/ HTTP/1.1\r\nHost: localhost\r\n{form}username=",
        "a stranger's command": f'{program}Content-Length: 99\r\n\r\n{{"title": ',
        "a librarian's command": f'{program}Authorization: Token {token}\r\nContent-Length: 99\r\n\r\n{{"title": ',
        "chunks": f"{program}Authorization: Token {token}\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{{",
        "an answer": f"GET {SCRIPT} HTTP/1.1\r\nHost: localhost\r\n\r\n",
    }


@dataclass(frozen=True)
class Served:
    """A server at work."""

    port: int

    def begin(self, request: str) -> socket.socket:
        """A connection on which this much is sent, and nothing is read."""
        with ExitStack() as stack:
            client = stack.enter_context(socket.create_connection((HOST, self.port)))
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.sendall(request.encode())
            stack.pop_all()
        return client

    @contextmanager
    def occupied(self, requests: Sequence[str]) -> Iterator[None]:
        """While these have been begun."""
        with ExitStack() as stack:
            for request in requests:
                stack.enter_context(self.begin(request))
            sleep(0.3)
            yield

    def waited(self, path: str = "/login", patience: float = 30) -> float:
        """Seconds until a client that asks for a page has the first of its answer; `patience`, if it has none."""
        began = monotonic()
        with self.begin(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n") as client:
            client.settimeout(patience)
            try:
                assert client.recv(12) == b"HTTP/1.1 200"
            except TimeoutError:
                return patience
        return monotonic() - began


@contextmanager
def served(command: Sequence[str], environ: dict[str, str]) -> Iterator[Served]:
    """A server of this command, to which its port is added, once it answers."""
    with socket.create_server((HOST, 0)) as probe:
        server = Served(probe.getsockname()[1])
    with subprocess.Popen(
        [sys.executable, *command, "--port", str(server.port)], env=os.environ | environ, cwd=ROOT
    ) as process:
        try:
            end = monotonic() + 60
            while process.poll() is None and monotonic() < end:
                try:
                    server.waited()
                    break
                except (ConnectionError, AssertionError):
                    sleep(0.05)
            yield server
        finally:
            process.terminate()
