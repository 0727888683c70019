"""AWS Lambda, as far as a function can tell: the Runtime API on loopback, and the real runtime client.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import functools
import importlib.util
import json
import os
import queue
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any, NamedTuple, Self
from uuid import uuid4

from deploy.lambda_runtime import RUNTIME

API = "/2018-06-01/runtime"
REGION = "eu-central-1"
SERVES_EVENTS = "library_site.on_lambda.entry.handler"
MAINTAINS = "library_site.on_lambda.maintenance.handler"

INIT_SECONDS = 30  # Lambda gives 10; this machine may be busy
MAX_ANSWER = 6 * 2**20
CLIENT = ("awslambdaric", "runtime_client", "simplejson", "snapshot_restore_py")

# As Lambda's own does: the function's folder first, then the runtime client, then the standard library.
BOOTSTRAP = """
import runpy, sys
sys.path[:0] = sys.argv[2:]
runpy.run_module("awslambdaric", run_name="__main__", alter_sys=True)
"""

# An entry point that serves events too, and is asked what has been imported to do so.
PROBE = "probe.handler"
PROBE_SOURCE = """
import sys
from library_site.on_lambda import entry

def handler(event, context):
    if event != {"probe": "imports"}:
        return entry.handler(event, context)
    files = {name: getattr(module, "__file__", None) for name, module in sys.modules.items()}
    return {"path": sys.path, "files": files}
"""


class FunctionError(Exception):
    """What an invoker is told instead of an answer."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind, self.message = kind, message


class Function:
    """A function with one execution environment, which starts at the first event and works on one at a time.

    Its process finds the standard library, the folder and the runtime client, and no variable but those given here.
    """

    def __init__(
        self,
        folder: Path,
        variables: Mapping[str, str],
        *,
        name: str = "library-production",
        handler: str = SERVES_EVENTS,
    ) -> None:
        self.folder, self.variables, self.name, self.handler = folder, dict(variables), name, handler
        self._log, self._log_file = tempfile.mkstemp(prefix=f"{name}-", suffix=".log")
        self._environment: _Environment | None = None
        self._one_at_a_time = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        os.close(self._log)
        Path(self._log_file).unlink()

    def invoke(self, event: Any, *, timeout_ms: int = 20_000, request_id: str = "") -> Any:
        """The function's answer. Raises FunctionError for what Lambda calls a function error.

        A retry of Lambda's own has the request id of the first try.
        """
        invocation = _Invocation(request_id or str(uuid4()), json.dumps(event).encode(), timeout_ms / 1000)
        with self._one_at_a_time:
            if self._environment is None:
                self._environment = _Environment(self, self._log)
            try:
                return self._environment.answer(invocation)
            finally:
                if not self._environment.is_alive:
                    self.stop()

    def stop(self) -> None:
        """End the environment, if there is one; the next event starts another."""
        if self._environment:
            self._environment.close()
            self._environment = None

    @property
    def pid(self) -> int | None:
        """Of its process, while it has one."""
        return self._environment.process.pid if self._environment else None

    @property
    def lines(self) -> list[str]:
        """All that it has written to standard output and standard error, which Lambda logs."""
        return Path(self._log_file).read_bytes().decode().split("\n")[:-1]

    @property
    def logs(self) -> list[dict[str, Any]]:
        """The lines of our own, which are JSON; what the runtime client says of an error is not."""
        return [json.loads(line) for line in self.lines if line.startswith("{")]


class _Invocation(NamedTuple):
    """An event on its way into a function, whose seconds run from when it is fetched."""

    id: str
    event: bytes
    seconds: float


class _Outcome(NamedTuple):
    """What came of an invocation (of `init`, before the first): an answer, or an error in its place."""

    id: str
    body: bytes
    is_error: bool


class _Environment:
    """One process of the runtime client, and the Runtime API that it asks for work."""

    def __init__(self, function: Function, log: int) -> None:
        self.function = function
        self.api = _RuntimeApi(function.name)
        Thread(target=self.api.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        self.seconds_to_start = INIT_SECONDS
        task = str(function.folder)
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", BOOTSTRAP, function.handler, task, runtime_client()],
            cwd=task,
            env=variables_of(function) | {"AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self.api.server_port}"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    def answer(self, invocation: _Invocation) -> Any:
        self.api.invocations.put(invocation)
        outcome = self._outcome(time.monotonic() + invocation.seconds + self.seconds_to_start)
        self.seconds_to_start = 0
        if outcome.is_error:
            if outcome.id == "init":
                self.process.wait(INIT_SECONDS)
            error = json.loads(outcome.body)
            raise FunctionError(error["errorType"], error["errorMessage"])
        assert outcome.id == invocation.id, "This answers another event than it was given."
        if len(outcome.body) > MAX_ANSWER:
            raise FunctionError("Function.ResponseSizeTooLarge", f"The answer has {len(outcome.body)} bytes.")
        return json.loads(outcome.body)

    def _outcome(self, until: float) -> _Outcome:
        while time.monotonic() < until:
            is_alive = self.is_alive  # asked first: what it said before it died has come in then
            with suppress(queue.Empty):
                return self.api.outcomes.get(timeout=0.05)
            if not is_alive:
                raise self._ended("Runtime.ExitError", f"The process ended with status {self.process.returncode}.")
        self._kill()
        raise self._ended("Sandbox.Timedout", "There was no answer in time; the process is killed.")

    def _ended(self, kind: str, message: str) -> FunctionError:
        return FunctionError(kind, "\n".join([message, *self.function.lines[-50:]]))

    def _kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        self._kill()
        self.api.close()


class _RuntimeApi(ThreadingHTTPServer):
    """The Runtime API of one environment."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, function_name: str) -> None:
        super().__init__(("127.0.0.1", 0), _Door)
        self.function_arn = f"arn:aws:lambda:{REGION}:123456789012:function:{function_name}"
        self.invocations: queue.SimpleQueue[_Invocation | None] = queue.SimpleQueue()
        self.outcomes: queue.SimpleQueue[_Outcome] = queue.SimpleQueue()

    def close(self) -> None:
        self.invocations.put(None)
        self.shutdown()
        self.server_close()


class _Door(BaseHTTPRequestHandler):
    """The paths of the Runtime API."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _RuntimeApi

    def do_GET(self) -> None:
        assert self.path == f"{API}/invocation/next"
        invocation = self.server.invocations.get()
        if invocation is None:  # the environment is closed
            self.close_connection = True
            return
        hexadecimal = invocation.id.replace("-", "")
        trace = f"Root=1-{int(time.time()):08x}-{hexadecimal[:24]};Parent={hexadecimal[:16]};Sampled=1"
        headers = {
            "Lambda-Runtime-Aws-Request-Id": invocation.id,
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + invocation.seconds) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": self.server.function_arn,
            "Lambda-Runtime-Trace-Id": trace,
        }
        self._send(200, invocation.event, headers)

    def do_POST(self) -> None:
        """/invocation/{id}/response, /invocation/{id}/error or /init/error."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        *_, request_id, kind = self.path.split("/")
        assert self.path in {f"{API}/init/error", f"{API}/invocation/{request_id}/{kind}"}
        assert kind in {"response", "error"}
        self._send(202, b'{"status": "OK"}', {})
        self.server.outcomes.put(_Outcome(request_id, body, is_error=kind == "error"))

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: what the function itself writes is enough."""


def variables_of(function: Function) -> dict[str, str]:
    """All variables of a function's process: those that Lambda sets, and its own."""
    given = {
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{RUNTIME}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "2026/11/23/[$LATEST]0123456789abcdef0123456789abcdef",
        "AWS_REGION": REGION,
        "LAMBDA_RUNTIME_DIR": runtime_client(),
        "LAMBDA_TASK_ROOT": str(function.folder),
        "LANG": "en_US.UTF-8",
        "LD_LIBRARY_PATH": f"{function.folder}:{function.folder}/lib",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "TZ": ":UTC",
        "_HANDLER": function.handler,
    }
    return given | function.variables


def runtime_client() -> str:
    """The folder with the runtime client and what it imports, and nothing else of our virtual environment."""
    return _client_folder().name


@functools.cache
def _client_folder() -> "tempfile.TemporaryDirectory[str]":
    folder = tempfile.TemporaryDirectory(prefix="library-runtime-")
    for name in CLIENT:
        spec = importlib.util.find_spec(name)
        assert spec, f"{name} is not installed."
        assert spec.origin
        origin = Path(spec.origin)
        source = origin.parent if spec.submodule_search_locations else origin
        (Path(folder.name) / source.name).symlink_to(source)
    (Path(folder.name) / "probe.py").write_text(PROBE_SOURCE)
    return folder
