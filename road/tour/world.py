"""All that the scenes play on: step 0 and the product, each at work, and the functions of the topologies."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_urlsafe
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from . import crud, library
from .crud import Crud
from .database import Database, database
from .library import Library
from .processes import Processes, clean, processes

if TYPE_CHECKING:
    from .functions import Deployment, RunningFunction

TWO, FIVE = ("monolith", "dispatchers"), ("monolith", "dispatchers", "subdomain", "extracted", "separated")
OF_THE_DAY = (
    *("RegisterUser", "AddNewBook", "BorrowBook", "PlaceReservation", "ReturnBook", "ReportMissingBook"),
    "GetMissingBooks",
)
"""The operations that each topology is asked for."""


@dataclass(frozen=True)
class World:
    """Before and after; a function that takes events on the library, and topologies, each on a library of its own."""

    crud: Crud
    library: Library
    function: "RunningFunction"
    deployments: "list[Deployment]"


@contextmanager
def world(*, all_topologies: bool = False, on_sqlite: bool = False) -> Iterator[World]:
    """The processes start side by side; when the context ends, none is left, nor any file."""
    with TemporaryDirectory(prefix="library-tour-") as name, processes(Path(name)) as started:
        before = crud.start(started, Path(name))
        with database(Path(name), on_sqlite=on_sqlite) as kept:
            try:
                after = _library(started, kept)
                function, deployments = _functions(started, after, FIVE if all_topologies else TWO)
                after = replace(after, token=library.prepare(after.password))
                for each in deployments:
                    kept.create(each.topology.name, like=after.name)
                    each.token = after.token
                started.wait_for("library", after.port)
                yield World(before.ready(started), after, function, deployments)
            finally:
                started.end()  # before their database does


def _library(started: Processes, kept: Database) -> Library:
    """It starts while its tables are made; nothing connects to the database before it is asked something."""
    kept.create("library")
    environ = clean(**library.variables(kept, "library"))
    library.set_up(environ)
    port = library.start(started, environ)
    return Library(port, kept, "library", environ, token_urlsafe(16))


def _functions(
    started: Processes, after: Library, chosen: tuple[str, ...]
) -> "tuple[RunningFunction, list[Deployment]]":
    """Those of the first two topologies start at once, the others when the day begins there."""
    from .functions import Deployment, RunningFunction, all_topologies  # noqa: PLC0415 - Django has its settings now

    known = all_topologies()
    function = RunningFunction(known["monolith"].production, "event", started, after.environ)
    function.warm()
    deployments = [
        Deployment(known[name], started, after.environ | {"DATABASE_URL": after.database.url(name)}) for name in chosen
    ]
    for each in deployments[:2]:
        each.warm(OF_THE_DAY)
    return function, deployments
