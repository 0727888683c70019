"""A function's log: each line is JSON, whatever is logged; and what CloudWatch counts by."""

import io
import json
import logging
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from logging.config import DictConfigurator
from typing import Any
from uuid import UUID

import pytest
from django.test import RequestFactory

from library_site import logs


@pytest.fixture
def written() -> io.BytesIO:
    return io.BytesIO()


@pytest.fixture
def logger(settings: Any, written: io.BytesIO) -> logging.Logger:
    """A logger as on Lambda, whose lines are written as those to standard error are."""
    handler = logging.StreamHandler(io.TextIOWrapper(written, "utf-8", errors="backslashreplace"))
    configurator = DictConfigurator({"json": settings.JSON})
    handler.setFormatter(configurator.configure_formatter(configurator.config["json"]))
    logger = logging.Logger("library.tests")  # noqa: LOG001 - none that pytest listens to
    logger.addHandler(handler)
    return logger


def line(written: io.BytesIO) -> dict[str, Any]:
    """What the only line says."""
    text, rest = written.getvalue().split(b"\n")
    assert rest == b""
    fields: dict[str, Any] = json.loads(text)
    return fields


def test_a_line_says_when_how_bad_where_and_what(logger: logging.Logger, written: io.BytesIO, settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Warsaw"

    logger.warning("%s was %d days late", "Emma", 3, extra={"code": "late"})

    fields = line(written)
    when = datetime.fromisoformat(fields["timestamp"])
    assert when.utcoffset() == timedelta(0), "wherever the library is"
    assert abs(when - datetime.now(UTC)) < timedelta(minutes=1)
    assert (fields["level"], fields["message"], fields["code"]) == ("WARNING", "Emma was 3 days late", "late")
    assert fields["service"] == "library"


ODD: dict[str, tuple[Any, Any]] = {
    "an id": (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    "an instant": (datetime(2026, 11, 23, 12, tzinfo=UTC), "2026-11-23 12:00:00+00:00"),
    "an exception": (ValueError("no"), "no"),
    "half a character": ("half \ud800", "half \ud800"),
    "bytes": (b"\xff", r"b'\xff'"),
    "a decimal": (Decimal("1.10"), "1.10"),
    "a tuple": ((1, "a"), [1, "a"]),
    "a class": (Decimal, "<class 'decimal.Decimal'>"),
    "lines": ("a\nb\r\u2028\u0000\x1b[0m", "a\nb\r\u2028\u0000\x1b[0m"),
}


@pytest.mark.parametrize(("value", "text"), ODD.values(), ids=ODD)
def test_whatever_is_logged_is_one_line_of_json(
    logger: logging.Logger, written: io.BytesIO, value: Any, text: Any
) -> None:
    logger.info("Odd: %s", value, extra={"odd": value})

    assert line(written)["odd"] == text
    assert line(written)["message"] == f"Odd: {value}"


def test_an_exception_is_told_on_the_same_line(logger: logging.Logger, written: io.BytesIO) -> None:
    try:
        raise ValueError("no\nbook")
    except ValueError:
        logger.exception("It failed")

    fields = line(written)
    assert fields["exception"].startswith("Traceback (most recent call last):\n")
    assert fields["exception"].endswith("ValueError: no\nbook")
    assert fields["exception_name"] == "ValueError"


def test_a_message_cannot_pass_for_fields_of_the_line(logger: logging.Logger, written: io.BytesIO) -> None:
    logger.info('{"level": "ERROR", "request_id": "forged"}')

    fields = line(written)
    assert fields["level"] == "INFO"
    assert "request_id" not in fields


def test_of_a_request_the_query_is_not_told_for_it_may_name_people(logger: logging.Logger, written: io.BytesIO) -> None:
    request = RequestFactory().get("/api/user/search?q=ann@example.org")

    logger.warning("Not Found: %s", request.path, extra={"status_code": 404, "request": request})

    fields = line(written)
    assert (fields["status_code"], fields["request"]) == (404, "GET /api/user/search")
    assert b"ann" not in written.getvalue()


# Metrics


def record(**fields: Any) -> logging.LogRecord:
    return logging.makeLogRecord(fields)


DETAILS = {False: [["outcome"]], True: [["outcome"], ["operation", "outcome"]]}


@pytest.mark.parametrize(("detailed", "by"), DETAILS.items())
def test_an_operation_is_counted_in_the_embedded_metric_format(
    capsys: pytest.CaptureFixture[str], settings: Any, detailed: bool, by: list[list[str]]
) -> None:
    settings.DETAILED_METRICS = detailed
    about = {"operation": "BorrowBook", "outcome": "REFUSED", "code": "user_suspended", "actor": "user:1"}

    logs.OperationMetrics().handle(record(**about, duration_ms=12.5))

    (text,) = capsys.readouterr().out.splitlines()
    metric = json.loads(text)
    about_metrics = metric.pop("_aws")
    assert metric == {"operation": "BorrowBook", "outcome": "REFUSED", "Duration": 12.5}
    assert set(about_metrics) == {"Timestamp", "CloudWatchMetrics"}
    assert abs(about_metrics["Timestamp"] / 1000 - datetime.now(UTC).timestamp()) < 60
    assert about_metrics["CloudWatchMetrics"] == [
        {
            "Namespace": "Library",
            "Dimensions": by,
            "Metrics": [{"Name": "Duration", "Unit": "Milliseconds"}],
        }
    ]


def test_what_cannot_be_counted_fails_nothing_but_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    logs.OperationMetrics().handle(record(operation="BorrowBook"))

    output = capsys.readouterr()
    assert output.out == ""
    assert "KeyError" in output.err
