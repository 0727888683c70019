"""How much somebody new reads to follow one borrow, and how crowded each folder is: `make bench-house`.

A borrow is walked in this process, on a database in memory, after one like it, so that what is made once has been made.
Only what runs in the project's own functions counts: no tests, no migrations, nothing that an import runs. A *function*
is what Python calls (of a file, by its qualified name), so a lambda and a comprehension are functions as well. There is
a *switch* wherever a call, or a generator that goes on, is in another file than the one before; a return is none.

*Lines read* are counted otherwise: a function or method is read whole, with its decorators and all that is nested in
it, and the module of BorrowBook from end to end.
"""

import ast
import inspect
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from itertools import pairwise
from pathlib import Path
from types import CodeType, FrameType
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.test.utils import setup_test_environment

from catalog.models import Book
from circulation.commands import BorrowBook
from library_site import cqrs
from library_site.on_lambda.entry import handler
from library_site.on_lambda.tests.events import LambdaContext, ask, queue
from tests.library import add_book, borrow, new_token, register
from tests.scans import borrower, scan

ROOT = Path(__file__).parent.parent.parent
APPS = ("catalog/", "circulation/")
KERNEL = Path(cqrs.__file__).parent.relative_to(ROOT)
NOT_READ = {"tests", "migrations"}
NOT_COUNTED = {*NOT_READ, "locale", "formats", "conftest.py", "__init__.py"}
MOST_MODULES, MOST_IN_KERNEL, MOST_LINES = 12, 20, 150
"""How many modules a folder may hold, and the kernel; how many lines one borrow may take to read."""

Door = Callable[[Book, UUID], Any]
"""Lends a book to a person."""

Part = tuple[str, str, range]
"""What is read together: its file, its name, its lines."""


def doors() -> dict[str, Door]:
    """The ways to BorrowBook that are walked, for one who may do everything."""
    user = User.objects.create_superuser("librarian")
    rest = Client(headers={"Authorization": f"Token {new_token(user)}"})
    desk = Client()
    desk.force_login(user)

    def by_queue(book: Book, user_id: UUID) -> None:
        batch = queue(ask("BorrowBook", book_id=book.pk, user_id=user_id))
        batch["Records"][0]["messageId"] = str(uuid4())
        handler(batch, LambdaContext())

    return {
        "REST": lambda book, user: rest.post(f"/api/book/{book.pk}/borrow", {"user_id": user}, "application/json"),
        "A scan at the desk": lambda book, user: scan(desk, book.barcode, user),
        "A queue's message": by_queue,
    }


def walk(door: Door) -> list[CodeType]:
    """What one borrow enters, in its order: an available book, a verified person who has other books."""
    user_id = register(verified=True)
    for _ in range(2):
        book = Book.objects.get(pk=add_book())
        entered = _entered(door, book, user_id)
        if borrower(book.pk) != user_id:
            sys.exit("The book was not lent: there is nothing to measure.")
    return entered


def _entered(door: Door, book: Book, user_id: UUID) -> list[CodeType]:
    entered: list[CodeType] = []

    def note(frame: FrameType, event: str, _: Any) -> None:
        code = frame.f_code  # that of a module or of a class's body is not optimised
        if event == "call" and code.co_flags & inspect.CO_OPTIMIZED and _is_ours(code.co_filename):
            entered.append(code)

    with redirect_stdout(StringIO()):  # metrics
        sys.setprofile(note)
        door(book, user_id)
        sys.setprofile(None)
    return entered


@cache
def _is_ours(file: str) -> bool:
    path = _in_root(file)
    return path.startswith((*APPS, "library_site/")) and NOT_READ.isdisjoint(path.split("/"))


def _in_root(file: str) -> str:
    return file.removeprefix(f"{ROOT}/")


def parts_of_a_borrow() -> list[Part]:
    """What is read to know all that the library itself does when a book is lent, the longest first."""
    home = inspect.getfile(BorrowBook)
    entered = walk(lambda book, user_id: borrow(book.pk, user_id))
    ours = [code for code in entered if _in_root(code.co_filename).startswith(APPS) and code.co_filename != home]
    module = (home, "the whole module", range(1, len(Path(home).read_text().splitlines()) + 1))
    return sorted({module, *map(_whole, ours)}, key=lambda part: (-len(part[2]), part[0], part[2].start))


def _whole(code: CodeType) -> Part:
    """The function or method that it is, or that it is nested in; at the top of a module, the statement."""
    body = ast.parse(Path(code.co_filename).read_text()).body
    while True:
        node = next(each for each in body if code.co_firstlineno in _lines(each))
        if not isinstance(node, ast.ClassDef):
            return code.co_filename, code.co_qualname.partition(".<locals>")[0], _lines(node)
        body = node.body


def _lines(node: ast.stmt) -> range:
    """Its lines, from its first decorator."""
    first = min(each.lineno for each in (node, *getattr(node, "decorator_list", [])))
    return range(first, (node.end_lineno or first) + 1)


def modules() -> Counter[Path]:
    """How many modules are in each folder itself."""
    listed = subprocess.check_output(["/usr/bin/env", "git", "ls-files", "*.py"], cwd=ROOT, text=True)
    paths = map(Path, listed.splitlines())
    return Counter(path.parent for path in paths if NOT_COUNTED.isdisjoint(path.parts))


def _remark(folder: Path, count: int) -> str:
    if folder.name in {"commands", "queries"} and folder.parent.name != "management":
        return "a list of operations"
    most = MOST_IN_KERNEL if folder == KERNEL else MOST_MODULES
    return f"more than {most}" if count > most else ""


def _figures(entered: list[CodeType]) -> tuple[int, int, int]:
    """Files, functions, switches."""
    files = [code.co_filename for code in entered]
    functions = {(code.co_filename, code.co_qualname) for code in entered}
    return len(set(files)), len(functions), sum(before != now for before, now in pairwise(files))


def main() -> None:
    setup_test_environment()  # so that the desk's answer can be looked into
    call_command("migrate", verbosity=0)
    print("Modules at the top of each folder\n")
    for folder, count in sorted(modules().items(), key=lambda item: (-item[1], item[0])):
        print(f"{count:5}  {folder!s:36}{_remark(folder, count)}".rstrip())
    print(f"\nOne borrow walked\n\n{'':20}{'files':>10}{'functions':>10}{'switches':>10}")
    for name, door in doors().items():
        print(f"{name:20}" + "".join(f"{number:10}" for number in _figures(walk(door))))
    print("\nLines read for one borrow\n")
    for file, name, lines in (parts := parts_of_a_borrow()):
        print(f"{len(lines):5}  {f'{_in_root(file)}:{lines.start}-{lines[-1]}':50}{name}")
    total = sum(len(lines) for _, _, lines in parts)
    print(f"{total:5}  in all" + (f", more than {MOST_LINES}" if total > MOST_LINES else ""))
