"""Log records as JSON, one a line; those that carry a metric, in CloudWatch's embedded metric format.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import logging
from datetime import UTC, datetime
from typing import Any

import msgspec

NAMESPACE = "Library"

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

# What stands on every line while it is set: the function and the request that it works on.
invocation: dict[str, Any] = {}


class JsonFormatter(logging.Formatter):
    """Everything that a record says; `extra` values as fields of their own.

    An extra `metrics` ({field: unit}) with `dimensions` ([field, ...]) makes metrics of those fields.
    """

    def format(self, record: logging.LogRecord) -> str:
        fields = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        metrics, dimensions = fields.pop("metrics", None), fields.pop("dimensions", [])
        line = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **invocation,
            **fields,
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        if metrics:
            line["_aws"] = _embedded_metrics(record, metrics, dimensions)
        return msgspec.json.encode(line, enc_hook=str).decode()


def _embedded_metrics(record: logging.LogRecord, metrics: dict[str, str], dimensions: list[str]) -> dict[str, Any]:
    named = [{"Name": name, "Unit": unit} for name, unit in metrics.items()]
    return {
        "Timestamp": int(record.created * 1000),
        "CloudWatchMetrics": [{"Namespace": NAMESPACE, "Dimensions": [dimensions], "Metrics": named}],
    }
