"""What was measured, as tables."""

from collections.abc import Iterable, Iterator

from bench.speed.results import Sample, Speed, middle

HEADINGS = ("", "requests/s", "p50 ms", "p95 ms", "p99 ms", "worker CPU ms", "database CPU ms")


def print_speed(speed: Speed) -> None:
    for line in tables(speed):
        print(line)


def tables(speed: Speed) -> Iterator[str]:
    """Of each request, each server's figures, and the library's rate as a part of each."""
    for case in dict.fromkeys(each.case for each in speed.samples):
        of_case = [each for each in speed.samples if each.case == case]
        found = [
            middle(each for each in of_case if each.server == name) for name in dict.fromkeys(s.server for s in of_case)
        ]
        yield from (f"\n{case}\n", *table((*HEADINGS, "library / this"), rows(found)))


def rows(found: list[Sample]) -> Iterator[list[str]]:
    for each in found:
        figures = [each.p50, each.p95, each.p99, each.worker_cpu, each.database_cpu, found[0].rate / each.rate]
        yield [each.server, f"{each.rate:.0f}", *(f"{figure:.2f}" for figure in figures)]


def table(headings: Iterable[str], body: Iterable[Iterable[str]]) -> Iterator[str]:
    """In Markdown."""
    headings = [*headings]
    yield f"| {' | '.join(headings)} |"
    yield f"|{' --- |' * len(headings)}"
    yield from (f"| {' | '.join(cells)} |" for cells in body)
