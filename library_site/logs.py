"""What the log tells CloudWatch: metrics of operations and starts (embedded metric format), and values in words."""

import json
import logging
import sys
from time import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest

NAMESPACE = "Library"

dispatched: dict[str, None] = {}
"""The operations of the request that is answered, in their order; on Lambda, where a process answers one at a time."""


class OperationMetrics(logging.Handler):
    """Makes a metric of each record that telemetry.py logs: how long operations take, by how they end."""

    def emit(self, record: logging.LogRecord) -> None:
        fields = vars(record)
        try:
            dispatched[fields["operation"]] = None
            said = {name: fields[name] for name in ("operation", "outcome")}
            _put_metric("Duration", fields["duration_ms"], [["outcome"], ["operation", "outcome"]], **said)
        except Exception:  # noqa: BLE001 - what is carried out does not fail because it can't be counted
            self.handleError(record)


def as_text(value: Any) -> str:
    """What the log says of a value that JSON has no word for; of a request, not its query, which may name people."""
    return f"{value.method} {value.path}" if isinstance(value, HttpRequest) else str(value)


def count_cold_start(function: str, milliseconds: float) -> None:
    """How long a function took to start; how often one does is the number of samples."""
    _put_metric("ColdStart", milliseconds, [["service"], ["function"]], service="library", function=function)


def _put_metric(name: str, milliseconds: float, by: list[list[str]], **dimensions: str) -> None:
    """In the embedded metric format: CloudWatch makes a metric, which costs, by each list of dimensions.

    That is by the first only, unless DETAILED_METRICS: the others are as many metrics as there are values.
    """
    metrics = {
        "Namespace": NAMESPACE,
        "Dimensions": by if settings.DETAILED_METRICS else by[:1],
        "Metrics": [{"Name": name, "Unit": "Milliseconds"}],
    }
    about = {"Timestamp": int(time() * 1000), "CloudWatchMetrics": [metrics]}
    sys.stdout.write(json.dumps({"_aws": about, **dimensions, name: milliseconds}) + "\n")
