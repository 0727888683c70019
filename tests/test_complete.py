"""Each operation has all that an operation has: begin here when you have added one (docs/how-to/command.md)."""

import pytest

from library_site.cqrs.operations import RegisteredOperation, all_operations
from tests import complete
from tests.declared import declaration_of
from tests.doors import fault
from tests.measures import a_library_of_its_own

pytestmark = pytest.mark.django_db

NEED_DECLARATION = ("refusals", "statements", "moves", "large library")
"""Of an operation that is not declared, it is said once."""


@pytest.mark.parametrize("operation", all_operations(), ids=lambda operation: operation.name)
def test_an_operation_has(operation: RegisteredOperation) -> None:
    faults = []
    for name, part in complete.PARTS.items():
        if name not in NEED_DECLARATION or declaration_of(operation):
            with a_library_of_its_own():
                faults.append(fault(part, operation))
    if lacking := list(filter(None, faults)):
        pytest.fail("\n".join(lacking), pytrace=False)
