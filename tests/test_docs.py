"""Numbers in the documentation come from commands."""

import json
import logging
from typing import Any

import pytest

from deploy import costs
from library_site import logs
from library_site.cqrs.operations import all_operations
from tests.guard import ROOT


def test_the_costs_are_those_that_the_command_prints() -> None:
    page = (ROOT / "docs" / "deploying.md").read_text()
    assert [table for table in costs.tables() if table not in page] == []


def test_to_look_at_the_library_costs_less_than_to_have_it() -> None:
    """By default; and the database is the most of it, as long as there are not millions of requests."""
    for requests in costs.REQUESTS:
        spent = costs.costs(requests)
        assert spent["Metrics"] < spent["Database"] / 2
        if requests <= 100_000:
            assert spent["Database"] > sum(spent.values()) / 2


def test_what_is_counted_by_default_are_as_many_metrics_as_are_paid_for(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever the operations and functions are."""
    for operation in all_operations():
        for outcome in ("ANSWERED", "CARRIED_OUT", "REFUSED", "FAILED"):
            fields = {"operation": operation.name, "outcome": outcome, "duration_ms": 1}
            logs.OperationMetrics().handle(logging.makeLogRecord(fields))
    for function in ("library-production", "library-commands"):
        logs.count_cold_start(function, 1)

    metrics = {each for line in capsys.readouterr().out.splitlines() for each in _metrics(json.loads(line))}
    assert len(metrics) == costs.METRICS


def _metrics(record: dict[str, Any]) -> list[tuple[str, ...]]:
    """What CloudWatch makes of a record: a metric by its name and the values of its dimensions."""
    (directive,) = record["_aws"]["CloudWatchMetrics"]
    (metric,) = directive["Metrics"]
    return [(metric["Name"], *(record[name] for name in names)) for names in directive["Dimensions"]]
