"""What the log tells CloudWatch: metrics of operations and starts (embedded metric format), and values in words."""

import logging
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit, single_metric
from django.http import HttpRequest

NAMESPACE = "Library"


class OperationMetrics(logging.Handler):
    """Makes a metric of each record that telemetry.py logs: how long operations take, by operation and outcome."""

    def emit(self, record: logging.LogRecord) -> None:
        fields = vars(record)
        try:
            _put_metric("Duration", fields["duration_ms"], operation=fields["operation"], outcome=fields["outcome"])
        except Exception:  # noqa: BLE001 - what is carried out does not fail because it can't be counted
            self.handleError(record)


def as_text(value: Any) -> str:
    """What the log says of a value that JSON has no word for; of a request, not its query, which may name people."""
    return f"{value.method} {value.path}" if isinstance(value, HttpRequest) else str(value)


def count_cold_start(function: str, milliseconds: float) -> None:
    """How long a function took to start; how often it does is the number of samples."""
    _put_metric("ColdStart", milliseconds, function=function)


def _put_metric(name: str, milliseconds: float, **dimensions: str) -> None:
    with single_metric(name, MetricUnit.Milliseconds, milliseconds, namespace=NAMESPACE) as metric:
        for dimension, value in dimensions.items():
            metric.add_dimension(dimension, value)
