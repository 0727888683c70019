"""What the documentation shows is there: numbers of commands, lines of files, operations, pictures of the code."""

import json
import logging
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group

from deploy import costs
from handbook import listings
from handbook.__main__ import main
from handbook.diagrams import diagrams
from handbook.diagrams.components import without_detours
from handbook.diagrams.context import WHO
from handbook.fences import fences, pages
from handbook.reference import pages as reference
from library_site import logs
from library_site.cqrs.operations import all_operations
from library_site.cqrs.texts import SOURCES
from road.steps import all_steps
from tests.guard import ROOT

DOT = shutil.which("dot")


def test_the_costs_are_those_that_the_command_prints() -> None:
    page = (ROOT / "docs" / "deploying.md").read_text()
    assert [table for table in costs.tables() if table not in page] == []


def test_the_topologies_are_as_large_as_pages_say() -> None:
    sizes = {}
    for name in ("monolith", "dispatchers", "subdomain", "extracted", "separated"):
        made = json.loads((ROOT / "deploy" / f"{name}.json").read_text())["Resources"]
        logs_of_functions = [each for each in made if each.endswith("Log") and each != "HttpApiLog"]
        sizes[name] = (len(logs_of_functions), len(made), sum(each.endswith("Queue") for each in made))
    page = (ROOT / "docs" / "phase-2" / "topologies-and-costs.md").read_text()
    rows = [f"| [{name}](#{name}) | {' | '.join(map(str, counts))} |" for name, counts in sizes.items()]
    assert [row for row in rows if row not in page] == []

    page = (ROOT / "docs" / "deploying.md").read_text()
    some, many = sizes["dispatchers"][-1], sizes["separated"][-1]
    more = many - some
    assert f"{more} queues more, which are ${more * costs.RECEIVES * costs.RECEIVE:.2f}" in page
    alarms = [(7 + queues) * costs.ALARM for queues in (many, some)]
    assert "(${:.2f} in `separated`, ${:.2f} in".format(*alarms) in page


def test_the_steps_cost_what_the_page_says() -> None:
    page = (ROOT / "docs" / "why.md").read_text()
    rows = re.findall(r"^\| step (\d): [^|]+ \| (\d+) \| (\d+) \| (\d+) \|$", page, re.MULTILINE)
    steps = {step.number: (step.modules, step.lines, step.lines_of_tests) for step in all_steps()}
    assert len(rows) == 3
    assert {int(number): tuple(map(int, counts)) for number, *counts in rows} == {
        int(number): steps[int(number)] for number, *_ in rows
    }


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


# Listings


def test_what_pages_show_of_files_is_there() -> None:
    assert main(["listings"]) is None


@pytest.mark.parametrize(
    ("shown", "fault"),
    [
        ("    b()\n    …\n    d()", ""),
        ("b()\n…\nd()", ""),
        ("def a():\n\n…\n\n    d()", ""),
        ("    d()\n    …\n    b()", "page.md:4: code.py does not hold this line, or not in this place: b()"),
        ("def a():\n    c()", "page.md:3: code.py does not hold this line, or not in this place: c()"),
        ("def a():\nb()", "page.md:3: code.py does not hold this line, or not in this place: b()"),
    ],
)
def test_a_listing_of_other_lines_is_noticed(tmp_path: Path, shown: str, fault: str) -> None:
    (tmp_path / "code.py").write_text("def a():\n    b()\n    c()\n\n    d()\n")
    page = tmp_path / "page.md"
    page.write_text(f'```python title="code.py"\n{shown}\n```\n```sh title="on your server"\nls\n```\n')
    assert list(listings.faults_of(page, tmp_path)) == [fault] * bool(fault)


# The reference


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return reference()


@pytest.mark.django_db
def test_the_reference_says_of_each_operation_who_may_and_what_it_refuses(made: dict[str, str]) -> None:
    for operation in all_operations():
        page = made[f"reference/{operation.name}.md"]
        (group,) = Group.objects.filter(permissions__codename=operation.permission.removeprefix("cqrs."))
        assert f"`{operation.permission}`, which *{group.name}* have" in page
        assert [each.code for each in operation.refusals if f"[`{each.code}`]" not in page] == []
        assert f"[{operation.name}]({operation.name}.md)" in made["reference/index.md"]


def test_the_reference_has_examples_of_each_door(made: dict[str, str]) -> None:
    page = made["reference/AddNewBook.md"]
    assert "curl http://127.0.0.1:8000/api/book/new \\\n" in page
    assert """--json '{"title": "Dune", "isbn": "0-441-01359-7", "author": {"name": "Frank Herbert"}}'""" in page
    assert "dispatch AddNewBook title=Dune isbn=0-441-01359-7 author_name='Frank Herbert'" in page
    event = next(each.text for each in fences(page) if each.text.startswith('{\n  "operation"'))
    assert json.loads(event)["arguments"]["author_name"] == "Frank Herbert"


# Pictures


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    return diagrams()


@pytest.mark.skipif(DOT is None and not os.environ.get("CI"), reason="no Graphviz here")
def test_pictures_can_be_drawn(drawn: dict[str, str]) -> None:
    for name, source in drawn.items():
        done = subprocess.run(["dot", "-Tsvg"], input=source, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), name


def test_pictures_show_the_doors_and_the_way_that_there_are(drawn: dict[str, str]) -> None:
    assert WHO.keys() == SOURCES.keys()
    steps = re.findall(r"^ +(\w+) -> ", drawn["one-borrow"], re.MULTILINE)
    order = ["authorise", "keys_replay", "transaction_atomic", "keys_remembered", "journal_record_effect"]
    assert [step for step in steps if step in order] == order
    assert "  rest -> commands\n" in drawn["components"]
    with pytest.raises(ValueError, match="arrows lead back"):
        without_detours([("commands", "domain"), ("domain", "reading"), ("reading", "commands")])


def test_all_pictures_of_pages_are_graphvizs(drawn: dict[str, str]) -> None:
    texts = [page.read_text() for page in pages(ROOT)]
    named = {name for text in texts for name in re.findall(r"^<!-- diagram: ([\w-]+) -->$", text, re.MULTILINE)}
    assert named <= drawn.keys()
    assert {fence.language for text in texts for fence in fences(text)} & {"mermaid", "plantuml"} == set()
