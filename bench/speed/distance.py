"""A database that is 1 ms away: a TCP proxy, in a process of its own, that holds back what goes either way."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from queue import SimpleQueue
from statistics import median
from threading import Thread
from time import perf_counter, sleep
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psycopg

if TYPE_CHECKING:
    from multiprocessing.sharedctypes import Synchronized

MILLISECONDS = 1.0
"""There and back."""

_PROCESSES = get_context("spawn")


@dataclass(frozen=True)
class Far:
    """A database behind the proxy: its URL, and how often the proxy has turned from a client to the server."""

    url: str
    turns: "Synchronized[int]"
    delay: "Synchronized[float]"

    def measured(self, near_url: str) -> float:
        """How many milliseconds farther away it is than the same server at the other URL."""
        return _round_trip(self.url) - _round_trip(near_url)


@contextmanager
def far_away(near_url: str) -> Iterator[Far]:
    """The same database, farther away; the delay is set so that what is measured is right."""
    near = urlsplit(near_url)
    turns, delay = _PROCESSES.Value("q", 0), _PROCESSES.Value("d", MILLISECONDS / 2)
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    process = _PROCESSES.Process(target=_serve, args=(listener, (near.hostname, near.port), turns, delay), daemon=True)
    process.start()
    listener_port = listener.getsockname()[1]
    listener.close()
    far = Far(near._replace(netloc=f"{near.username}@127.0.0.1:{listener_port}").geturl(), turns, delay)
    try:
        for _ in range(3):  # the proxy itself takes its time, which is a part of the distance
            delay.value = max(delay.value - (far.measured(near_url) - MILLISECONDS) / 2, 0)
        yield far
    finally:
        process.terminate()
        process.join()


def _round_trip(url: str) -> float:
    """The median, in milliseconds, of the smallest statement."""
    with psycopg.connect(url, autocommit=True) as connection:
        took = []
        for _ in range(300):
            began = perf_counter()
            connection.execute("SELECT 1", prepare=False)
            took.append(perf_counter() - began)
    return median(took) * 1000


class _Turns:
    """Of one connection: who spoke last."""

    def __init__(self, count: "Synchronized[int]") -> None:
        self.count = count
        self.client_spoke = False

    def spoke(self, *, client: bool) -> None:
        if client and not self.client_spoke:
            with self.count.get_lock():
                self.count.value += 1
        self.client_spoke = client


def _serve(
    listener: socket.socket, server: tuple[str, int], count: "Synchronized[int]", delay: "Synchronized[float]"
) -> None:
    while True:
        client, _ = listener.accept()
        far = socket.create_connection(server)
        turns = _Turns(count)
        for source, target, is_client in ((client, far, True), (far, client, False)):
            for end in (source, target):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line: SimpleQueue[tuple[float, bytes]] = SimpleQueue()
            Thread(target=_hear, args=(source, line, turns, is_client), daemon=True).start()
            Thread(target=_say, args=(target, line, delay), daemon=True).start()


def _hear(source: socket.socket, line: "SimpleQueue[tuple[float, bytes]]", turns: _Turns, is_client: bool) -> None:
    """Note what was said, and when; an end of the line says nothing."""
    heard = b"-"
    while heard:
        try:
            heard = source.recv(65536)
        except OSError:
            heard = b""
        turns.spoke(client=is_client)
        line.put((perf_counter(), heard))


def _say(target: socket.socket, line: "SimpleQueue[tuple[float, bytes]]", delay: "Synchronized[float]") -> None:
    """Say it later: that takes a thread of its own, so that what follows does not wait twice."""
    while True:
        at, heard = line.get()
        if (wait := at + delay.value / 1000 - perf_counter()) > 0:
            sleep(wait)
        try:
            if not heard:
                target.shutdown(socket.SHUT_WR)
                return
            target.sendall(heard)
        except OSError:
            return
