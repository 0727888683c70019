"""Numbers in the documentation come from commands."""

from deploy import costs
from tests.guard import ROOT


def test_the_costs_are_those_that_the_command_prints() -> None:
    assert costs.table() in (ROOT / "docs" / "deploying.md").read_text()
