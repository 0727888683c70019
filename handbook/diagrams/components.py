"""Level 3 of C4: the rooms of the house, and which imports which."""

from collections.abc import Iterable, Iterator
from itertools import product

import grimp

from .graph import arrow, box, graph

ROOMS = {
    "desk": ("desk\nscans", ("circulation.desk",)),
    "pages": ("pages\na form or a list each", ("*.views", "*.forms", "*.labels", "*.statistics", "library_site.html")),
    "crud": ("crud\nthe legacy endpoints", ("*.crud",)),
    "records": ("records\nwhat an edit means", ("circulation.records",)),
    "admin": ("admin\nforms, actions", ("*.admin", "library_site.admin")),
    "rest": ("rest\nan action each", ("*.api", "circulation.statistics.api", "library_site.rest")),
    "shell": ("shell\nmanagement commands", ("*.management", "library_site.cqrs.management.commands")),
    "on_lambda": ("on_lambda\nmessages, events", ("library_site.on_lambda",)),
    "commands": ("commands\na module each", ("circulation.commands",)),
    "queries": ("queries\na module each", ("circulation.queries",)),
    "domain": ("domain\nrules, locks", ("circulation.domain",)),
    "reading": ("reading\nwhat queries share", ("circulation.reading",)),
    "models": ("models, policies, states", ("circulation.models", "circulation.policies", "circulation.states")),
    "catalog": (
        "catalog\nits commands, queries, domain, models",
        ("catalog.commands", "catalog.queries", "catalog.domain", "catalog.models", "catalog.policies"),
    ),
    "kernel": ("kernel\ndispatch(), journal, keys", ("library_site.cqrs", "library_site.statements")),
}
"""The boxes, from the doors down: what each is, and what is in it (`*`: of both apps)."""

DOORS = ("records", "pages", "rest", "shell", "on_lambda")
"""They are drawn side by side, though one of them needs no more than the kernel."""

APPS = ("catalog", "circulation")

Pair = tuple[str, str]


def components() -> str:
    return graph(
        "The rooms of the house; arrows are imports",
        [
            *(box(name, text) for name, (text, _) in ROOMS.items()),
            f"  {{rank=same; {'; '.join(DOORS)}}}",
            *(arrow(*pair) for pair in sorted(without_detours(imports()))),
        ],
    )


def imports() -> set[Pair]:
    """Which room imports which."""
    modules = grimp.build_graph("library_site", *APPS, cache_dir=None)
    pairs = {
        (room_of(importer), room_of(imported))
        for importer in modules.modules
        for imported in modules.find_modules_directly_imported_by(importer)
    }
    return {(importer, imported) for importer, imported in pairs if importer and imported and importer != imported}


def room_of(module: str) -> str:
    """The room that a module is in, by the longest of the names that it begins with; empty: in none, or a test."""
    if ".tests" in module:
        return ""
    fitting = [(len(prefix), room) for prefix, room in _prefixes() if f"{module}.".startswith(f"{prefix}.")]
    return max(fitting, default=(0, ""))[1]


def _prefixes() -> Iterator[Pair]:
    for room, (_, patterns) in ROOMS.items():
        yield from ((pattern.replace("*", app), room) for pattern, app in product(patterns, APPS))


def without_detours(pairs: Iterable[Pair]) -> set[Pair]:
    """The arrows that no other way leads along. Raises ValueError where arrows lead round in a circle."""
    arrows = set(pairs)
    further = {pair for pair in arrows if _leads(arrows - {pair}, *pair)}
    if circle := next((start for start, end in arrows if _leads(arrows, end, start)), None):
        raise ValueError(f"From {circle} arrows lead back to it: {sorted(arrows)}")
    return arrows - further


def _leads(arrows: set[Pair], start: str, end: str) -> bool:
    """Whether arrows lead from one to the other, however many."""
    reached, new = {start}, {start}
    while new:
        new = {after for before, after in arrows if before in new} - reached
        reached |= new
        if end in new:
            return True
    return False
