"""What an operation has to have, part by part: whatever it lacks is said in one sentence, with where it goes."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

from circulation.commands import BorrowBook
from circulation.states import MACHINES
from deploy.generated import SETTINGS
from library_site.cqrs import Actor
from library_site.cqrs.ids import uuid7
from library_site.cqrs.operations import RegisteredOperation, all_operations
from library_site.navigation import all_tasks
from tests import model_commands
from tests.declared import Declared, declaration_of, file_of
from tests.doors import fault, missing, page, rest_task
from tests.german import TO_TRANSLATE, untranslated
from tests.measures import moves_declared, moves_made, statements
from tests.model import Copy, Person, Policy
from tests.model_check import Both
from tests.model_steps import choices, steps

Part = Callable[[RegisteredOperation], Any]


def title(operation: RegisteredOperation) -> None:
    if not isinstance(operation.title, Promise):
        missing(operation, "title that can be translated", "give @handles a title, and `make translations`", 1)


def words_of_refusals(operation: RegisteredOperation) -> None:
    """Those of its own: what is not said is the base's."""
    for kind in operation.refusals:
        if lacking := [name for name in ("code", "short") if name not in vars(kind)]:
            where = f"say in {kind.__module__} what programs and people read for it"
            missing(operation, f"{' and '.join(lacking)} of {kind.__name__}", where, 1)


def german(operation: RegisteredOperation) -> None:
    """Of its title, of its refusals in short, and of all that is said in its module, on its page and in its table."""
    said = [operation.title, *(getattr(kind, "short", "") for kind in operation.refusals)]
    files = [f"{operation.handler.__module__.replace('.', '/')}.py"]
    for shown in (each for group in all_tasks().values() for each in group if each.operation is operation):
        view = shown.view
        said += [shown.name, shown.purpose, *(getattr(view, name, "") for name in ("lead", "button", "empty"))]
        said += [field.label for field in view.form_class.base_fields.values()]
        files.append(f"templates/{getattr(view, 'table', '')}")
    with translation.override("en"):
        texts = [str(text) for text in said if isinstance(text, Promise)]
    if lacking := untranslated(texts, files):
        missing(operation, f"German for {', '.join(f'“{text}”' for text in lacking)}", TO_TRANSLATE, 4)


def picture_of_its_moves(operation: RegisteredOperation) -> None:
    drawn = (settings.BASE_DIR / "docs" / "states.md").read_text()
    if operation.name not in drawn and any(operation.name in by for each in MACHINES for by in each.moves.values()):
        missing(operation, "place in docs/states.md", "`make states` draws it", 2)


def place_in_the_topologies(operation: RegisteredOperation) -> None:
    if operation.slug not in json.loads(SETTINGS.read_text()):
        missing(operation, "function on Lambda", "`make topologies` gives it one", 2)


def declaration(operation: RegisteredOperation) -> Declared:
    found = declaration_of(operation)
    if found is None:
        like = "test_get_hold_shelf.py" if operation.is_query else "test_renew_loan.py"
        missing(operation, "declaration for the tests", f"add DECLARED in {file_of(operation)}, as in {like}", 5)
    return found


def refusals(operation: RegisteredOperation) -> None:
    """Each kind that the operation declares is reached by a history."""
    reached = {each.kind for each in declaration(operation).refusals}
    if lacking := [kind.__name__ for kind in operation.refusals if kind not in reached]:
        where = f"add refused({lacking[0]}, …) to refusals= of DECLARED in {file_of(operation)}"
        missing(operation, f"history that leads to {' or '.join(lacking)}", where, 5)
    if strange := reached - set(operation.refusals):
        names = ", ".join(kind.__name__ for kind in strange)
        pytest.fail(f"{operation.name} does not refuse by {names}: see {file_of(operation)}.", pytrace=False)


def number_of_statements(operation: RegisteredOperation) -> None:
    """As many as are declared; else the measured number is said, and what they are."""
    found = declaration(operation)
    said = statements(found.message())
    if found.statements != len(said):
        where = f"say statements={len(said)} in DECLARED of {file_of(operation)}, once you have read them"
        pytest.fail("\n".join([f"{operation.name} takes {len(said)} statements: {where}:", *said]), pytrace=False)


def moves(operation: RegisteredOperation) -> None:
    """What a command may do to books, loans, reservations and people, its histories do."""
    found = declaration(operation)
    if not operation.is_query and (lacking := moves_declared(found) - moves_made(found)):
        listed = "; ".join(f"a {thing} from {before} to {after}" for thing, before, after in sorted(lacking))
        where = f"add one to moves= of DECLARED in {file_of(operation)}, or take the move out of its @moves"
        missing(operation, f"history that moves {listed}", where, 5)


def question_to_a_large_library(operation: RegisteredOperation) -> None:
    if operation.is_query and not declaration(operation).large:
        where = f"say what is common there and what is rare, by large= of DECLARED in {file_of(operation)}"
        missing(operation, "question to the large library", where, 5)


def model(operation: RegisteredOperation) -> None:
    """The model foretells what a command does, and takes it for a step; it answers a query; or it need not."""
    if operation.is_query:
        if not asked_of_the_model(operation) and not declaration(operation).not_in_model:
            where = f"add one in tests/model_queries.py, or say not_in_model= in {file_of(operation)}"
            missing(operation, "answer of the model", where, 5)
        return
    if declaration(operation).not_in_model:
        return
    model_commands.known(operation.message)
    if not (taken := [each for each in steps() if each.command is operation.message]):
        where = f"say step=about(…) in DECLARED of {file_of(operation)}, or add a @step in tests/model_steps.py"
        missing(operation, "step in the model", where, 5)
    for each in taken:
        choices(each)


def asked_of_the_model(operation: RegisteredOperation) -> bool:
    """Whether the model is asked the query, of a library with a book and a person."""
    both = Both(Policy(), Actor.system("cli"))
    copy = Copy(uuid7(), "Emma", "9780141439587", "Jane Austen", "")
    person = Person(uuid7(), "Ann Lee", "ann@example.org", "")
    both.library.copies[copy.id], both.library.people[person.id] = copy, person
    both.library.authors["jane austen"] = uuid7(), copy.author
    asked = both.questions(BorrowBook(book_id=copy.id, user_id=person.id))
    return any(isinstance(query, operation.message) for query, _ in asked)


PARTS: dict[str, Part] = {
    "title": title,
    "words of refusals": words_of_refusals,
    "states": picture_of_its_moves,
    "German": german,
    "REST task": rest_task,
    "topologies": place_in_the_topologies,
    "page": page,
    "declaration": declaration,
    "refusals": refusals,
    "statements": number_of_statements,
    "moves": moves,
    "large library": question_to_a_large_library,
    "model": model,
}


def say(*parts: str) -> None:
    """Fail by saying of which operations one of these parts is missing; each suite does so of what it needs."""
    faults = [fault(PARTS[part], each) for part in parts for each in all_operations()]
    if lines := dict.fromkeys(filter(None, faults)):
        pytest.fail("\n".join(lines), pytrace=False)
