"""The measuring: servers take turns, round after round."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from time import monotonic

import msgspec
import psycopg
from django.core.management import call_command

from bench.speed import cases, cpu, library, results, servers
from bench.speed.cases import Cases
from bench.speed.distance import Far, far_away
from bench.speed.load import answer, send
from bench.speed.report import whole
from bench.speed.results import Journey, Sample, Speed
from bench.speed.rows import Size
from bench.speed.servers import PRODUCT, Server

CONNECTIONS = 8
MOST_LENT = 20_000


def main(url: str, books: int, rounds: int, seconds: int) -> None:
    """Load, serve, measure, keep, print."""
    began = monotonic()
    prepare(books)
    say(f"{books} books loaded in {monotonic() - began:.0f} s")
    asked = cases.of_this_library(MOST_LENT)
    with psycopg.connect(url, autocommit=True) as watch:
        make_durable(watch)
        postmaster = cpu.parent_of(watch.info.backend_pid)
        with servers.at_work(servers.COMMANDS, url) as at_work:
            compare(asked, at_work)
            warm_up(asked, at_work)
            samples = [
                sample
                for number in range(rounds)
                for sample in one_round(asked, at_work, postmaster, seconds, f"round {number + 1} of {rounds}")
            ]
            with far_away(url) as far, servers.at_work(servers.COMMANDS, far.url) as at_work_far_away:
                distance = far.measured(url)
                journeys = [*both_ways(asked, at_work, at_work_far_away, far)]
        version = watch.info.parameter_status("server_version") or ""
    speed = Speed(
        results.today(),
        results.machine(),
        results.versions(version),
        books,
        rounds,
        seconds,
        samples,
        distance,
        journeys,
    )
    results.keep("speed", speed)
    print("\n".join(whole(speed)))
    say(f"{monotonic() - began:.0f} s")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def prepare(books: int) -> None:
    """The tables, a library in them, and what pages need besides."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    library.load(Size(books))


def make_durable(watch: "psycopg.Connection[tuple[object, ...]]") -> None:
    """From now on a commit is on the disk, as in production: what tests start does without that, to be quick."""
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        watch.execute(f"ALTER SYSTEM SET {setting} = on")
    watch.execute("SELECT pg_reload_conf()")
    watch.execute("CHECKPOINT")


def compare(asked: Cases, at_work: dict[str, Server]) -> None:
    """Exits unless all servers answer the reads with the same."""
    for name in (cases.BY_AUTHOR, cases.BY_USER):
        said = {each.name: answer(asked.fresh(name, each.name), each.port) for each in at_work.values()}
        answers = {name: msgspec.json.decode(body) for name, body in said.items()}
        for peer, body in answers.items():
            if body != answers[PRODUCT]:
                sys.exit(f"{peer} answers otherwise: {body} instead of {answers[PRODUCT]}")


def warm_up(asked: Cases, at_work: dict[str, Server]) -> None:
    """So that nobody is cold. Exits if the first answer is no good one: wrk takes a redirection for one."""
    for name in asked.peers | asked.own:
        for server in at_work.values() if name in asked.peers else [at_work[PRODUCT]]:
            with asked.sending(name, server.name) as load:
                said = msgspec.json.decode(answer(load, server.port))
                if name == cases.SCAN and said["state"] == "refused":
                    sys.exit(f"The first scan was refused: {said}")
                rest = replace(load, sent=load.sent[1:] or load.sent)
                send(rest, server.port, seconds=1, connections=CONNECTIONS)


def one_round(
    asked: Cases, at_work: dict[str, Server], postmaster: int, seconds: int, progress: str
) -> Iterator[Sample]:
    """Each request of every server in turn, then what the library alone is asked by one client."""
    for name in asked.peers:
        for server in at_work.values():
            yield measured(asked, name, server, postmaster, seconds, CONNECTIONS, progress)
    for name in asked.own:
        yield measured(asked, name, at_work[PRODUCT], postmaster, seconds, 1, progress)


def measured(
    asked: Cases, name: str, server: Server, postmaster: int, seconds: int, connections: int, progress: str
) -> Sample:
    with asked.sending(name, server.name) as load:
        before = cpu.of_workers(server.master), cpu.of_postgres(postmaster)
        figures = send(load, server.port, seconds=seconds, connections=connections)
        after = cpu.of_workers(server.master), cpu.of_postgres(postmaster)
    worker, database = (
        (later - earlier) * 1000 / figures.requests for earlier, later in zip(before, after, strict=True)
    )
    rate = figures.requests / figures.seconds
    say(f"{progress}: {name}, {server.name}: {rate:.0f} requests/s, {worker:.2f} ms")
    return Sample(server.name, name, rate, figures.p50, figures.p95, figures.p99, worker, database)


def both_ways(asked: Cases, near: dict[str, Server], far: dict[str, Server], proxy: Far) -> Iterator[Journey]:
    """Each request of every server by one client, with its database near, and far away."""
    for name in asked.peers | asked.own:
        for server in near if name in asked.peers else [PRODUCT]:
            took, turns = [], 0
            for each in (near[server], far[server]):
                with asked.sending(name, server) as load:
                    turns = proxy.turns.value
                    took.append(send(load, each.port, seconds=2, connections=1))
                    turns = proxy.turns.value - turns
            journey = Journey(server, name, took[0].p50, took[1].p50, turns / took[1].requests)
            way = f"{journey.near:.1f} ms, {journey.far:.1f} ms with {journey.round_trips:.1f} round trips"
            say(f"{name}, {server}: {way}")
            yield journey
