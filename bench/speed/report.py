"""What was measured, as tables in Markdown: printed, and written into docs/performance.md."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from string import Template

from bench.speed.results import LONGEST, Growth, Journey, Sample, Speed, Where, kept, middle
from bench.speed.servers import BY_GUNICORN, DRF, FASTAPI, FLOOR, PRODUCT, ROOT

PAGE = ROOT / "docs" / "performance.md"
TEMPLATE = Path(__file__).with_name("performance.md")

PEERS = (DRF, FASTAPI)
COMMANDS = {"speed": "make bench", "growth": "make bench-growth", "where": "make bench-where"}


def page() -> str:
    """The page, of what was kept last. Exits if something was never measured."""
    speed, grown, found = kept("speed", Speed), kept("growth", Growth), kept("where", list[Where])
    if speed is None or grown is None or found is None:
        sys.exit(f"What the page says is measured first: {', '.join(COMMANDS.values())}.")
    return Template(TEMPLATE.read_text()).substitute(
        date=speed.date,
        machine=speed.machine,
        versions=speed.versions,
        books=f"{speed.books:,}",
        rounds=speed.rounds,
        seconds=speed.seconds,
        speed=text(rates(speed)),
        alone=text(alone(speed)),
        distance=f"{speed.distance:.2f}",
        journeys=text(journeys(speed.journeys)),
        grown_date=grown.date,
        growth=text(growth(grown)),
        where=text(where(found)),
    )


def text(lines: Iterable[str]) -> str:
    return "\n".join(lines).strip()


def whole(speed: Speed) -> Iterator[str]:
    """All that `make bench` prints."""
    yield from (
        *rates(speed),
        *alone(speed),
        f"\nAt {speed.distance:.2f} ms from the database\n",
        *journeys(speed.journeys),
    )


def rates(speed: Speed) -> Iterator[str]:
    """Of each request that all are asked, each server's figures; and its rate as a part of each peer's."""
    parts = ("of the floor, same server", *(f"of {name}" for name in PEERS))
    headings = ("requests/s", *parts, "p50 ms", "p99 ms", "worker CPU ms", "database CPU ms")
    for case, found in medians(speed).items():
        if len(found) > 1:
            yield from (f"\n{case}\n", *table((case, *headings), (_rates(each, found) for each in found.values())))


def _rates(of: Sample, found: dict[str, Sample]) -> list[str]:
    floor = FLOOR if of.server in (PRODUCT, FLOOR) else FLOOR + BY_GUNICORN
    parts = [of.rate / found[name].rate for name in (floor, *PEERS)]
    figures = [*parts, of.p50, of.p99, of.worker_cpu, of.database_cpu]
    return [of.server, f"{of.rate:.0f}", *(f"{figure:.2f}" for figure in figures)]


def alone(speed: Speed) -> Iterator[str]:
    """What the library alone is asked, by one client."""
    found = [found[PRODUCT] for found in medians(speed).values() if len(found) == 1]
    rows = ((each.case, *_milliseconds(each.p50, each.p95, each.worker_cpu, each.database_cpu)) for each in found)
    yield from ("", *table(("", "p50 ms", "p95 ms", "worker CPU ms", "database CPU ms"), rows))


def medians(speed: Speed) -> dict[str, dict[str, Sample]]:
    """Of the rounds, by the kind of request and the server."""
    rounds: dict[str, dict[str, list[Sample]]] = {}
    for each in speed.samples:
        rounds.setdefault(each.case, {}).setdefault(each.server, []).append(each)
    return {case: {name: middle(each) for name, each in found.items()} for case, found in rounds.items()}


def journeys(made: Iterable[Journey]) -> Iterator[str]:
    rows = ((each.case, each.server, *_milliseconds(each.near, each.far), f"{each.round_trips:.1f}") for each in made)
    yield from table(("", "", "near, p50 ms", "1 ms away, p50 ms", "round trips"), rows)


def growth(grown: Growth) -> Iterator[str]:
    """Each thing at each size, and how many times as long it takes in the largest as in the smallest."""
    rows = ((name, *map(_or_given_up, took), f"{took[-1] / took[0]:.1f}") for name, took in grown.p50.items())
    yield from table(("p50 ms", *(f"{size:,} books" for size in grown.sizes), "factor"), rows)


def _or_given_up(took: float) -> str:
    return "given up" if took >= LONGEST else _milliseconds(took)[0]


def where(found: list[Where]) -> Iterator[str]:
    """Of each kind of request, in percent: for what, and whose code."""
    headings = [each.case for each in found]
    for heading, parts in (("for what", [e.purposes for e in found]), ("whose code", [e.code for e in found])):
        names = sorted(set().union(*parts), key=lambda name: -sum(each.get(name, 0) for each in parts))
        rows = ((name, *(f"{each.get(name, 0):.0%}" for each in parts)) for name in names)
        yield from ("", *table((heading, *headings), rows))
    yield from ("", *table(("", *headings), [("CPU ms", *_milliseconds(*(each.cpu for each in found)))]))


def _milliseconds(*figures: float) -> list[str]:
    return [f"{figure:.1f}" if figure >= 10 else f"{figure:.2f}" for figure in figures]


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """The first column is words, all others are figures."""
    first, *others = headings
    yield f"| {' | '.join((first, *others))} |"
    yield f"|---|{'---:|' * len(others)}"
    yield from (f"| {' | '.join(cells)} |" for cells in rows)
