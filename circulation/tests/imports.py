"""Files that are imported by commands, as a page or a client of REST has them."""

from base64 import b64encode
from typing import Any

from circulation.commands import BeginImport, ContinueImport
from circulation.commands.continue_import import ImportContinued
from circulation.models import FileImport
from library_site.cqrs import dispatch
from tests.arranger import Arguments, Arranger
from tests.library import context

NOT_IN_MODEL = "It is of files; what it carries out is in the model."


def file_of(*lines: str, name: str = "list.csv", kind: str = "BOOKS") -> Arguments:
    """The arguments of BeginImport."""
    return {"kind": kind, "file_name": name, "content": b64encode("\n".join(lines).encode()).decode()}


def books(it: Arranger, number: int = 1) -> Arguments:
    """Of titles and authors that nobody has, in a library that has given a number already."""
    it.book()
    return file_of("Title,Author", *(f"{it.unique('Emma')},{it.unique('Ann')} Lee" for _ in range(number)))


def begun(it: Arranger, file: Arguments | None = None) -> Any:
    """The id of an import."""
    return it("BeginImport", **(file or books(it)))["import_id"]


def imported(it: Arranger, file: Arguments | None = None) -> Any:
    """That of one whose rows are done; they are no more than a step takes."""
    import_id = begun(it, file)
    it("ContinueImport", import_id=import_id, position=0)
    return import_id


def closed(it: Arranger, file: Arguments | None = None) -> Any:
    import_id = imported(it, file)
    it("CloseImport", import_id=import_id)
    return import_id


def newest() -> Any:
    """The id of the import that began last."""
    return FileImport.objects.values_list("pk", flat=True)[0]


def begin(*lines: str, **about: str) -> Any:
    return dispatch(BeginImport(**file_of(*lines, **about)), context()).import_id


def go_on(import_id: Any, position: int = 0) -> ImportContinued:
    return dispatch(ContinueImport(import_id=import_id, position=position), context())


def finish(import_id: Any) -> ImportContinued:
    """Step after step."""
    answer = go_on(import_id)
    while answer.state == "BEGUN":
        answer = go_on(import_id, answer.position)
    return answer
