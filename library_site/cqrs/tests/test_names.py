"""Every operation and every kind of refusal has a name of its own to be read."""

from collections import Counter

from library_site.cqrs import DomainError, Overtaken
from library_site.cqrs.operations import all_operations
from tests.test_architecture import every_error


def test_every_operation_has_a_title_of_its_own() -> None:
    titles = Counter(str(operation.title) for operation in all_operations())
    shared = [operation.name for operation in all_operations() if titles[str(operation.title)] > 1]
    assert not shared, f"Give each a title of its own, in its @handles: {', '.join(shared)}."


def test_every_refusal_says_why_in_short() -> None:
    lacking = sorted(kind.__name__ for kind in every_error() - {DomainError, Overtaken} if "short" not in vars(kind))
    assert not lacking, f"Add short = gettext_lazy(…) beside the code of each: {', '.join(lacking)}."
