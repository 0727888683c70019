"""All that the scenes play on: step 0 and the product, each at work, and the functions of the topologies."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_urlsafe
from tempfile import TemporaryDirectory

from . import crud, library
from .crud import Crud
from .database import Database, database
from .library import Library
from .processes import Processes, clean, processes

TWO, FIVE = ("monolith", "dispatchers"), ("monolith", "dispatchers", "subdomain", "extracted", "separated")
LIBRARY = "library"


@dataclass(frozen=True)
class World:
    """Before and after; `event` is a function that takes events on the library itself, `days` are to be compared."""

    crud: Crud
    library: Library
    database: Database
    started: Processes
    topologies: tuple[str, ...]


@contextmanager
def world(*, all_topologies: bool = False, on_sqlite: bool = False) -> Iterator[World]:
    """The processes start side by side; when the context ends, none is left, nor any file."""
    with TemporaryDirectory(prefix="library-tour-") as name, processes(Path(name)) as started:
        folder, chosen = Path(name), FIVE if all_topologies else TWO
        before = crud.start(started, folder)
        with database(folder, on_sqlite=on_sqlite) as kept:
            environ, password = clean(**library.variables(kept, LIBRARY)), token_urlsafe(16)
            kept.create(LIBRARY)
            token = library.prepare(environ, password)
            for topology in chosen:
                kept.create(topology, like=LIBRARY)
            process, port = library.start(started, environ)
            after = Library(port, kept, LIBRARY, environ, token, password)
            try:
                ready = before.ready(started)
                started.wait_for("library", process, port)
                yield World(ready, after, kept, started, chosen)
            finally:
                started.end()  # before their database does
