"""What CloudWatch counts, told through the log (embedded metric format): operations, and functions' starts."""

import logging

from aws_lambda_powertools.metrics import MetricUnit, single_metric

NAMESPACE = "Library"


class OperationMetrics(logging.Handler):
    """Makes a metric of each record that telemetry.py logs: how long operations take, by operation and outcome."""

    def emit(self, record: logging.LogRecord) -> None:
        said = vars(record)
        _tell("Duration", said["duration_ms"], operation=said["operation"], outcome=said["outcome"])


def cold_start(function: str, milliseconds: float) -> None:
    """How long a function took to start; how often it does is the number of samples."""
    _tell("ColdStart", milliseconds, function=function)


def _tell(name: str, milliseconds: float, **dimensions: str) -> None:
    with single_metric(name, MetricUnit.Milliseconds, milliseconds, namespace=NAMESPACE) as metric:
        for dimension, value in dimensions.items():
            metric.add_dimension(dimension, value)
