"""The topologies, and the files made from them: every operation has its place in each."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import override_settings
from django.urls import resolve

from deploy.cloudformation.event_sources import schedules
from deploy.cloudformation.http_api import rest_routes
from deploy.cloudformation.template import template
from deploy.functions.table import TableWrong, table
from deploy.generated import ROOT, SETTINGS, files
from deploy.stages import zappa_settings
from deploy.tests.routing import match
from deploy.topologies import ALIAS, Function, Schedule, Topology, topologies
from library_site.cqrs.operations import RegisteredOperation, all_operations, scopes
from tests.arranger import operation as named
from tests.doors import operations_with, rest_task
from tests.of_each import of_each

BASE = json.loads(SETTINGS.read_text())["base"]
TOPOLOGIES = {each.name: each for each in topologies(BASE)}
FUNCTIONS = {function.stage: function for each in TOPOLOGIES.values() for function in each.functions}
STAGES = {name: stage for name, stage in json.loads(SETTINGS.read_text()).items() if name != "base"}

ID = UUID(int=1)

every_topology = pytest.mark.parametrize("topology", TOPOLOGIES.values(), ids=TOPOLOGIES)
every_function = of_each(FUNCTIONS)
every_stage = of_each(STAGES)
on_rest = of_each({each.name: each for each in operations_with(rest_task)})


def served_with(words: tuple[str, ...]) -> set[str]:
    """The operations that dispatch() would carry out in a process with these words in LIBRARY_OPERATIONS."""
    with override_settings(LIBRARY_OPERATIONS=list(words)):
        return {each.name for each in all_operations() if each.is_served}


# The files


def test_the_files_are_as_the_code_would_make_them() -> None:
    stale = [path.name for path, text in files().items() if not path.exists() or path.read_text() != text]
    there = {*(ROOT / "deploy").glob("*.json"), *(ROOT / "deploy").glob("*.md")}
    stray = {path.name for path in there - files().keys()}

    assert not stale, f"Run `make topologies`: {stale}"
    assert not stray


@every_stage
def test_a_stage_is_safe_to_commit_and_to_update(stage: dict[str, Any]) -> None:
    """No secrets; and no events, for which Zappa would take everybody else's permission to invoke the function."""
    settings = BASE | stage

    own = settings["aws_environment_variables"].keys() - BASE.get("aws_environment_variables", {}).keys()
    assert own == {"LIBRARY_OPERATIONS"}
    assert not [name for name in settings["aws_environment_variables"] if re.search("SECRET|PASSWORD|DATABASE", name)]
    assert "environment_variables" not in settings, "Zappa writes them into the zip"
    assert "events" not in settings
    off = ("apigateway_enabled", "keep_warm", "manage_roles", "touch")
    assert [settings[each] for each in off] == [False] * 4


def test_base_is_the_operators_own() -> None:
    base = BASE | {"memory_size": 2048, "timeout_seconds": 25, "aws_environment_variables": {"BASE_PATH": "/library"}}

    made = zappa_settings(base, topologies(base))

    assert made["base"] == base
    variables = [stage["aws_environment_variables"] for name, stage in made.items() if name != "base"]
    assert {each["BASE_PATH"] for each in variables} == {"/library"}, "Zappa merges at the first level only"
    assert {stage.get("timeout_seconds") for name, stage in made.items() if name != "base"} == {None, 900}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("memory = 512", "functions.toml, memory: it stands outside of a [stage]."),
        ("[production", "functions.toml: "),
        ("[staging]", "functions.toml, staging: there is no such stage (see docs/topologies.md)."),
        ("[all]\nmemroy = 512", "functions.toml, all, memroy: there is no such key, but memory, timeout, "),
        ("[queries]\nmemory = 127", "functions.toml, queries, memory: it is a whole number from 128 to 10240."),
        ("[queries]\ntimeout = 0", "functions.toml, queries, timeout: it is a whole number from 1 to 900."),
        ("[queries]\ntimeout = 901", "functions.toml, queries, timeout: it is a whole number from 1 to 900."),
        ("[queries]\nconcurrency = true", "functions.toml, queries, concurrency: it is a whole number from 1 "),
        ("[queries]\ntracing = 1", "functions.toml, queries, tracing: it is true or false."),
        ("[queries]\nconcurrency = 1\nprovisioned = 2", "functions.toml, queries: provisioned is more than "),
    ],
)
def test_nonsense_in_the_operators_table_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "functions.toml"
    file.write_text(text)

    with pytest.raises(TableWrong, match=f"^{re.escape(sentence)}"):
        table(file).applied_to(topologies(BASE))


def test_the_operators_table_decides_over_base(tmp_path: Path) -> None:
    file = tmp_path / "functions.toml"
    file.write_text("[all]\nmemory = 512\ntimeout = 10\ntracing = true\n[queries]\nmemory = 2048\nconcurrency = 5")

    made = zappa_settings(BASE, table(file).applied_to(topologies(BASE)))

    def of(stage: str) -> list[Any]:
        keys = ("memory_size", "timeout_seconds", "xray_tracing", "lambda_concurrency")
        return [(BASE | made[stage]).get(key) for key in keys]

    assert of("production") == [512, 10, True, None]
    assert of("queries") == [2048, 10, True, 5]
    assert of("maintenance") == [512, 900, True, None], "a migration is not cut off like a request"


def test_one_migration_at_a_time() -> None:
    assert STAGES["maintenance"]["lambda_concurrency"] == 1


def test_a_second_library_shares_nothing_with_the_first() -> None:
    branch = BASE | {"project_name": "branch"}

    made = topologies(branch)

    for each in [zappa_settings(branch, made), *map(template, made)]:
        assert not re.search(r"\blibrary-|/library\b", json.dumps(each))


# Functions


@pytest.mark.parametrize(
    ("topology", "expected"),
    [
        ("monolith", {}),
        ("dispatchers", {"commands": "commands", "queries": "queries"}),
        ("subdomain", {"missing_books": "GetMissingBooks,ReportFoundBook,ReportMissingBook"}),
        (
            "extracted",
            {
                "borrow_book": "BorrowBook",
                "other_commands": ",".join(
                    each.name for each in all_operations() if not each.is_query and each.name != "BorrowBook"
                ),
                "queries": "queries",
            },
        ),
        ("separated", {each.slug: each.name for each in all_operations()}),
    ],
)
def test_a_topology_is_made_of(topology: str, expected: dict[str, str]) -> None:
    always = {"production": "*", "maintenance": "*"}

    served = {each.stage: ",".join(each.scopes) for each in TOPOLOGIES[topology].functions}

    assert served == expected | always


@every_topology
def test_an_operation_has_one_home_and_production_besides(topology: Topology) -> None:
    served = {each: served_with(each.scopes) for each in (topology.production, *topology.dedicated)}
    for operation in all_operations():
        homes = [each for each in topology.dedicated if operation.name in served[each]]
        assert len(homes) <= 1, operation.name
        assert topology.function_of(operation) == (homes[0] if homes else topology.production), operation.name
        assert operation.name in served[topology.production]


@every_function
def test_a_function_serves_what_it_is_for(function: Function) -> None:
    assert set(function.scopes) <= scopes()
    mine = function.operations or all_operations()
    assert served_with(function.scopes) == {each.name for each in mine}


@every_function
def test_what_never_writes_cannot_write(function: Function) -> None:
    commands = [name for name in served_with(function.scopes) if not named(name).is_query]

    roles = {"maintenance": "owner", "production": "desk"}
    assert function.database_role == roles.get(function.stage, "commands" if commands else "reader")


@every_function
def test_its_description_is_one_that_lambda_takes(function: Function) -> None:
    assert 0 < len(function.description) <= 256


# Routes


@on_rest
def test_an_operation_has_one_route_which_is_its_url(operation: RegisteredOperation) -> None:
    (key,) = [key for key, each in rest_routes().items() if each == operation]
    method, _, path = key.partition(" ")

    view: Any = resolve(re.sub(r"{\w+}", str(ID), path)).func

    assert getattr(view.cls, view.actions[method.lower()]).rest_task.operation == operation


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/book/missing", "GET /book/missing"),
        ("GET", "/book/1", "GET /book/{id}"),
        ("POST", "/book/1", "ANY /book/{id}"),
        ("GET", "/book/1/2/3", "GET /book/{rest+}"),
        ("GET", "/book/1/lend", "GET /book/{id}/{task}"),
        ("GET", "/book/", "$default"),
        ("GET", "/", "$default"),
    ],
)
def test_the_most_specific_route_is_taken(method: str, path: str, expected: str) -> None:
    routes = ["$default", "ANY /book/{id}", "GET /book/{rest+}", "GET /book/{id}", "GET /book/missing"]

    found = match([*routes, "GET /book/{id}/{task}"], method, path)

    assert found
    assert found.key == expected


# The clock


@every_topology
def test_an_operation_by_the_clock_has_an_id_to_be_done_once_by(topology: Topology) -> None:
    asked = {"operation": "ReportMissingBook", "arguments": {"book_id": str(ID)}}

    made = schedules(topology, (Schedule("stock-taking", "rate(7 days)", asked),))

    (target,) = made["StockTakingSchedule"]["Properties"]["Targets"]
    function = topology.function_of(named("ReportMissingBook"))
    assert target["Arn"]["Fn::Sub"].endswith(f":function:{function.name}:{ALIAS}")
    transformer = target["InputTransformer"]
    assert transformer["InputPathsMap"] == {"id": "$.id"}
    event = json.loads(transformer["InputTemplate"].replace("<id>", '"an-id"'))  # as EventBridge fills it in
    assert (event["id"], event["detail"]) == ("an-id", asked)
    assert made["StockTakingSchedulePermission"]["Properties"]["FunctionName"] == f"{function.name}:{ALIAS}"


@pytest.mark.parametrize(("concurrency", "readers"), [(None, 10), (40, 10), (5, 5), (1, 2)])
def test_a_queue_is_read_by_no_more_processes_than_there_may_be(concurrency: int | None, readers: int) -> None:
    """A message that meets none counts as tried."""
    monolith = TOPOLOGIES["monolith"]
    limited = replace(monolith, production=replace(monolith.production, concurrency=concurrency))

    mapping = template(limited)["Resources"]["ProductionMapping"]["Properties"]

    assert mapping["ScalingConfig"] == {"MaximumConcurrency": readers}
