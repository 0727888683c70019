"""Log records as JSON, one a line; those that carry a metric, in CloudWatch's embedded metric format.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import logging
from datetime import UTC, datetime
from typing import Any

import msgspec

NAMESPACE = "Library"

# What logging says of every record, of which we choose; and Django's request, whose address may say whom it is about.
_LEFT_OUT = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "request"}

# What stands on every line while it is set: the function and the request that it works on.
invocation: dict[str, Any] = {}


class JsonFormatter(logging.Formatter):
    """Everything that a record says; `extra` values as fields of their own. Never fails, whatever they are.

    An extra `metrics` ({field: unit}) with `dimensions` ([field, ...]) makes metrics of those fields.
    """

    def format(self, record: logging.LogRecord) -> str:
        fields = {name: value for name, value in vars(record).items() if name not in _LEFT_OUT}
        metrics, dimensions = fields.pop("metrics", None), fields.pop("dimensions", [])
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
            **invocation,
            **fields,
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            line["stack"] = record.stack_info
        if isinstance(metrics, dict):
            line["_aws"] = _embedded_metrics(record, metrics, dimensions)
        return msgspec.json.encode({name: _encoded(value) for name, value in line.items()}).decode()


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001 - arguments that don't fit: better an ugly line than none
        return f"{_text(record.msg)} {_text(record.args)}"


def _encoded(value: Any) -> msgspec.Raw:
    """The value as JSON; what can't be (half a character, a circle) as text."""
    try:
        return msgspec.Raw(msgspec.json.encode(value, enc_hook=_text))
    except Exception:  # noqa: BLE001 - whatever it is, the other fields are worth a line
        return msgspec.Raw(msgspec.json.encode(_text(value)))


def _text(value: Any) -> str:
    try:
        return str(value).encode(errors="backslashreplace").decode()
    except Exception:  # noqa: BLE001 - an object that can't say what it is
        return f"<{type(value).__name__}>"


def _embedded_metrics(record: logging.LogRecord, metrics: dict[str, str], dimensions: list[str]) -> dict[str, Any]:
    named = [{"Name": name, "Unit": unit} for name, unit in metrics.items()]
    return {
        "Timestamp": int(record.created * 1000),
        "CloudWatchMetrics": [{"Namespace": NAMESPACE, "Dimensions": [dimensions], "Metrics": named}],
    }
