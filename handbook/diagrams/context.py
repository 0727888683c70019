"""Level 1 of C4: who asks the library for what. The ways in are those that the journal knows."""

from deploy.topologies import SCHEDULES
from library_site.cqrs.texts import SOURCES

from .graph import arrow, box, graph

WHO = {
    "html": ("librarian", "the desk, pages"),
    "admin": ("librarian", "the admin"),
    "rest": ("programs", "REST"),
    "cli": ("operator", "the shell"),
    "lambda": ("events", "on AWS Lambda"),
}
"""Who comes by each of SOURCES, and to what."""

PEOPLE = {
    "reader": "Reader\nbrings card and books",
    "librarian": "Librarian\nlends, returns,\nkeeps the catalogue",
    "operator": "Operator\ndeploys it,\nlooks after it",
}


def context() -> str:
    asked: dict[str, list[str]] = {}
    for source in SOURCES:
        who, way = WHO[source]
        asked.setdefault(who, []).append(way)
    clock = "\n".join(each.name for each in SCHEDULES)
    return graph(
        "Who asks the library, and by which way",
        [
            *(box(name, text, "oval") for name, text in PEOPLE.items()),
            box("programs", "Other programs\nwith a token"),
            box("events", "Queues, the event bus"),
            box("clock", f"The clock, every day\n{clock}"),
            box("library", "The library system\ncommands and queries\nover one database"),
            "  {rank=same; reader; librarian}",
            arrow("reader", "librarian"),
            *(arrow(who, "library", ",\n".join(ways)) for who, ways in asked.items()),
            arrow("clock", "library", "cron, or EventBridge"),
        ],
        direction="LR",
    )
