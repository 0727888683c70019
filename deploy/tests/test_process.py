"""What the process of a packaged function is made of, and what it logs."""

import json
import re
import sys
from typing import Any
from uuid import uuid4

import pytest

from deploy.lambda_runtime import RUNTIME
from deploy.tests.events import queue_event, recorded
from deploy.tests.library import Client, is_id
from deploy.tests.operations import JSON, OPERATIONS, asked
from deploy.tests.runtime import PROBE, Function, FunctionError
from tests.arranger import PERSON
from tests.declared import declarations

# What a process is made of


def test_a_function_imports_nothing_but_what_is_packaged(library, arrange, unpacked) -> None:
    probe = library.function(handler=PROBE)
    client = Client(probe, headers={"Authorization": f"Token {library.token}"})
    for url in ("/login", "/api/docs", "/api/schema", "/api/author", "/healthz", "/admin/login/"):
        assert client.get(url).status == 200
    for declared in declarations():
        good = asked(declared, arrange)
        assert client.send(good.method, good.url, body=good.body, headers=JSON).status == good.status

    found = probe.invoke({"probe": "imports"})

    top = {name.partition(".")[0] for name in found["files"]}
    assert top.isdisjoint({"zappa", "boto3", "botocore", "moto", "tests", "deploy", "pytest", "werkzeug", "granian"})
    assert [path for path in found["path"] if path.startswith(sys.prefix) or not path.startswith("/")] == []
    runtime = {"__main__", "awslambdaric", "runtime_client", "simplejson", "snapshot_restore_py", "probe"}
    third_parties = {name: file for name, file in found["files"].items() if file and f"/lib/{RUNTIME}/" not in file}
    strangers = {name for name, file in third_parties.items() if not file.startswith(f"{unpacked}/")}
    assert {name.partition(".")[0] for name in strangers} <= runtime
    assert "site-packages" not in json.dumps([file for name, file in found["files"].items() if name not in strangers])


# Logs


def said_of(function: Function, request_id: str) -> list[dict[str, Any]]:
    """The records of the operations of one invocation."""
    return [each for each in function.logs if each.get("request_id") == request_id and "operation" in each]


@OPERATIONS
def test_each_operation_has_one_record_and_one_metric(arrange, function, declared) -> None:
    request_id, arguments, operation = str(uuid4()), asked(declared, arrange).arguments, declared.operation.name
    outcome = "ANSWERED" if declared.operation.is_query else "CARRIED_OUT"
    before = len(function.logs)

    function.invoke({"operation": operation, "arguments": arguments}, request_id=request_id)

    (record,) = said_of(function, request_id)
    expected = {"operation": operation, "actor": "system:lambda", "source": "lambda", "outcome": outcome, "code": ""}
    assert record.items() >= (expected | {"function": "library-production", "level": "INFO"}).items()
    assert record["duration_ms"] > 0
    (metric,) = (each for each in function.logs[before:] if "_aws" in each and "Duration" in each)
    assert metric["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Library"
    assert (metric["operation"], metric["outcome"], metric["Duration"]) == (operation, outcome, [record["duration_ms"]])


def test_a_record_says_who_and_what_of_rest_of_a_refusal_and_of_each_message(library, arrange, function, rest) -> None:
    book, _ = arrange.loan()
    person, before = arrange.person(), len(function.logs)
    rest().post(f"/api/book/{book}/borrow", {"user_id": person})
    (record,) = [each for each in function.logs[before:] if "actor" in each]
    user = library.value("SELECT id FROM auth_user")
    expected = {"actor": f"user:{user}", "source": "rest", "outcome": "REFUSED", "code": "book_not_available"}
    assert record.items() >= expected.items()
    assert is_id(record["request_id"])

    bodies = [json.dumps({"operation": "GetMissingBooks"}), json.dumps({"operation": "ReturnBook"}), "{"]
    request_id = str(uuid4())
    function.invoke(queue_event(*bodies, ids=("1", "2", "3")), request_id=request_id)
    assert [each["operation"] for each in said_of(function, request_id)] == ["GetMissingBooks"]


def test_what_is_searched_for_is_not_logged(library, function, rest) -> None:
    """A request that fails is; its query may name somebody (as every log is searched for: see `deployed`)."""
    before = len(function.logs)
    query = f"?q={PERSON}&cursor=junk"
    assert Client(function).get(f"/api/user/search{query}").status == 401
    assert rest().get(f"/api/user/search{query}").status == 400
    assert rest().get(f"/api/nowhere{query}").status == 404
    assert rest().send("PUT", f"/api/user/search{query}").status == 405
    assert [each["status_code"] for each in function.logs[before:] if "status_code" in each] == [401, 400, 404, 405]


RECORD = {"timestamp", "level", "message", "service", "function", "request_id", "cold_start"}
RUNTIME_CLIENT = re.compile(r"\[(ERROR|WARNING)\][\t ]")


def test_every_line_is_a_record_and_every_metric_is_one(library, arrange, function) -> None:
    arrange.loan()
    with pytest.raises(FunctionError):
        function.invoke(recorded("bus"))
    function.invoke(queue_event("{", ids=("x",)))
    Client(function).get("/nowhere")
    # (Of maintenance, the runtime client logs what a command said as it failed, which may be a page.)
    lines = [line for each in library.functions if each is not library.maintenance for line in each.lines]

    assert [line for line in lines if not line.startswith("{") and not RUNTIME_CLIENT.match(line)] == []
    logs = [each for function in library.functions for each in function.logs]
    records, metrics = ([each for each in logs if ("_aws" in each) == is_metric] for is_metric in (False, True))
    assert records
    assert [each for each in records if not each.keys() >= RECORD] == []
    assert metrics
    for metric in metrics:
        assert_embedded_metrics(metric)


def assert_embedded_metrics(record: dict[str, Any]) -> None:
    """By CloudWatch's specification of the embedded metric format."""
    about = record["_aws"]
    assert about.keys() == {"Timestamp", "CloudWatchMetrics"}
    assert isinstance(about["Timestamp"], int)
    for directive in about["CloudWatchMetrics"]:
        assert directive.keys() == {"Namespace", "Dimensions", "Metrics"}
        for dimensions in directive["Dimensions"]:
            assert 0 < len(dimensions) <= 30
            assert all(isinstance(record[name], str) and record[name] for name in dimensions)
        for metric in directive["Metrics"]:
            assert metric["Unit"] in {"Milliseconds", "Count"}
            assert {type(value) for value in record[metric["Name"]]} <= {int, float}
            assert 0 < len(record[metric["Name"]]) <= 100
