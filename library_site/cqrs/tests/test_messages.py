"""Data is what a frozen dataclass is."""

from collections.abc import Callable
from dataclasses import FrozenInstanceError, asdict, replace
from typing import Any

import pytest

from library_site.cqrs import Data


class Lent(Data):
    title: str
    days: int = 28


class LentToSomebody(Lent):
    to: str


DUNE = LentToSomebody(to="Ann", title="Dune")


def test_its_fields_are_in_the_order_of_their_classes_whatever_order_they_are_given_in() -> None:
    assert repr(DUNE) == "LentToSomebody(title='Dune', days=28, to='Ann')"
    assert list(asdict(DUNE).values()) == list(vars(DUNE).values()) == ["Dune", 28, "Ann"]


def test_it_is_equal_to_what_is_of_its_class_and_has_its_values() -> None:
    assert len({DUNE, replace(DUNE), replace(DUNE, days=14), Lent(title="Dune")}) == 3
    assert replace(DUNE, days=14) != DUNE
    assert Lent(title="Dune") != vars(Lent(title="Dune"))


@pytest.mark.parametrize("given", [{}, {"days": 1}, {"title": "Dune", "day": 1}])
def test_it_takes_what_it_has_fields_for_and_no_less(given: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=r"Lent: missing fields \[.*\], unknown ones \[.*\]"):
        Lent(**given)


@pytest.mark.parametrize("change", [lambda: setattr(DUNE, "days", 1), lambda: delattr(DUNE, "days")])
def test_it_does_not_change(change: Callable[[], None]) -> None:
    with pytest.raises(FrozenInstanceError, match="days"):
        change()
