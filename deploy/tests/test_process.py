"""What the process of a packaged function is made of, and what it logs."""

import json
import re
import socket
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from deploy.lambda_runtime import RUNTIME
from deploy.tests.events import bus_event, queue_event, recorded
from deploy.tests.library import Client, asking, is_id
from deploy.tests.operations import JSON, OPERATIONS, asked
from deploy.tests.runtime import PROBE, Function, FunctionError
from tests.arranger import PERSON, unique
from tests.declared import declarations

NOBODYS = str(UUID(int=1))

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

    assert "library_site.on_lambda.tracing" not in found["files"], "which is off"
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
    assert (metric["operation"], metric["outcome"], metric["Duration"]) == (operation, outcome, record["duration_ms"])


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


def test_each_request_has_one_record_of_whichever_kind(library, arrange, function, rest) -> None:
    visitor, desk, book = Client(function), Client(function), arrange.book()
    desk.sign_in()
    document, refused = asking("GetMissingBooks"), asking("ReturnBook", book_id=NOBODYS)
    http: dict[tuple[str, str, int, str], Callable[[], Any]] = {
        ("GET", "/healthz", 200, ""): lambda: visitor.get("/healthz"),
        ("GET", "/login", 200, ""): lambda: visitor.get("/login"),
        ("POST", "/login", 422, ""): lambda: visitor.sign_in(unique("x"), "wrong"),
        ("GET", "", 404, ""): lambda: visitor.get("/nowhere"),
        ("GET", "/api*", 404, ""): lambda: visitor.get("/api/nowhere"),
        ("GET", "/", 302, ""): lambda: visitor.get("/"),
        ("GET", "/static/*", 404, ""): lambda: visitor.get("/static/x.css"),
        ("GET", "/admin/catalog/book/{object_id}/change/", 200, ""): lambda: desk.get(
            f"/admin/catalog/book/{book}/change/"
        ),
        ("GET", "/search-users", 200, "SearchUsers"): lambda: desk.get(f"/search-users?q={PERSON}"),
        ("GET", "/api/book/{id}", 200, ""): lambda: rest().get(f"/api/book/{book}"),
        ("POST", "/api/book/{id}/return", 404, "ReturnBook"): lambda: rest().post(f"/api/book/{NOBODYS}/return", {}),
        ("GET", "/api/book/{id}", 401, ""): lambda: visitor.get(f"/api/book/{book}"),
    }
    messages: dict[tuple[str, int, str, str], Callable[[], Any]] = {
        ("direct", 200, "", "GetMissingBooks"): lambda: function.invoke(document),
        ("direct", 404, "not_found", "ReturnBook"): lambda: refusal(function, refused),
        ("bus", 200, "", "GetMissingBooks"): lambda: function.invoke(bus_event(document, id=str(uuid4()))),
        ("queue", 404, "not_found", "ReturnBook"): lambda: function.invoke(
            queue_event(json.dumps(refused), ids=(str(uuid4()),))
        ),
        ("unknown", 400, "unknown_event", ""): lambda: refusal(function, {}),
    }
    before = len(function.logs)
    for send in (*http.values(), *messages.values()):
        send()

    records = [each for each in function.logs[before:] if "kind" in each]
    pages = [each for each in records if each["kind"] == "http" and each["method"] + each["route"] != "GET/login"]
    assert [about(each, "method", "route", "status", "operations") for each in pages] == [
        each for each in http if each[:2] != ("GET", "/login")
    ]
    assert {each["gateway_request_id"] for each in pages} == {recorded("http_api")["requestContext"]["requestId"]}
    others = [each for each in records if each["kind"] != "http"]
    assert [about(each, "kind", "status", "code", "operations") for each in others] == [*messages]
    assert all(each["duration_ms"] >= 0 and is_id(each["request_id"]) for each in records)


def about(record: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(record.get(name, "") for name in names)


def refusal(function: Function, event: Any) -> FunctionError:
    with pytest.raises(FunctionError) as refused:
        function.invoke(event)
    return refused.value


def test_a_refusal_is_a_record_and_of_what_lambda_says_itself_a_line(library) -> None:
    """By default as a text; if the function's log format is JSON, as such."""
    for given, is_text in (({}, True), ({"AWS_LAMBDA_LOG_FORMAT": "JSON"}, False)):
        refusing = library.function(**given)
        said = refusal(refusing, asking("ReturnBook", book_id=NOBODYS))
        texts = [line for line in refusing.lines if not line.startswith("{")]
        assert [text.count(said.message) for text in texts] == [1] * is_text
        assert [text.count("File ") for text in texts] == [1] * is_text, "no traceback but its end"
        assert any(each.get("status") == 404 for each in refusing.logs)
        refusing.stop()


def test_maintenance_says_which_command_was_carried_out(library) -> None:
    library.manage("check")
    refusal(library.maintenance, {"manage": "migrate nowhere"})

    records = [each for each in library.maintenance.logs if each.get("kind") == "maintenance"]
    assert [about(each, "command", "status", "code") for each in records[-2:]] == [
        ("check", 200, ""),
        ("migrate", 400, "failed"),
    ]


# Traces


def test_if_it_traces_each_operation_is_a_subsegment_and_whether_anybody_takes_it_is_all_the_same(library) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind(("127.0.0.1", 0))
        daemon.settimeout(10)
        address = "{}:{}".format(*daemon.getsockname())
        function = library.function(TRACING="True", AWS_XRAY_DAEMON_ADDRESS=address)
        before = time.time()
        function.invoke(asking("GetMissingBooks"), request_id=NOBODYS)
        refusal(function, asking("ReturnBook", book_id=NOBODYS))
        answered, refused = (_subsegment(daemon.recv(65_536)) for _ in range(2))
    function.invoke(asking("GetMissingBooks"))
    function.stop()

    (record,) = said_of(function, NOBODYS)
    assert before <= answered["start_time"] <= answered["end_time"] <= time.time()
    assert answered["end_time"] - answered["start_time"] == pytest.approx(record["duration_ms"] / 1000, abs=0.001)
    assert re.fullmatch("1-[0-9a-f]{8}-0{24}", answered["trace_id"])
    assert (answered["name"], answered["error"], answered["fault"]) == ("GetMissingBooks", False, False)
    assert answered["annotations"] == {name: record[name] for name in ("operation", "outcome", "source")}
    assert (refused["name"], refused["error"], refused["fault"]) == ("ReturnBook", True, False)
    assert refused["annotations"].items() >= {"outcome": "REFUSED", "code": "not_found"}.items()


def _subsegment(datagram: bytes) -> dict[str, Any]:
    """What the daemon takes (its header, then one document), if X-Ray takes it from there."""
    header, _, document = datagram.partition(b"\n")
    assert json.loads(header) == {"format": "json", "version": 1}
    subsegment: dict[str, Any] = json.loads(document)
    assert subsegment["type"] == "subsegment"
    assert all(re.fullmatch("[0-9a-f]{16}", subsegment[name]) for name in ("id", "parent_id"))
    assert re.fullmatch(r"[\w.:/%&#=+\-@ ]{1,200}", subsegment["name"])
    return subsegment


# Every line


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
    ours = [each for each in records if "errorType" not in each]  # the runtime client's, in its own words
    assert [each for each in ours if not each.keys() >= RECORD] == []
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
            assert type(record[metric["Name"]]) in {int, float}
