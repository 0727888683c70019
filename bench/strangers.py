"""How long a desk waits while eight clients that nobody knows ask for the schema, or try passwords."""

import argparse
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from importlib import import_module
from statistics import median, quantiles
from threading import Thread
from time import monotonic, sleep

import django

from bench.speed.__main__ import database
from bench.speed.load import Load, Sent, hammer, need_wrk
from bench.speed.servers import COMMANDS, PRODUCT, at_work, environment

CLIENTS = 8
SECRET = "s" * 32
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"csrftoken={SECRET}", "X-CSRFToken": SECRET}
STRANGERS = {
    "nobody": None,
    "the schema": Load([Sent("GET", "/api/schema")]),
    "passwords of one": Load([Sent("POST", "/login", "username=bench&password=wrong")], FORM),
    "passwords of many": Load([Sent("POST", "/login", f"username=n{n}&password=wrong") for n in range(999)], FORM),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.strangers", description=__doc__)
    parser.add_argument("--seconds", type=int, default=15, help="of each kind of stranger (%(default)s)")
    seconds = parser.parse_args().seconds
    need_wrk()
    with database() as url:
        os.environ.update(environment(url), DJANGO_SETTINGS_MODULE="library_site.settings")
        django.setup()
        run, cases = import_module("bench.speed.run"), import_module("bench.speed.cases")
        run.prepare(5_000)
        desk = cases.of_this_library(4_000).fresh(cases.SCAN, PRODUCT)
        scans = iter(desk.sent)
        with at_work({PRODUCT: COMMANDS[PRODUCT]}, url, STRANGERS_A_MINUTE="") as servers:  # bounded as by default
            port = servers[PRODUCT].port
            timed(desk, scans, port, 3)
            for who, load in STRANGERS.items():
                with asking(load, port, seconds + 2):
                    took = timed(desk, scans, port, seconds)
                p95 = quantiles(took, n=20)[-1] if len(took) > 1 else took[0]
                print(f"{who:18} {len(took):5} scans, median {median(took):8.1f} ms, p95 {p95:8.1f} ms", flush=True)
                sleep(1)


@contextmanager
def asking(load: Load | None, port: int, seconds: int) -> Iterator[None]:
    """While eight clients send this as fast as they are answered."""
    options = {"seconds": seconds, "connections": CLIENTS}
    clients = Thread(target=hammer, args=(load, port), kwargs=options) if load else Thread()
    clients.start()
    sleep(1)
    yield
    clients.join()


def timed(desk: Load, scans: Iterator[Sent], port: int, seconds: int) -> Sequence[float]:
    """Milliseconds of each scan, one after the other, as a desk sends them."""
    took, end = [], monotonic() + seconds
    connection = HTTPConnection("127.0.0.1", port)
    while monotonic() < end:
        scan, began = next(scans), monotonic()
        connection.request(scan.method, scan.path, scan.body, dict(desk.headers))
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            raise SystemExit(f"A scan was answered {response.status}.")
        took.append((monotonic() - began) * 1000)
        sleep(0.05)
    connection.close()
    return took


if __name__ == "__main__":
    main()
