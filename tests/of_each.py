"""A test of many that are alike and need no arrangement, in one, which names each that fails."""

from collections.abc import Callable, Mapping
from typing import TypeVar

import pytest

T = TypeVar("T")


def of_each(named: Mapping[str, T]) -> Callable[[Callable[[T], None]], Callable[[], None]]:
    """Instead of parametrize(), where a test of each would take longer to be begun than to be run."""

    def decorate(test: Callable[[T], None]) -> Callable[[], None]:
        def test_all() -> None:
            faults = {}
            for name, each in named.items():
                try:
                    test(each)
                except (AssertionError, pytest.fail.Exception) as fault:
                    faults[name] = fault
            if faults:
                pytest.fail("\n".join(f"{name}: {fault}" for name, fault in faults.items()), pytrace=False)

        test_all.__name__, test_all.__qualname__ = test.__name__, test.__qualname__
        test_all.__doc__, test_all.__module__ = test.__doc__, test.__module__
        return test_all

    return decorate
