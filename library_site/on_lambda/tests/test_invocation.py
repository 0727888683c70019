"""What surrounds every event: its deadline, its connections, its log fields."""

import io
import json
import logging
import signal
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from logging.config import DictConfigurator
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import translation

from catalog.models import Author
from library_site.on_lambda import START_MS
from library_site.on_lambda.deadline import RESERVE, DeadlineExceeded, deadline
from library_site.on_lambda.invocation import invocation

from .events import LambdaContext, hang, nearly_over


@pytest.fixture
def somebodys_handler() -> Iterator[Any]:
    """A handler of the signal that was there before us."""

    def handler(number: int, frame: Any) -> None:
        raise AssertionError("the timer was left on")

    before = signal.signal(signal.SIGALRM, handler)
    yield handler
    signal.signal(signal.SIGALRM, before)


def assert_nothing_is_left_of_it(handler: Any) -> None:
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert signal.getsignal(signal.SIGALRM) is handler


# The deadline


def test_what_hangs_is_stopped_while_there_is_time_to_say_so(somebodys_handler: Any) -> None:
    context = nearly_over()

    with pytest.raises(DeadlineExceeded), deadline(context):
        hang()

    assert 0 < context.get_remaining_time_in_millis() <= RESERVE * 1000
    assert_nothing_is_left_of_it(somebodys_handler)


@pytest.mark.parametrize("error", [None, ZeroDivisionError])
def test_what_is_done_in_time_is_left_alone_and_an_error_is_the_error_that_it_is(
    somebodys_handler: Any, error: type[Exception] | None
) -> None:
    with pytest.raises(error) if error else nullcontext(), deadline(LambdaContext()):
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 15
        if error:
            raise error

    assert_nothing_is_left_of_it(somebodys_handler)


def test_it_comes_again_when_the_cleaning_up_hangs_too(somebodys_handler: Any) -> None:
    def hang_twice() -> None:
        try:
            hang()
        finally:
            hang()

    with pytest.raises(DeadlineExceeded) as caught, deadline(nearly_over()):
        hang_twice()

    assert isinstance(caught.value.__context__, DeadlineExceeded)
    assert_nothing_is_left_of_it(somebodys_handler)


def test_what_comes_too_late_is_not_even_begun(somebodys_handler: Any) -> None:
    begun: list[bool] = []

    with pytest.raises(DeadlineExceeded), deadline(LambdaContext(ends=0)):
        begun.append(True)

    assert not begun
    assert_nothing_is_left_of_it(somebodys_handler)


# Connections


@pytest.mark.django_db(transaction=True)
def test_what_is_stopped_is_undone_and_its_connection_is_not_used_again() -> None:
    def add_and_hang() -> None:
        Author.objects.create(name="Jane Austen")
        halfway = connection.connection.cursor()
        halfway.execute("SELECT * FROM catalog_author")
        hang()

    with pytest.raises(DeadlineExceeded) as kept, deadline(nearly_over()), transaction.atomic():
        add_and_hang()

    assert kept.traceback, "and with it each cursor"
    assert connection.connection is None
    assert not Author.objects.exists(), "and another one is made"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("when", ["before", "while"])
def test_a_connection_that_is_past_use_is_not_left_to_the_next_invocation(when: str) -> None:
    def spoil() -> None:
        connection.ensure_connection()
        connection.close_at = 0  # too old

    if when == "before":
        spoil()
    with invocation(LambdaContext()):
        if when == "while":
            spoil()
        else:
            assert connection.connection is None

    assert connection.connection is None


# The log

no_database = pytest.mark.usefixtures("open_connections")


@pytest.fixture
def log(settings: Any) -> Iterator[io.StringIO]:
    """What goes into a function's log."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    configurator = DictConfigurator({"json": settings.JSON})
    handler.setFormatter(configurator.configure_formatter(configurator.config["json"]))
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


@no_database
def test_a_line_says_in_which_invocation_it_stands_and_whether_that_was_a_cold_start(log: io.StringIO) -> None:
    for number in range(3):
        with invocation(LambdaContext(f"request-{number}", "library-queries")):
            logging.getLogger("library_site").warning("Hello")

    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert {line["function"] for line in lines} == {"library-queries"}
    assert [(line["request_id"], line["cold_start"]) for line in lines] == [
        ("request-0", True),
        ("request-1", False),
        ("request-2", False),
    ]


@no_database
def test_a_cold_start_is_counted_once_for_a_process(capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(3):  # though it failed
        with suppress(ZeroDivisionError), invocation(LambdaContext(f"request-{number}")):
            raise ZeroDivisionError

    (line,) = capsys.readouterr().out.splitlines()
    counted = json.loads(line)
    assert counted["function"] == "library-production"
    assert counted["ColdStart"] == START_MS
    (metrics,) = counted["_aws"]["CloudWatchMetrics"]
    assert metrics == {
        "Namespace": "Library",
        "Dimensions": [["service"]],
        "Metrics": [{"Name": "ColdStart", "Unit": "Milliseconds"}],
    }


# The language


@pytest.mark.usefixtures("open_connections")
def test_the_language_of_the_last_request_is_not_that_of_the_next_event() -> None:
    translation.activate("de")
    with invocation(LambdaContext()):
        assert translation.get_language() == "en"
