"""Every operation and every refusal has a name to be read, and none has one that is not there."""

from itertools import chain

from library_site.cqrs import Conflict, DomainError, IdempotencyKeyReused, NotAllowed
from library_site.cqrs.errors import StillReferenced
from library_site.cqrs.names import REFUSALS, TITLES
from library_site.cqrs.operations import all_operations


def test_every_operation_has_a_title_of_its_own() -> None:
    assert set(TITLES) == {operation.name for operation in all_operations()}
    assert len({str(title) for title in TITLES.values()}) == len(TITLES)


def test_every_refusal_says_why_in_short() -> None:
    kernel: set[type[DomainError]] = {Conflict, IdempotencyKeyReused, NotAllowed, StillReferenced}
    declared = set(chain.from_iterable(operation.refusals for operation in all_operations()))
    assert set(REFUSALS) == {refusal.code for refusal in declared | kernel}
